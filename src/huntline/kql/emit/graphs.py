"""Paths and components of a graph as recursive queries.

Each step of the recursion joins what the step before found with the edges, so a path of n hops reads the edges n times. What is carried
along is one array for each property that the query asks for.
"""

from typing import Protocol

from huntline.kql.emit.layer import Layer, over
from huntline.kql.plan import Column, Components, Hops, Paths, Plan
from huntline.kql.sql import Alias, Sql, Text, fill, sequence
from huntline.kql.types import PHYSICAL


class Emitter(Protocol):
    """Emits the relations of a graph."""

    def emit(self, node: Plan, needed: set[int]) -> Layer:
        """Return a layer that has the needed columns of a relation."""
        ...


def _select(emitter: Emitter, plan: Plan, numbers: list[int]) -> Sql:
    layer = emitter.emit(plan, set(numbers))
    if layer.limit is None:
        layer.order = ()
    return layer.close(numbers)


def _array_type(column: Column) -> str:
    return f"Array({PHYSICAL[column.type.kql]})".replace("'", "\\'")


def emit_paths(emitter: Emitter, node: Paths, needed: set[int]) -> Layer:
    """Return the layer of the paths of a graph."""
    hops = node.hops
    carried = [(array, source) for array, source in (*node.carried, *node.inner) if array.number in needed]
    nodes = node.cycles == "none" or node.between.number in needed or node.one_each
    identities = node.cycles == "unique_edges" or node.identities.number in needed
    wanted = [hops.source.number, hops.target.number, *(source.number for _, source in carried)]
    if identities:
        wanted.append(hops.identity.number)
    edges = _select(emitter, hops.plan, sorted(set(wanted)))
    name = f"_paths{node.start.number}"
    kinds = [f"CAST([], '{_array_type(source)}')" for _, source in carried]
    begun = node.starts is not None or node.least == 0
    if node.starts is not None:
        plan, start = node.starts
        base = _begin(
            _select(emitter, plan, [start.number]), Alias(start.number), kinds, nodes=nodes, identities=identities
        )
    elif begun:
        both = fill(
            "(SELECT arrayJoin([{0}, {1}]) AS _b FROM {2})", Alias(hops.source.number), Alias(hops.target.number), edges
        )
        base = _begin(
            fill("(SELECT DISTINCT _b FROM {0})", both), Text("_b"), kinds, nodes=nodes, identities=identities
        )
    else:
        base = _first_hop(node, edges, carried, nodes=nodes, identities=identities)
    step = _next_hop(node, edges, carried, name, nodes=nodes, identities=identities)
    found = fill(
        f"(WITH RECURSIVE {name} AS ({{0}} UNION ALL {{1}}) SELECT {{2}} FROM {name} WHERE _n >= {node.least})",
        base,
        step,
        sequence(_outputs(node, carried, nodes=nodes, identities=identities)),
    )
    shown = [node.start.number, node.end.number, node.length.number, *(array.number for array, _ in carried)]
    shown += [node.between.number] if nodes else []
    shown += [node.identities.number] if identities else []
    return over(found, shown)


def _begin(source: Sql, start: Sql, kinds: list[str], *, nodes: bool, identities: bool) -> Sql:
    """Return the paths without a hop, one for each node to start from."""
    columns: list[Sql] = [fill("{0} AS _s", start), Text("_s AS _e"), Text("toInt64(0) AS _n")]
    if nodes:
        columns.append(Text("[_s] AS _ns"))
    if identities:
        columns.append(Text("CAST([], 'Array(String)') AS _ids"))
    columns.extend(Text(f"{kind} AS _v{i}") for i, kind in enumerate(kinds))
    return fill("SELECT {0} FROM {1}", sequence(columns), source)


def _value(column: Column) -> Sql:
    kind = PHYSICAL[column.type.kql].replace("'", "\\'")
    return fill(f"CAST({{0}}, '{kind}')", Alias(column.number))


def _first_hop(node: Paths, edges: Sql, carried: list[tuple[Column, Column]], *, nodes: bool, identities: bool) -> Sql:
    hops = node.hops
    source, target = Alias(hops.source.number), Alias(hops.target.number)
    columns: list[Sql] = [fill("{0} AS _s", source), fill("{0} AS _e", target), Text("toInt64(1) AS _n")]
    if nodes:
        columns.append(Text("[_s, _e] AS _ns"))
    if identities:
        columns.append(fill("[{0}] AS _ids", Alias(hops.identity.number)))
    columns.extend(fill(f"[{{0}}] AS _v{i}", _value(value)) for i, (_, value) in enumerate(carried))
    where = " WHERE _s != _e" if node.cycles == "none" else ""
    return fill(f"SELECT {{0}} FROM {{1}}{where}", sequence(columns), edges)


def _next_hop(
    node: Paths, edges: Sql, carried: list[tuple[Column, Column]], name: str, *, nodes: bool, identities: bool
) -> Sql:
    hops = node.hops
    source, target, identity = Alias(hops.source.number), Alias(hops.target.number), Alias(hops.identity.number)
    columns: list[Sql] = [Text("_q._s AS _s"), fill("{0} AS _e", target), Text("_q._n + 1 AS _n")]
    if nodes:
        columns.append(fill("arrayPushBack(_q._ns, {0}) AS _ns", target))
    if identities:
        columns.append(fill("arrayPushBack(_q._ids, {0}) AS _ids", identity))
    columns.extend(
        fill(f"arrayPushBack(_q._v{i}, {{0}}) AS _v{i}", _value(value)) for i, (_, value) in enumerate(carried)
    )
    where: list[Sql] = []
    if node.cycles == "none":
        where.append(fill("NOT has(_q._ns, {0})", target))
    if node.cycles == "unique_edges":
        where.append(fill("NOT has(_q._ids, {0})", identity))
    # One path for each pair of ends is enough to find a shortest one: what leads on from it leads on from the others too.
    one = " ORDER BY _ns LIMIT 1 BY _s, _e" if node.one_each else ""
    pattern = f"SELECT {{0}} FROM (SELECT * FROM {name} WHERE _n < {node.most}) AS _q INNER JOIN {{1}} AS _h ON _q._e = {{2}}{{3}}{one}"
    return fill(pattern, sequence(columns), edges, source, sequence(where, " AND ", " WHERE ") if where else Text(""))


def _outputs(node: Paths, carried: list[tuple[Column, Column]], *, nodes: bool, identities: bool) -> list[Sql]:
    turn = "arrayReverse" if node.backwards else ""
    first, last = ("_e", "_s") if node.backwards else ("_s", "_e")
    inner = {array.number for array, _ in node.inner}
    found: list[Sql] = [
        fill(f"{first} AS {{0}}", Alias(node.start.number)),
        fill(f"{last} AS {{0}}", Alias(node.end.number)),
        fill("_n AS {0}", Alias(node.length.number)),
    ]
    if nodes:
        between = f"{turn}(arraySlice(_ns, 2, greatest(toInt64(length(_ns)) - 2, 0)))"
        found.append(fill(f"{between} AS {{0}}", Alias(node.between.number)))
    if identities:
        found.append(fill("_ids AS {0}", Alias(node.identities.number)))
    for i, (array, _) in enumerate(carried):
        # The node that the last hop leads to is no inner one.
        values = f"arrayPopBack(_v{i})" if array.number in inner else f"_v{i}"
        found.append(fill(f"{turn}({values}) AS {{0}}", Alias(array.number)))
    return found


def _pairs(emitter: Emitter, hops: Hops) -> Sql:
    return _select(emitter, hops.plan, sorted({hops.source.number, hops.target.number}))


def emit_components(emitter: Emitter, node: Components) -> Layer:
    """Return the layer of the components of a graph."""
    nodes = _select(emitter, node.nodes, [node.node.number])
    found = _strong(emitter, node, nodes) if node.strong else _weak(emitter, node, nodes)
    return over(found, [node.member.number, node.least.number])


def _weak(emitter: Emitter, node: Components, nodes: Sql) -> Sql:
    """Each node takes the least name among itself and its neighbours, until no name changes any more."""
    name = f"_parts{node.member.number}"
    source, target = Alias(node.hops.source.number), Alias(node.hops.target.number)
    last = f"(SELECT * FROM {name} WHERE _c = 1)"
    ways = [
        fill(
            f"SELECT {{1}} AS _m, _q._l AS _l, '' AS _o FROM {last} AS _q INNER JOIN {{2}} AS _h ON _q._m = {{0}}",
            one,
            other,
            edges,
        )
        for edges, one, other in (
            (_pairs(emitter, node.hops), source, target),
            (_pairs(emitter, node.hops), target, source),
        )
    ]
    step = fill(
        "SELECT _m, _l2 AS _l, max(_d) OVER () AS _c FROM (SELECT _m, min(_l) AS _l2, toUInt8(min(_l) != max(_o)) AS _d FROM "
        f"(SELECT _m, _l, _l AS _o FROM {last} UNION ALL {{0}}) GROUP BY _m)",
        sequence(ways, " UNION ALL "),
    )
    base = fill("SELECT {0} AS _m, _m AS _l, toUInt8(1) AS _c FROM {1}", Alias(node.node.number), nodes)
    return fill(
        f"(WITH RECURSIVE {name} AS ({{0}} UNION ALL {{1}}) SELECT _m AS {{2}}, min(_l) AS {{3}} FROM {name} GROUP BY _m)",
        base,
        step,
        Alias(node.member.number),
        Alias(node.least.number),
    )


def _strong(emitter: Emitter, node: Components, nodes: Sql) -> Sql:
    """Each node gathers the nodes that it reaches; two nodes that reach each other are of one component."""
    reached = [_reached(emitter, node, nodes, f"_reach{node.member.number}_{i}") for i in range(2)]
    return fill(
        "(SELECT _f._m AS {2}, min(_f._r) AS {3} FROM {0} AS _f INNER JOIN {1} AS _b ON _f._m = _b._r AND _f._r = _b._m GROUP BY _f._m)",
        *reached,
        Alias(node.member.number),
        Alias(node.least.number),
    )


def _reached(emitter: Emitter, node: Components, nodes: Sql, name: str) -> Sql:
    """Return pairs of a node and a node that it reaches, itself among them."""
    last = f"(SELECT * FROM {name} WHERE _c = 1)"
    source, target = Alias(node.hops.source.number), Alias(node.hops.target.number)
    step = fill(
        "SELECT _m, _r2 AS _r, max(_d) OVER () AS _c FROM (SELECT _m, arraySort(groupUniqArrayArray(_r)) AS _r2, "
        "toUInt8(length(_r2) != max(_o)) AS _d FROM "
        f"(SELECT _m, _r, length(_r) AS _o FROM {last} UNION ALL SELECT {{0}} AS _m, _q._r AS _r, toUInt64(0) AS _o FROM {last} AS _q "
        "INNER JOIN {2} AS _h ON _q._m = {1}) GROUP BY _m)",
        source,
        target,
        _pairs(emitter, node.hops),
    )
    base = fill("SELECT {0} AS _m, [_m] AS _r, toUInt8(1) AS _c FROM {1}", Alias(node.node.number), nodes)
    whole = fill(f"(WITH RECURSIVE {name} AS ({{0}} UNION ALL {{1}}) SELECT * FROM {name})", base, step)
    return fill(
        "(SELECT _m, arrayJoin(_w) AS _r FROM (SELECT _m, argMax(_r, length(_r)) AS _w FROM {0} GROUP BY _m))", whole
    )
