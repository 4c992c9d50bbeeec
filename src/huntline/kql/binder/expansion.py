"""Operators that make rows out of arrays, and columns out of text: mv-expand, mv-apply, parse, parse-kv (rule 6)."""

from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.combination import option
from huntline.kql.binder.naming import implied_name
from huntline.kql.binder.operators import bind_operators, operator, row_count, row_of
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.state import Partition, Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.operators import logical
from huntline.kql.functions.regex import group_count, regex_fault
from huntline.kql.functions.text_search import quote_regex
from huntline.kql.plan import Apply, Column, Constant, Expand, Extend, Filter, Number, Plan, Scalar
from huntline.kql.sql import Sql, call, fill, string, template
from huntline.kql.types import BOOL, JSON, LONG, PLAIN, STRING, Form, KqlType, array_of, scalar_of

_K = KqlType
# A bag expands to one bag for each of its properties, a scalar to itself, null to one null.
_ELEMENTS = (
    "multiIf(JSONType({0}) = 'Array', JSONExtractArrayRaw({0}), JSONType({0}) = 'Object', "
    "arrayMap(_p -> OBJECT, JSONExtractKeysAndValuesRaw({0})), [{0}])"
)
_AS_BAGS = template(_ELEMENTS.replace("OBJECT", "concat(char(123), toJSONString(_p.1), ':', _p.2, char(125))"))
_AS_PAIRS = template(_ELEMENTS.replace("OBJECT", "concat('[', toJSONString(_p.1), ',', _p.2, ']')"))


def _elements(value: Scalar, node: syntax.Node, *, pairs: bool) -> Scalar:
    """Return what a value expands to, as an array."""
    if value.type.form is Form.ARRAY:
        return value
    # A stored text may be taken apart as well: the same column is a dynamic in Sentinel.
    stored = value.type.kql is _K.STRING and isinstance(value, Column)
    text = convert(value, JSON) if value.type.kql is _K.DYNAMIC or stored else None
    if text is None:
        raise Failure("cannot_index", node.start, node.end, found=value.type.kql)
    return apply("elements", _AS_PAIRS if pairs else _AS_BAGS, array_of(_K.DYNAMIC), text, nullable=False)


def _expanded(
    state: State, relation: Relation, node: syntax.MvExpand | syntax.MvApply, name: str
) -> tuple[Relation, set[str]]:
    """Return the rows of the elements, and the names of the columns that hold them."""
    row = row_of(relation, name)
    kind = option(node.options, "kind", "bagexpansion")
    pairs = kind is not None and kind.value == "array"
    arrays: list[tuple[Column, Scalar]] = []
    typed: list[tuple[Column, Scalar]] = []
    fields = dict(relation.fields)
    names: set[str] = set()
    for position, item in enumerate(node.expansions):
        value = bind_scalar(state, item.expression.expression, row)
        array = _elements(value, item, pairs=pairs)
        element = array.type.element or _K.DYNAMIC
        column = state.column(scalar_of(element), nullable=element not in (_K.STRING, _K.GUID, _K.DYNAMIC))
        arrays.append((column, array))
        label = item.expression.names[0] if item.expression.names else implied_name(item.expression.expression)
        label = label or f"Column{position + 1}"
        if label in names:
            raise Failure("duplicate_column", item.start, item.end, operator=name, name=label)
        names.add(label)
        if item.type is None:
            fields[label] = column
            continue
        converted = convert(column, PLAIN[item.type])
        if converted is None:
            raise Failure("cannot_compare", item.start, item.end, left=element, right=item.type)
        fields[label] = state.column_like(converted)
        typed.append((fields[label], converted))
    index = option(node.options, "with_itemindex")
    counter = None
    if index is not None:
        counter = state.column(LONG, nullable=False)
        fields[index.value] = counter
        names.add(index.value)
    limit = None if node.limit is None else row_count(state, node.limit, name)
    plan: Plan = Expand(relation.plan, tuple(arrays), counter, limit)
    if typed:
        plan = Extend(plan, tuple(typed))
    return Relation(plan, fields, relation.order), names


@operator(syntax.MvExpand)
def _mv_expand(state: State, relation: Relation, node: syntax.MvExpand) -> Relation:
    return _expanded(state, relation, node, "mv-expand")[0]


@operator(syntax.MvApply)
def _mv_apply(state: State, relation: Relation, node: syntax.MvApply) -> Relation:
    position = state.column(LONG, nullable=False)
    numbered = Relation(Number(relation.plan, position), relation.fields, relation.order)
    expanded, names = _expanded(state, numbered, node, "mv-apply")
    outer = {name: column for name, column in relation.fields.items() if name not in names}
    if relation.partition is not None:
        outer |= {f"$outer{i}": column for i, column in enumerate(relation.partition.kept.values())}
        outer["$outer"] = relation.partition.row
    inner = Relation(expanded.plan, expanded.fields, None, Partition(position, outer))
    result = bind_operators(state, inner, node.operators)
    kept = result.partition.kept if result.partition is not None else outer
    fields = {name: column for name, column in kept.items() if not name.startswith("$outer")}
    for name, column in result.fields.items():
        if name not in fields:
            fields[name] = column
    again = None
    if relation.partition is not None:
        columns = {name: kept[f"$outer{i}"] for i, name in enumerate(relation.partition.kept)}
        again = Partition(kept["$outer"], columns)
    return Relation(result.plan, fields, None, again)


# parse

_GROUPS = {
    _K.LONG: r"[ \t]*(-?\d+)",
    _K.INT: r"[ \t]*(-?\d+)",
    _K.REAL: r"[ \t]*(-?[\d.eE+-]+)",
    _K.DECIMAL: r"[ \t]*(-?[\d.]+)",
    _K.BOOL: r"(?i:(true|false|0|1))",
}


@operator(syntax.Parse)
def _parse(state: State, relation: Relation, node: syntax.Parse) -> Relation:
    name = "parse-where" if node.filters else "parse"
    value = bind_scalar(state, node.expression, row_of(relation, name))
    text = convert(value, STRING)
    if text is None:
        raise Failure("operator_types", node.start, node.end, operator=name, left=value.type.kql, right="string")
    kind = option(node.options, "kind")
    if kind is not None and kind.value not in ("simple", "relaxed", "regex"):
        raise Failure("bad_option", kind.start, kind.end, operator=name, value=kind.value, option="kind")
    pattern = _pattern(node, kind.value if kind is not None else "simple")
    groups = state.column(array_of(_K.STRING), nullable=False)
    matched = Apply(
        groups.type,
        nullable=False,
        name="parse",
        sql=lambda _node, sql: call("extractGroups", sql[0], string(pattern)),
        arguments=(text,),
    )
    plan: Plan = Extend(relation.plan, ((groups, matched),))
    if node.filters:
        plan = Filter(plan, apply("matched", template("notEmpty({0})"), BOOL, groups, nullable=False))
    values: list[tuple[str, Scalar]] = []
    for part in node.parts:
        if isinstance(part, syntax.ParseColumn):
            pattern_ = template(f"arrayElement({{0}}, {len(values) + 1})")
            raw = apply("group", pattern_, STRING, groups, nullable=False)
            values.append((part.name, convert(raw, PLAIN[part.type]) or raw))
    fields = dict(relation.fields)
    strict = kind is None or kind.value == "simple"
    definitions: list[tuple[Column, Scalar]] = []
    failing = [value for _, value in values if value.nullable]
    if strict and failing:
        # Without `relaxed` a value that is none of its type leaves the whole row without values.
        whole = state.column(BOOL, nullable=False)
        fits = logical(
            "and", [apply("fits", template("isNotNull({0})"), BOOL, value, nullable=False) for value in failing]
        )
        plan = Extend(plan, ((whole, fits),))
        if node.filters:
            plan = Filter(plan, whole)
        values = [(label, _only_if(whole, value)) for label, value in values]
    for label, value in values:
        fields[label] = state.column_like(value)
        definitions.append((fields[label], value))
    return Relation(Extend(plan, tuple(definitions)) if definitions else plan, fields, relation.order)


def _only_if(whole: Column, value: Scalar) -> Scalar:
    missing = "''" if value.type.kql in (_K.STRING, _K.GUID, _K.DYNAMIC) else "NULL"
    return apply("parsed", template(f"if({{0}}, {{1}}, {missing})"), value.type, whole, value, nullable=value.nullable)


def _pattern(node: syntax.Parse, kind: str) -> str:
    """Return the RE2 pattern of a parse pattern, with one group for each column."""
    flags = "(?s" + ("".join(flag for flag in node.flags if flag in "imU")) + ")"
    pieces: list[str] = [flags]
    if not isinstance(node.parts[0] if node.parts else None, syntax.ParseStar):
        pieces.append("^")
    last = len(node.parts) - 1
    for i, part in enumerate(node.parts):
        if isinstance(part, syntax.ParseStar):
            if i not in (0, last):
                pieces.append(".*?")
        elif isinstance(part, syntax.ParseColumn):
            starred = i < last and isinstance(node.parts[i + 1], syntax.ParseStar)
            typed = _GROUPS.get(part.type) if kind != "relaxed" or starred else None
            lazy = i < last and not starred and kind != "regex"
            pieces.append(typed or ("(.*?)" if lazy else "(.*)"))
        elif isinstance(part, syntax.Literal):
            pieces.append(_literal(part, kind))
    if node.parts and not isinstance(node.parts[-1], syntax.ParseStar):
        pieces.append("$")
    return "".join(pieces)


def _literal(part: syntax.Literal, kind: str) -> str:
    text = str(part.value)
    if kind != "regex":
        return quote_regex(text)
    fault = regex_fault(text)
    if fault is not None:
        raise Failure("invalid_regex", part.start, part.end, reason=fault)
    # Groups of the pattern itself must not count among those of the columns.
    return (
        text.replace("(?:", "(")
        .replace("(?", "\0")
        .replace("\\(", "\1")
        .replace("(", "(?:")
        .replace("\1", "\\(")
        .replace("\0", "(?")
    )


@operator(syntax.ParseKv)
def _parse_kv(state: State, relation: Relation, node: syntax.ParseKv) -> Relation:
    row = row_of(relation, "parse-kv")
    value = bind_scalar(state, node.expression, row)
    text = convert(value, STRING)
    if text is None:
        raise Failure("operator_types", node.start, node.end, operator="parse-kv", left=value.type.kql, right="string")
    settings = {"pair_delimiter": "", "kv_delimiter": "", "quote": '"', "escape": "", "regex": "", "greedy": "false"}
    for item in node.properties:
        constant = bind_scalar(state, item.value, Row({}, "parse-kv"))
        if not isinstance(constant, Constant) or item.name not in settings:
            reason = f"'{item.name}' must be a constant, and one of {', '.join(settings)}"
            raise Failure("invalid_value", item.start, item.end, operator="parse-kv", reason=reason)
        settings[item.name] = str(constant.value).lower() if item.name == "greedy" else str(constant.value)
        if item.name == "regex":
            _check_pair_regex(item, settings["regex"])
    if settings["greedy"] == "true" and len(settings["pair_delimiter"]) != 1:
        raise Failure(
            "not_supported", node.start, node.end, what="greedy parse-kv without a pair_delimiter of one character"
        )
    fields = dict(relation.fields)
    definitions: list[tuple[Column, Scalar]] = []
    for column in node.columns:
        found = _pair_value(text, column.name, settings)
        converted = convert(found, PLAIN[column.type]) or found
        fields[column.name] = state.column_like(converted)
        definitions.append((fields[column.name], converted))
    return Relation(Extend(relation.plan, tuple(definitions)), fields, relation.order)


_DELIMITER = "[^0-9A-Za-z]"


def _check_pair_regex(item: syntax.NamedArgument, pattern: str) -> None:
    if (fault := regex_fault(pattern)) is not None:
        raise Failure("invalid_regex", item.start, item.end, reason=fault)
    if group_count(pattern) != 2:
        reason = "the regular expression must have two groups: the key and the value"
        raise Failure("invalid_value", item.start, item.end, operator="parse-kv", reason=reason)


def _pair_value(text: Scalar, key: str, settings: dict[str, str]) -> Scalar:
    """Return the value of a key: that of the pair a regular expression finds, quoted, or up to the delimiter of pairs."""
    if settings["regex"]:
        pattern = f"(?-s){settings['regex']}"
        first = "arrayFirst(_g -> _g[1] = {2}, extractAllGroupsVertical({0}, {1}))[2]"
        return Apply(
            STRING,
            nullable=False,
            name="parse-kv",
            sql=lambda _node, sql: fill(first, sql[0], string(pattern), string(key)),
            arguments=(text,),
        )
    mark, stop = quote_regex(settings["quote"][:1] or '"'), quote_regex(settings["pair_delimiter"])
    between, escape = quote_regex(settings["kv_delimiter"]), quote_regex(settings["escape"][:1])
    # A delimiter that is not given is any character that is neither a letter nor a digit.
    stop, between = stop or _DELIMITER, between or _DELIMITER
    start = f"(?s)(?:^|{stop})\\s*{mark}?{quote_regex(key)}{mark}?\\s*{between}\\s*"
    # A greedy value goes on to the last delimiter in front of the next key.
    plain = f"(.*?)\\s*(?:{stop}[^{stop}]*?{between}|$)" if settings["greedy"] == "true" else f"(.*?)\\s*(?:{stop}|$)"
    quoted = f"((?:[^{mark}{escape}]|{escape}.)*)" if escape else f"([^{mark}]*)"
    pattern = f"{start}(?:{mark}{quoted}{mark}|{plain})"

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        groups = call("extractGroups", sql[0], string(pattern))
        if not escape:
            return call("arrayStringConcat", groups)
        bare = "arrayMap(_g -> concat(replaceRegexpAll(_g[1], {1}, '\\\\1'), _g[2]), [{0}])[1]"
        return fill(bare, groups, string(f"(?s){escape}(.)"))

    return Apply(STRING, nullable=False, name="parse-kv", sql=build, arguments=(text,))
