"""Arithmetic, comparison and logic (rules 1, 4 and 5).

Comparisons are made here and not by rows, because their SQL depends on which side can be null.
"""

from collections.abc import Callable, Mapping, Sequence

from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import Sql, Template, fill, sequence, template
from huntline.kql.types import (
    BOOL,
    DATETIME,
    DECIMAL,
    INTEGERS,
    LONG,
    NUMBER_RANK,
    NUMBERS,
    OPEN,
    PLAIN,
    REAL,
    STRING,
    TIMESPAN,
    Form,
    KqlType,
    ValueType,
    is_dynamic,
    scalar_of,
)

_K = KqlType
TICKS = template("reinterpret({0}, 'Int64')")
FROM_TICKS = template("reinterpret({0}, 'DateTime64(7, \\'UTC\\')')")


def _joined(word: str) -> Callable[[Apply, Sequence[Sql]], Sql]:
    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        return sequence(sql, f" {word} ", "(", ")")

    return build


_LOGICAL = {"and": _joined("AND"), "or": _joined("OR")}


def logical(operator: str, operands: Sequence[Scalar]) -> Scalar:
    """Return the conjunction (`and`) or disjunction (`or`) of conditions."""
    if len(operands) == 1:
        return operands[0]
    return Apply(BOOL, any(item.nullable for item in operands), operator, _LOGICAL[operator], tuple(operands))


def negated(condition: Scalar) -> Scalar:
    """Return the condition that this one is false; null stays null."""
    if isinstance(condition, Constant) and isinstance(condition.value, bool):
        return Constant(BOOL, not condition.value)
    return apply("not", template("(NOT {0})"), BOOL, condition)


# Rule 1: null == value is false, null != value is true, null with null is null.
_EQUAL: Mapping[tuple[bool, bool], Template] = {
    (False, False): template("({0} = {1})"),
    (True, False): template("ifNull({0} = {1}, false)"),
    (False, True): template("ifNull({0} = {1}, false)"),
    (True, True): template("if(isNull({0}) != isNull({1}), false, {0} = {1})"),
}
_UNEQUAL: Mapping[tuple[bool, bool], Template] = {
    (False, False): template("({0} != {1})"),
    (True, False): template("ifNull({0} != {1}, true)"),
    (False, True): template("ifNull({0} != {1}, true)"),
    (True, True): template("if(isNull({0}) != isNull({1}), true, {0} != {1})"),
}
_ORDER = {operator: template(f"({{0}} {operator} {{1}})") for operator in ("<", ">", "<=", ">=")}


def common_type(left: ValueType, right: ValueType) -> ValueType | None:
    """Return the type in which two values meet, or None where they do not."""
    if left == right:
        return left
    if left.kql is right.kql:
        return PLAIN[left.kql]
    if left.kql in NUMBERS and right.kql in NUMBERS:
        return left if NUMBER_RANK[left.kql] > NUMBER_RANK[right.kql] else right
    if left.kql is _K.DYNAMIC or right.kql is _K.DYNAMIC:
        return PLAIN[right.kql if left.kql is _K.DYNAMIC else left.kql]
    return None


def comparable(left: Scalar, right: Scalar) -> tuple[Scalar, Scalar] | None:
    """Return both sides in the type in which they can be compared, or None."""
    target = _comparison_type(left, right)
    if target is None:
        return None
    if left.type.kql in NUMBERS and right.type.kql in NUMBERS:
        return left, right
    if (
        isinstance(right, Constant)
        and right.type.kql is _K.STRING
        and target.kql in NUMBERS
        and convert(right, target) is None
    ):
        target = STRING
    first, second = convert(left, target), convert(right, target)
    return None if first is None or second is None else (first, second)


def _comparison_type(left: Scalar, right: Scalar) -> ValueType | None:
    kinds = {left.type.kql, right.type.kql}
    if kinds == {_K.DYNAMIC}:
        return STRING
    if _K.DYNAMIC in kinds:
        return _with_dynamic(left, right)
    if len(kinds) == 1:
        return left.type
    if kinds <= NUMBERS:
        return common_type(left.type, right.type)
    if _K.BOOL in kinds and kinds & NUMBERS:
        return LONG
    if kinds == {_K.STRING, _K.GUID}:
        return STRING
    if kinds in ({_K.STRING, _K.DATETIME}, {_K.STRING, _K.TIMESPAN}):
        return PLAIN[(kinds - {_K.STRING}).pop()]
    if kinds <= {_K.STRING, _K.BOOL}:
        return BOOL
    if _K.STRING in kinds and kinds & NUMBERS:
        number = (kinds - {_K.STRING}).pop()
        return PLAIN[_K.LONG if number is _K.INT else number]
    return None


def _with_dynamic(left: Scalar, right: Scalar) -> ValueType:
    other = right if left.type.kql is _K.DYNAMIC else left
    if other.type.kql is _K.INT:
        return LONG
    return PLAIN[other.type.kql]


_NUMBER_LIKE = frozenset({_K.BOOL, _K.DYNAMIC, *NUMBERS})


def _have_order(left: ValueType, right: ValueType) -> bool:
    """Say whether one value can be less than the other: numbers, datetimes and timespans can, texts cannot."""
    if OPEN in (left, right):
        return True
    kinds = {left.kql, right.kql}
    numeric = kinds <= _NUMBER_LIKE and not {_K.BOOL, _K.DYNAMIC} <= kinds
    return numeric or kinds in ({_K.DATETIME}, {_K.TIMESPAN})


def compare(operator: str, left: Scalar, right: Scalar) -> Scalar | None:
    """Return `left operator right` for == != < > <= >=, or None where the types cannot be compared."""
    if operator in _ORDER and not _have_order(left.type, right.type):
        return None
    sides = comparable(left, right)
    if sides is None:
        return None
    first, second = sides
    if operator in _ORDER:
        return apply(operator, _ORDER[operator], BOOL, first, second)
    key = (first.nullable, second.nullable)
    pattern = _EQUAL[key] if operator == "==" else _UNEQUAL[key]
    return apply(operator, pattern, BOOL, first, second, nullable=key == (True, True))


def among(value: Scalar, items: Sequence[Scalar], *, fold: bool) -> Scalar | None:
    """Return whether a value equals one of others (`in`, or `in~` with `fold`); None where types do not meet."""
    kinds = {item.type.kql for item in items}
    if value.type.kql is _K.DYNAMIC and kinds == {_K.STRING}:
        converted = convert(value, STRING)
        if converted is None:
            return None
        value = converted
    conditions: list[Scalar] = []
    plain = [
        item for item in items if isinstance(item, Constant) and item.type.kql in INTEGERS and item.value is not None
    ]
    if len(plain) == len(items) > 1 and value.type.kql in INTEGERS:
        return apply("in", _in_numbers(tuple(plain)), BOOL, value, nullable=False)
    for item in items:
        condition = _fold_equal(value, item) if fold else compare("==", value, item)
        if condition is None:
            return None
        conditions.append(condition)
    return logical("or", conditions) if conditions else Constant(BOOL, value=False)


def _fold_equal(value: Scalar, item: Scalar) -> Scalar | None:
    first, second = convert(value, STRING), convert(item, STRING)
    if first is None or second is None:
        return None
    return apply("=~", template("(lowerUTF8({0}) = lowerUTF8({1}))"), BOOL, first, second)


def _in_numbers(items: Sequence[Constant]) -> Template:
    numbers = ", ".join(str(int(item.value)) for item in items if isinstance(item.value, int))
    return Template("ifNull({0} IN (" + numbers + "), false)")


# Arithmetic

_ROUNDED = template("toInt64({0})")


def arithmetic(operator: str, left: Scalar, right: Scalar) -> Scalar | None:
    """Return `left operator right` for + - * / %, or None where the types have no such operator."""
    both_dynamic = is_dynamic(left.type) and is_dynamic(right.type)
    left, right = _without_dynamic(operator, left, right)
    kinds = (left.type.kql, right.type.kql)
    if isinstance(left, Constant) and isinstance(right, Constant):
        folded = _fold(operator, left, right)
        if folded is not None:
            return folded
    if kinds[0] in NUMBERS and kinds[1] in NUMBERS:
        number = _numbers(operator, left, right)
        return apply("value", template("{0}"), scalar_of(_K.REAL), number) if both_dynamic and number else number
    special = _TIMES.get((operator, kinds))
    if special is None:
        return None
    pattern, result, always = special
    return apply(operator, pattern, result, left, right, nullable=True if always else None)


def _without_dynamic(operator: str, left: Scalar, right: Scalar) -> tuple[Scalar, Scalar]:
    def plain(value: Scalar, other: Scalar) -> Scalar:
        if value.type.kql is not _K.DYNAMIC:
            return value
        if value.type.form is Form.SCALAR and value.type.element is not None:
            target = PLAIN[value.type.element]
        elif other.type.kql in (_K.DYNAMIC, _K.STRING):
            target = REAL
        elif other.type.kql is _K.INT:
            target = LONG
        elif other.type.kql is _K.DATETIME and operator == "+":
            target = TIMESPAN
        else:
            target = PLAIN[other.type.kql]
        return convert(value, target) or value

    return plain(left, right), plain(right, left)


def _numbers(operator: str, left: Scalar, right: Scalar) -> Scalar | None:
    result = common_type(left.type, right.type) or REAL
    if {left.type.kql, right.type.kql} == {_K.DECIMAL, _K.REAL}:
        left, right = convert(left, DECIMAL) or left, convert(right, DECIMAL) or right
    if operator in ("+", "-", "*"):
        if result.kql is _K.INT:
            result = LONG
        if result.kql is _K.DECIMAL:
            left, right = convert(left, DECIMAL) or left, convert(right, DECIMAL) or right
        return apply(operator, template(f"({{0}} {operator} {{1}})"), result, left, right)
    if result.kql is _K.INT:
        result = LONG
    safe = isinstance(right, Constant) and right.value not in (0, None)
    if operator == "/":
        if result.kql in INTEGERS:
            pattern = template("intDiv({0}, {1})") if safe else template("intDivOrNull({0}, {1})")
            return apply("/", pattern, result, left, right, nullable=None if safe else True)
        return apply("/", template("({0} / {1})"), REAL if result.kql is _K.REAL else result, left, right)
    if operator == "%":
        pattern = template("({0} % {1})") if safe else template("moduloOrNull({0}, {1})")
        return apply("%", pattern, result, left, right, nullable=None if safe else True)
    return None


_PLUS_TIME = template("reinterpret(reinterpret({0}, 'Int64') + toInt64({1}), 'DateTime64(7, \\'UTC\\')')")
_TIME_PLUS = template("reinterpret(reinterpret({1}, 'Int64') + toInt64({0}), 'DateTime64(7, \\'UTC\\')')")
_MINUS_TIME = template("reinterpret(reinterpret({0}, 'Int64') - toInt64({1}), 'DateTime64(7, \\'UTC\\')')")
_TIMES: Mapping[tuple[str, tuple[KqlType, KqlType]], tuple[Template, ValueType, bool]] = {
    ("-", (_K.DATETIME, _K.DATETIME)): (
        template("(reinterpret({0}, 'Int64') - reinterpret({1}, 'Int64'))"),
        TIMESPAN,
        False,
    ),
    ("+", (_K.DATETIME, _K.TIMESPAN)): (_PLUS_TIME, DATETIME, False),
    ("+", (_K.TIMESPAN, _K.DATETIME)): (_TIME_PLUS, DATETIME, False),
    ("-", (_K.DATETIME, _K.TIMESPAN)): (_MINUS_TIME, DATETIME, False),
    ("+", (_K.TIMESPAN, _K.TIMESPAN)): (template("({0} + {1})"), TIMESPAN, False),
    ("-", (_K.TIMESPAN, _K.TIMESPAN)): (template("({0} - {1})"), TIMESPAN, False),
    ("/", (_K.TIMESPAN, _K.TIMESPAN)): (template("({0} / {1})"), REAL, False),
    ("%", (_K.TIMESPAN, _K.TIMESPAN)): (template("moduloOrNull({0}, {1})"), TIMESPAN, True),
    **{("*", (_K.TIMESPAN, number)): (template("toInt64({0} * {1})"), TIMESPAN, False) for number in NUMBERS},
    **{("*", (number, _K.TIMESPAN)): (template("toInt64({0} * {1})"), TIMESPAN, False) for number in NUMBERS},
    **{("/", (_K.TIMESPAN, number)): (template("intDivOrNull({0}, {1})"), TIMESPAN, True) for number in INTEGERS},
    ("/", (_K.TIMESPAN, _K.REAL)): (template("toInt64({0} / {1})"), TIMESPAN, False),
}

_FOLDS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def _fold(operator: str, left: Constant, right: Constant) -> Scalar | None:
    """Compute datetimes and timespans now, so that a bound on time is a constant for the engine."""
    first, second = left.value, right.value
    if not isinstance(first, int | float) or not isinstance(second, int | float) or isinstance(first, bool):
        return None
    kinds = (left.type.kql, right.type.kql)
    known = _TIMES.get((operator, kinds))
    if known is None:
        if operator in _FOLDS and set(kinds) <= INTEGERS and abs(_FOLDS[operator](first, second)) < 2**62:
            return Constant(LONG, int(_FOLDS[operator](first, second)))
        return None
    result = known[1]
    if operator in _FOLDS:
        return Constant(result, int(_FOLDS[operator](first, second)))
    if operator == "/" and second and result is TIMESPAN:
        return Constant(TIMESPAN, int(first / second))
    if operator == "/" and second:
        return Constant(REAL, first / second)
    return None


def is_signed(value: Scalar) -> bool:
    """Say whether a value can have a sign."""
    return value.type.kql in NUMBERS or value.type.kql in (_K.TIMESPAN, _K.DATETIME, _K.DYNAMIC)


def minus(value: Scalar) -> Scalar | None:
    """Return the value with its sign changed, or None for a type that has none."""
    if value.type.kql is _K.DYNAMIC:
        plain = convert(value, REAL) or value
        return apply("-", template("(-{0})"), scalar_of(_K.REAL), plain)
    result = LONG if value.type.kql is _K.INT else value.type
    if isinstance(value, Constant) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return Constant(result, -value.value)
    if value.type.kql in NUMBERS or value.type.kql is _K.TIMESPAN:
        return apply("-", template("(-{0})"), result, value)
    return None


def bin_of(value: Scalar, size: Scalar) -> Scalar | None:
    """Return `bin(value, size)`: the value rounded down to a multiple of the size (rule 4); a size that is not above 0 gives null."""
    if not isinstance(size, Constant):
        size = apply("size", template("if({0} > 0, {0}, NULL)"), size.type, size, nullable=True)
    elif isinstance(size.value, int | float) and size.value <= 0:
        size = Constant(size.type, None)
    kind = value.type.kql
    if value.type == OPEN:
        plain = convert(value, DATETIME if size.type.kql is _K.TIMESPAN else REAL)
        return None if plain is None else bin_of(plain, size)
    if kind in (_K.DATETIME, _K.TIMESPAN):
        if size.type.kql is not _K.TIMESPAN and size.type != OPEN:
            return None
        if kind is _K.DATETIME:
            return _bin_datetime(value, size)
        span = convert(size, TIMESPAN) or size
        return apply("bin", template("({0} - positiveModulo({0}, {1}))"), TIMESPAN, value, span)
    if kind not in NUMBERS or (size.type.kql not in NUMBERS and size.type.kql is not _K.DYNAMIC):
        return None
    size = convert(size, REAL) or size if size.type.kql is _K.DYNAMIC else size
    result = common_type(value.type, size.type) or value.type
    result = LONG if result.kql is _K.INT else result
    if result.kql in INTEGERS:
        return apply("bin", template("({0} - positiveModulo({0}, {1}))"), result, value, size)
    return apply("bin", template("(floor({0} / {1}) * {1})"), result, value, size)


def _bin_datetime(value: Scalar, size: Scalar) -> Scalar | None:
    span = convert(size, TIMESPAN)
    if span is None:
        return None
    if (
        isinstance(span, Constant)
        and isinstance(span.value, int)
        and span.value > 0
        and 864_000_000_000 % span.value == 0
    ):
        pattern = template(
            "reinterpret(reinterpret({0}, 'Int64') - positiveModulo(reinterpret({0}, 'Int64'), {1}), 'DateTime64(7, \\'UTC\\')')"
        )
    else:
        # Kusto's calendar starts in the year 1: a bin of a week starts on Mondays.
        pattern = template(
            "reinterpret(reinterpret({0}, 'Int64') - positiveModulo(reinterpret({0}, 'Int64') + 621355968000000000, {1}), "
            "'DateTime64(7, \\'UTC\\')')"
        )
    return apply("bin", pattern, DATETIME, value, span)


def plain_equality(node: Apply, sql: Sequence[Sql]) -> Sql | None:
    """Return `==` without its null rule, for a place where null and false do the same."""
    return fill("({0} = {1})", sql[0], sql[1]) if node.name == "==" else None
