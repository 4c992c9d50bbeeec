"""The plugins that look places up in a table of polygons or of lines."""

from collections.abc import Callable

from huntline.kql import syntax
from huntline.kql.binder.calls import apply_overloads
from huntline.kql.binder.combination import joined
from huntline.kql.binder.operators import again, row_of
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import Relation, Row, State
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.conversions import apply
from huntline.kql.plan import Aggregate, Column, Constant, Extend, Filter, Join, Plan, Scalar
from huntline.kql.sql import template
from huntline.kql.types import BOOL, LONG

_OPTIONS = ("radius", "return_unmatched", "lookup_area_radius", "return_lookup_key")
_NEEDED = 4


def _lookup(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """Rows beside those of a table whose shape holds their place, or is not further from it than the radius."""
    call = node.call
    placed = [item for item in call.arguments if not isinstance(item, syntax.NamedArgument)]
    if not _NEEDED <= len(placed) <= _NEEDED + len(_OPTIONS):
        raise Failure("argument_count", call.start, call.end, name=call.name, expected="4 to 8", found=len(placed))
    table = bind_table(state, placed[0])
    key, place, shown = _key_and_place(table, relation, placed)
    options = _options(state, call, placed[_NEEDED:])
    row = row_of(relation, "evaluate")
    longitude, latitude = bind_scalar(state, place[0], row), bind_scalar(state, place[1], row)
    columns = state.column_like(longitude), state.column_like(latitude)
    # The shapes that hold a place are looked up once for each place that occurs.
    places: Plan = Aggregate(relation.plan, ((columns[0], longitude), (columns[1], latitude)), ())
    one, other = state.column(LONG, nullable=False), state.column(LONG, nullable=False)
    always = apply("materialize", template("materialize({0})"), LONG, Constant(LONG, 1), nullable=False)
    pairs: Plan = Join(
        "inner", Extend(places, ((one, always),)), Extend(table.plan, ((other, always),)), ((one, other),)
    )
    found = Filter(pairs, _matches(call, columns, table.fields[key], options.get("radius")))
    matched = Relation(found, {"$longitude": columns[0], "$latitude": columns[1], **table.fields})
    left = again(state, relation)
    keys: list[tuple[Scalar, Scalar]] = [
        (bind_scalar(state, item, row_of(left, "evaluate")), column)
        for item, column in zip(place, columns, strict=True)
    ]
    hidden = {"$longitude", "$latitude"} | (set() if options.get("return_lookup_key", shown) is True else {key})
    kind = "leftouter" if options.get("return_unmatched") is True else "inner"
    return joined(state, kind, left, matched, pairs=keys, hidden=hidden)


def _key_and_place(
    table: Relation, relation: Relation, placed: list[syntax.Expression]
) -> tuple[str, tuple[syntax.Expression, syntax.Expression], bool]:
    """Return the column of shapes, longitude and latitude, and whether the shapes are shown where nothing says so.

    In the first version of the plugins the shapes came last, and were shown.
    """
    first = placed[1]
    if isinstance(first, syntax.Name) and first.name not in table.fields and first.name in relation.fields:
        key, place, shown = placed[3], (placed[1], placed[2]), True
    else:
        key, place, shown = first, (placed[2], placed[3]), False
    if isinstance(key, syntax.Name) and key.name in table.fields:
        return key.name, place, shown
    name = getattr(key, "name", "?")
    close = nearest(name, table.fields)
    raise Failure("unresolved_column", key.start, key.end, operator="evaluate", name=name, replacement=close)


def _options(state: State, call: syntax.Call, rest: list[syntax.Expression]) -> dict[str, object]:
    """Return the options by name, also those that are given by their place alone."""
    given = dict(zip(_OPTIONS, rest, strict=False))
    for item in call.arguments:
        if isinstance(item, syntax.NamedArgument):
            if item.name not in _OPTIONS:
                raise Failure(
                    "argument_value",
                    item.start,
                    item.end,
                    name=call.name,
                    position=call.arguments.index(item) + 1,
                    reason="it must be one of " + ", ".join(_OPTIONS),
                )
            given[item.name] = item.value
    found: dict[str, object] = {}
    for name, item in given.items():
        value = bind_scalar(state, item, Row({}, "evaluate"))
        if not isinstance(value, Constant):
            position = call.arguments.index(item) + 1 if item in call.arguments else len(call.arguments)
            raise Failure("argument_constant", item.start, item.end, name=call.name, position=position)
        found[name] = value if name == "radius" else value.value
    return found


def _matches(call: syntax.Call, place: tuple[Column, Column], shape: Column, radius: object) -> Scalar:
    """Return whether a shape is one to look up for a place."""
    if not isinstance(radius, Constant):
        if call.name == "geo_line_lookup":
            raise Failure("argument_count", call.start, call.end, name=call.name, expected="5 to 8", found=_NEEDED)
        inside = apply_overloads(call, FUNCTIONS["geo_point_in_polygon"], (*place, shape))
        return apply("matches", template("ifNull({0}, false)"), BOOL, inside, nullable=False)
    kind = "line" if call.name == "geo_line_lookup" else "polygon"
    distance = apply_overloads(call, FUNCTIONS[f"geo_distance_point_to_{kind}"], (*place, shape))
    return apply("matches", template("ifNull({0} <= {1}, false)"), BOOL, distance, radius, nullable=False)


PLUGINS: dict[str, Callable[[State, Relation, syntax.Evaluate], Relation]] = {
    "geo_line_lookup": _lookup,
    "geo_polygon_lookup": _lookup,
}
