"""Calls: which function is meant, which overload fits, and what its arguments become."""

from collections.abc import Callable, Mapping, Sequence

from huntline.kql import syntax
from huntline.kql.binder.state import (
    Binding,
    BoundScalar,
    BoundTable,
    LetFunction,
    LetValue,
    Names,
    Relation,
    Row,
    State,
)
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions import FUNCTIONS, OPERATORS
from huntline.kql.functions.absent import ABSENT
from huntline.kql.functions.aggregates import AGGREGATES
from huntline.kql.functions.conversions import TARGETS, convert
from huntline.kql.functions.operators import common_type, negated
from huntline.kql.functions.regex import regex_fault
from huntline.kql.functions.spec import FunctionSpec, Nulls, ParameterSpec
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.types import (
    INTEGERS,
    JSON,
    NUMBER_RANK,
    NUMBERS,
    OPEN,
    PLAIN,
    TYPE_NAMES,
    Form,
    KqlType,
    ValueType,
    array_of,
    is_dynamic,
)

_K = KqlType

Special = Callable[[State, syntax.Call, Row], Scalar]
SPECIAL: dict[str, Special] = {}
"""Functions that need more than a row: filled by the modules of this package that define them."""
AGGREGATE_SPECIAL: dict[str, Special] = {}
"""Aggregate functions that need more than a row."""


def special(*names: str) -> Callable[[Special], Special]:
    """Enter a binder of calls under these names."""

    def enter(function: Special) -> Special:
        SPECIAL.update(dict.fromkeys(names, function))
        return function

    return enter


def aggregate_special(*names: str) -> Callable[[Special], Special]:
    """Enter a binder of calls of aggregate functions under these names."""

    def enter(function: Special) -> Special:
        AGGREGATE_SPECIAL.update(dict.fromkeys(names, function))
        return function

    return enter


_REFUSED = {"externaldata": "externaldata_not_allowed", "external_data": "externaldata_not_allowed"}
CROSS_RESOURCE = frozenset(
    {"cluster", "database", "workspace", "app", "adx", "arg", "resource", "external_table", "_GetWatchlist"}
)


def is_aggregate(name: str) -> bool:
    """Say whether a name is that of an aggregate function."""
    return name in AGGREGATES or name in AGGREGATE_SPECIAL


def bind_call(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Return the scalar of a call.

    Raises:
        Failure: no such function, or its arguments do not fit.
    """
    name = node.name
    binding = state.names.find(name)
    if isinstance(binding, LetFunction):
        return _bind_user_function(state, node, binding, row)
    if row.functions is not None and name in row.functions:
        return row.functions[name](node, row)
    if row.aggregating and is_aggregate(name):
        return _bind_aggregate(state, node, row)
    handler = SPECIAL.get(name)
    if handler is not None:
        return handler(state, node, row)
    if name in TARGETS:
        return _bind_conversion(state, node, row)
    overloads = FUNCTIONS.get(name)
    if overloads is not None:
        return bind_overloads(state, node, overloads, row)
    failure = _unknown(state, node)
    if failure.code != "unknown_function":
        raise failure
    inner = Row(row.fields, row.operator, relation=row.relation) if row.aggregating else row
    for argument in node.arguments:
        if not state.is_table(argument):
            state.bind_scalar(argument, inner)
    return state.missed(failure)


def _unknown(state: State, node: syntax.Call) -> Failure:
    name = node.name
    if name in _REFUSED:
        return Failure(_REFUSED[name], node.start, node.end)
    if name.lstrip(".") in CROSS_RESOURCE:
        return Failure("cross_resource_not_allowed", node.start, node.end, name=name.lstrip("."))
    if is_aggregate(name):
        return Failure("aggregate_here", node.start, node.end, name=name)
    if name in ABSENT:
        return Failure("not_supported", node.start, node.end, what=f"the function '{name}'")
    known = {*FUNCTIONS, *SPECIAL, *TARGETS, *AGGREGATES, *AGGREGATE_SPECIAL, *state.names.all()}
    return Failure("unknown_function", node.start, node.start + len(name), name=name, replacement=nearest(name, known))


def _bind_conversion(state: State, node: syntax.Call, row: Row) -> Scalar:
    if len(node.arguments) != 1:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="1", found=len(node.arguments))
    value = state.bind_scalar(node.arguments[0], row)
    converted = convert(value, TARGETS[node.name])
    if converted is None:
        raise _wrong_type(node, 0, str(TARGETS[node.name].kql), value)
    return converted


def _wrong_type(node: syntax.Call, position: int, expected: str, value: Scalar) -> Failure:
    argument = node.arguments[position] if position < len(node.arguments) else node
    return Failure(
        "argument_type",
        argument.start,
        argument.end,
        name=node.name,
        position=position + 1,
        expected=expected,
        found=value.type.kql,
    )


def bind_overloads(state: State, node: syntax.Call, overloads: Sequence[FunctionSpec], row: Row) -> Scalar:
    """Return the call of the overload that fits the arguments best."""
    inner = row if not row.aggregating else _inside_aggregate(row, node.name)
    arguments = tuple(state.bind_scalar(argument, inner) for argument in node.arguments)
    return apply_overloads(node, overloads, arguments)


def _inside_aggregate(row: Row, name: str) -> Row:
    if not is_aggregate(name):
        return row
    return Row(row.fields, row.operator, relation=row.relation, around=row)


def apply_overloads(node: syntax.Call, overloads: Sequence[FunctionSpec], arguments: tuple[Scalar, ...]) -> Scalar:
    """Return the call of the overload that fits bound arguments best."""
    found = len(arguments)
    fitting = [spec for spec in overloads if spec.least <= found and (spec.most is None or found <= spec.most)]
    if not fitting:
        least, most = (
            min(spec.least for spec in overloads),
            max(64 if spec.most is None else spec.most for spec in overloads),
        )
        expected = str(least) if least == most else f"{least} to {most}"
        raise Failure("argument_count", node.start, node.end, name=node.name, expected=expected, found=found)
    best: tuple[int, FunctionSpec] | None = None
    for spec in fitting:
        cost = sum(_cost(argument, _parameter(spec, i)) for i, argument in enumerate(arguments))
        if best is None or cost < best[0]:
            best = (cost, spec)
    if best is None:  # pragma: no cover - `fitting` is not empty
        raise Failure("internal", node.start, node.end)
    return _apply(node, best[1], arguments)


def _parameter(spec: FunctionSpec, position: int) -> ParameterSpec:
    return spec.parameters[min(position, len(spec.parameters) - 1)]


def _cost(argument: Scalar, parameter: ParameterSpec) -> int:
    kind, have = parameter.kind, argument.type
    if kind in ("any", "same"):
        return 1
    if kind in ("array", "texts"):
        return 0 if have.form is Form.ARRAY else 1 if have.kql is _K.DYNAMIC else 20
    if kind == "text":
        return 0 if have.kql is _K.STRING else 2
    if kind == "number":
        return 0 if have.kql in NUMBERS else 6 if have.kql is _K.DYNAMIC else 50
    wanted = TYPE_NAMES[kind]
    if have.kql is wanted:
        return 0
    if have.kql in NUMBERS and wanted in NUMBERS:
        return (
            1
            + abs(NUMBER_RANK[have.kql] - NUMBER_RANK[wanted])
            + (4 if NUMBER_RANK[wanted] < NUMBER_RANK[have.kql] else 0)
        )
    if have.kql is _K.DYNAMIC:
        return 8
    return 10 if wanted is _K.STRING else 30


def _apply(node: syntax.Call, spec: FunctionSpec, arguments: tuple[Scalar, ...]) -> Scalar:
    same = _common(node, spec, arguments)
    converted: list[Scalar] = []
    for i, argument in enumerate(arguments):
        parameter = _parameter(spec, i)
        value = _fit(argument, parameter, same)
        if value is None:
            raise _wrong_type(node, i, parameter.kind, argument)
        if parameter.constant and not isinstance(value, Constant):
            place = node.arguments[i] if i < len(node.arguments) else node
            raise Failure("argument_constant", place.start, place.end, name=node.name, position=i + 1)
        converted.append(value)
    if spec.words is not None and str(getattr(converted[0], "value", "")).lower() not in spec.words:
        place = node.arguments[0]
        reason = "it must be one of " + ", ".join(sorted(spec.words))
        raise Failure("argument_value", place.start, place.end, name=node.name, position=1, reason=reason)
    result = spec.result_type(tuple(item.type for item in converted), same)
    texts = result.kql in (_K.STRING, _K.GUID) or (result.kql is _K.DYNAMIC and result.form is not Form.SCALAR)
    nullable = not texts and (
        spec.nulls is Nulls.ALWAYS or (spec.nulls is Nulls.STICKY and any(item.nullable for item in converted))
    )
    fold = FOLDS.get(spec.name)
    if fold is not None and all(isinstance(item, Constant) for item in converted):
        return Constant(result, fold([item.value for item in converted if isinstance(item, Constant)]))
    if 3 in spec.rules:
        _check_regex(node, converted)
    return Apply(result, nullable, spec.name, spec.sql, tuple(converted))


def _check_regex(node: syntax.Call, arguments: list[Scalar]) -> None:
    position = 1 if node.name in ("replace_regex", "matches regex") else 0
    pattern = arguments[position]
    if isinstance(pattern, Constant) and (fault := regex_fault(str(pattern.value))) is not None:
        place = node.arguments[position]
        raise Failure("invalid_regex", place.start, place.end, reason=fault)


def _common(node: syntax.Call, spec: FunctionSpec, arguments: tuple[Scalar, ...]) -> ValueType | None:
    found: ValueType | None = None
    for i, argument in enumerate(arguments):
        if _parameter(spec, i).kind != "same" or (isinstance(argument, Constant) and argument.value is None and found):
            continue
        if isinstance(argument, Constant) and argument.value is None and argument.type.kql is _K.DYNAMIC:
            continue
        merged = argument.type if found is None else common_type(found, argument.type)
        if found is not None and spec.name in _ONE_TYPE and is_dynamic(found) != is_dynamic(argument.type):
            merged = merged if OPEN in (found, argument.type) else None
        if merged is None and spec.name in _MIXING:
            return JSON
        if merged is None:
            raise _wrong_type(node, i, str(found.kql if found else "any"), argument)
        found = merged
    if found is not None and is_dynamic(found) and spec.name in _ORDERING:
        raise _wrong_type(node, 0, "a plain value", arguments[0])
    return found


_MIXING = frozenset({"iff", "iif", "case"})
"""Functions whose values may be of any types: where the types do not meet, the result is a dynamic."""
_ORDERING = frozenset({"max_of", "min_of"})
_ONE_TYPE = _ORDERING | {"coalesce"}
"""Functions that take a dynamic beside dynamics only."""


def unify(node: syntax.Call, arguments: Sequence[Scalar]) -> tuple[ValueType, list[Scalar]]:
    """Return the common type of arguments, and them in that type."""
    spec = FunctionSpec(
        node.name, (ParameterSpec("same", repeated=True),), "same", lambda _n, sql: sql[0], Nulls.STICKY, (), 0, None
    )
    same = _common(node, spec, tuple(arguments)) or PLAIN[_K.DYNAMIC]
    converted: list[Scalar] = []
    for i, argument in enumerate(arguments):
        value = convert(argument, same)
        if value is None:
            raise _wrong_type(node, i, str(same.kql), argument)
        converted.append(value)
    return same, converted


def _fit(argument: Scalar, parameter: ParameterSpec, same: ValueType | None) -> Scalar | None:
    kind = parameter.kind
    if kind == "any":
        return argument
    if kind == "same":
        return convert(argument, same) if same is not None else argument
    if kind == "array":
        if argument.type.form is Form.ARRAY:
            return argument
        return convert(argument, array_of(_K.DYNAMIC)) if argument.type.kql in (_K.DYNAMIC, _K.STRING) else None
    if kind == "texts":
        return convert(argument, array_of(_K.STRING)) if argument.type.kql in (_K.DYNAMIC, _K.STRING) else None
    if kind == "text":
        return convert(argument, PLAIN[_K.STRING])
    if kind == "number":
        if argument.type.kql in NUMBERS:
            return argument
        return convert(argument, PLAIN[_K.REAL]) if argument.type == OPEN else None
    target = PLAIN[TYPE_NAMES[kind]]
    if target.kql not in (_K.STRING, _K.DYNAMIC) and is_dynamic(argument.type):
        return None
    if target.kql in INTEGERS and argument.type.kql in (_K.REAL, _K.DECIMAL):
        return None
    if (
        argument.type.kql in NUMBERS
        and target.kql in NUMBERS
        and NUMBER_RANK[argument.type.kql] <= NUMBER_RANK[target.kql]
    ):
        # A smaller number fits as it is; only decimals and reals are told apart by SQL.
        return argument if target.kql is not _K.DECIMAL else convert(argument, target)
    return convert(argument, target) if _converts(argument.type.kql, target.kql) else None


def _converts(source: KqlType, target: KqlType) -> bool:
    """Say whether the language brings an argument into another type by itself."""
    if source is target or _K.DYNAMIC in (source, target):
        return True
    if source in NUMBERS and target in NUMBERS:
        return True
    return {source, target} == {_K.STRING, _K.GUID}


def bind_operator(operator: str, left: Scalar, right: Scalar, node: syntax.Node) -> Scalar:
    """Return `left operator right` for an operator over strings."""
    denied = operator.startswith("!")
    name = {"!~": "=~", ":": "has"}.get(operator, operator.removeprefix("!"))
    place = syntax.Call(node.start, node.end, name, (getattr(node, "left", node), getattr(node, "right", node)))
    if left.type.kql is not _K.STRING and left.type.kql is not _K.DYNAMIC:
        raise Failure(
            "operator_types", node.start, node.end, operator=operator, left=left.type.kql, right=right.type.kql
        )
    if name not in OPERATORS:
        raise Failure("not_supported", node.start, node.end, what=f"the operator '{operator}'")
    try:
        result = apply_overloads(place, OPERATORS[name], (left, right))
    except Failure as failure:
        if failure.code != "argument_type":
            raise
        raise Failure(
            "operator_types", node.start, node.end, operator=operator, left=left.type.kql, right=right.type.kql
        ) from None
    return negated(result) if denied or operator == "!~" else result


def _bind_aggregate(state: State, node: syntax.Call, row: Row) -> Scalar:
    handler = AGGREGATE_SPECIAL.get(node.name)
    if handler is not None:
        return handler(state, node, _inside_aggregate(row, node.name))
    inner = _inside_aggregate(row, node.name)
    arguments = tuple(state.bind_scalar(argument, inner) for argument in node.arguments)
    if arguments and is_dynamic(arguments[0].type):
        raise _wrong_type(node, 0, "a plain value", arguments[0])
    return apply_overloads(node, AGGREGATES[node.name].overloads, arguments)


# Functions of the query itself


def _bind_user_function(state: State, node: syntax.Call, binding: LetFunction, row: Row) -> Scalar:
    expression, names = enter_function(state, node, binding, row)
    with state.entering(names, binding, node):
        if state.is_table(expression):
            raise Failure("tabular_here", node.start, node.end, name=node.name)
        return state.bind_scalar(expression, Row({}, binding.declaration.name))


def enter_function(
    state: State, node: syntax.Call, binding: LetFunction, row: Row, first: Relation | None = None
) -> tuple[syntax.Expression, Names]:
    """Return the expression that a call of a function comes to, and the names it is to be bound in.

    `first` is the input of `invoke`, which goes to the first parameter.

    Raises:
        Failure: the function calls itself, or its arguments do not fit.
    """
    declaration = binding.declaration
    if any(active is binding for active in state.active):
        raise Failure("recursive_name", node.start, node.end, name=declaration.name)
    given: dict[str, Binding] = {}
    parameters = list(declaration.parameters)
    if first is not None and parameters:
        given[parameters.pop(0).name] = BoundTable(lambda: first)
    named = [argument for argument in node.arguments if isinstance(argument, syntax.NamedArgument)]
    placed = [argument for argument in node.arguments if not isinstance(argument, syntax.NamedArgument)]
    if len(placed) > len(parameters):
        expected = len(parameters)
        raise Failure("argument_count", node.start, node.end, name=node.name, expected=expected, found=len(placed))
    # An argument without a name means the parameter at its own place, also behind one with a name.
    at_place = zip(parameters, node.arguments, strict=False)
    values = {parameter.name: item for parameter, item in at_place if not isinstance(item, syntax.NamedArgument)}
    values.update({argument.name: argument.value for argument in named})
    for parameter in parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            raise Failure("parameter_missing", node.start, node.end, name=node.name, parameter=parameter.name)
        given[parameter.name] = _argument(state, parameter, value, row)
    return enter_body(declaration.body, Names(given, binding.names))


def _argument(state: State, parameter: syntax.Parameter, value: syntax.Expression, row: Row) -> Binding:
    if parameter.type is None:
        names, calls = state.names, state.calls

        def build() -> Relation:
            with state.within(names), state.counting_from(calls):
                return state.bind_table(value)

        return BoundTable(build)
    scalar = state.bind_scalar(value, row)
    converted = convert(scalar, PLAIN[parameter.type])
    if converted is None or scalar.type.kql is _K.DYNAMIC:
        return BoundScalar(scalar if scalar.type.kql is parameter.type else converted or scalar)
    return BoundScalar(converted)


def enter_body(program: syntax.Program, names: Names) -> tuple[syntax.Expression, Names]:
    """Return the expression that a function's body ends with, and the names it is to be bound in."""
    expression: syntax.Expression | None = None
    for statement in program.statements:
        if isinstance(statement, syntax.Let):
            names = names.having(statement.name, LetValue(statement.value, names))
        elif isinstance(statement, syntax.LetFunction):
            names = names.having(statement.name, LetFunction(statement, names))
        elif isinstance(statement, syntax.ExpressionStatement):
            expression = statement.expression
    if expression is None:
        raise Failure("empty_query", program.start, program.end)
    return expression, names


FOLDS: Mapping[str, Callable[[list[object]], object]] = {
    "tolower": lambda values: str(values[0]).lower(),
    "toupper": lambda values: str(values[0]).upper(),
    "strcat": lambda values: "".join(map(str, values)),
    "strlen": lambda values: len(str(values[0])),
    "replace_string": lambda values: str(values[0]).replace(str(values[1]), str(values[2])) if values[1] else values[0],
}
"""Functions whose value over constants is known now."""
