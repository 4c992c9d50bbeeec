"""The graph operators against a walk by hand over small graphs made at random."""

import random
from itertools import product

import pytest

PATTERNS = ["(a)-[e*{n}]->(b)", "(a)<-[e*{n}]-(b)", "(a)-[e*{n}]-(b)"]


def steps(edges, direction):
    """Yield (from, to, number of the edge) as a pattern reads the edges."""
    for number, (source, target) in enumerate(edges):
        if direction in ("right", "any"):
            yield source, target, number
        if direction == "left" or (direction == "any" and source != target):
            yield target, source, number


def paths(edges, direction, most, cycles):
    """Return every path of up to `most` hops, each as the nodes it passes and its edges."""
    hops = list(steps(edges, direction))
    found = [([node], []) for node in sorted({node for edge in edges for node in edge})]
    shown = list(found)
    for _ in range(most):
        longer = []
        for (nodes, used), (source, target, number) in product(found, hops):
            if nodes[-1] != source:
                continue
            if (cycles == "unique_edges" and number in used) or (cycles == "none" and target in nodes):
                continue
            longer.append(([*nodes, target], [*used, number]))
        shown += longer
        found = longer
    return shown


def graph(chance, nodes=5, edges=8):
    return [(chance.choice("vwxyz"[:nodes]), chance.choice("vwxyz"[:nodes])) for _ in range(edges)]


def table(edges):
    rows = ", ".join(f'{i}, "{a}", "{b}"' for i, (a, b) in enumerate(edges))
    return f"datatable(i: long, s: string, t: string) [{rows}] | make-graph s --> t with_node_id=n "


@pytest.mark.parametrize("cycles", ["all", "none", "unique_edges"])
def test_paths_of_variable_length(engine, cycles):
    chance = random.Random(3)
    for turn in range(6):
        edges = graph(chance)
        for pattern, direction in zip(PATTERNS, ("right", "left", "any"), strict=True):
            least, most = chance.choice([(0, 2), (1, 3), (2, 3)])
            end = chance.choice(["a", "b"])
            query = (
                f"{table(edges)} | graph-match cycles={cycles} {pattern.format(n=f'{least}..{most}')} "
                f'where {end}.n in ("x", "y") project a.n, b.n, map(e, i), map(inner_nodes(e), n)'
            )
            wanted = [
                [nodes[0], nodes[-1], used, nodes[1:-1]]
                for nodes, used in paths(edges, direction, most, cycles)
                if least <= len(used) and nodes[0 if end == "a" else -1] in "xy"
            ]
            assert sorted(engine.rows(query)) == sorted(wanted), (turn, query)


@pytest.mark.parametrize("cycles", ["all", "none", "unique_edges"])
def test_a_star_of_single_edges(engine, cycles):
    chance = random.Random(5)
    for _ in range(4):
        edges = graph(chance, edges=6)
        query = f"{table(edges)} | graph-match cycles={cycles} (a)-[e]->(m), (m)-[f]-(b)<-[g]-(c) project a.n, m.n, b.n, c.n, e.i, f.i, g.i"
        wanted = []
        for (a, m, e), (m2, b, f), (b2, c, g) in product(
            steps(edges, "right"), steps(edges, "any"), steps(edges, "left")
        ):
            if (m, b) != (m2, b2) or (cycles == "unique_edges" and len({e, f, g}) < 3):
                continue
            if cycles == "none" and len({a, m, b, c}) < 4:
                continue
            wanted.append([a, m, b, c, e, f, g])
        assert sorted(engine.rows(query)) == sorted(wanted), query


def test_shortest_paths(engine):
    chance = random.Random(11)
    for _ in range(6):
        edges = graph(chance)
        shortest = {}
        for nodes, used in paths(edges, "right", 4, "none"):
            if used:
                shortest.setdefault((nodes[0], nodes[-1]), []).append(used)
        every = {
            ends: [used for used in found if len(used) == min(map(len, found))] for ends, found in shortest.items()
        }
        made = table(edges)
        tail = "(a)-[e*1..4]->(b) project a.n, b.n, map(e, i)"
        found = engine.rows(f"{made} | graph-shortest-paths output=all {tail}")
        assert sorted(found) == sorted([a, b, used] for (a, b), ways in every.items() for used in ways), made
        one = engine.rows(f"{made} | graph-shortest-paths {tail}")
        assert sorted(row[:2] for row in one) == sorted(map(list, every))
        assert all(row[2] in every[row[0], row[1]] for row in one), made


@pytest.mark.parametrize("kind", ["weak", "strong"])
def test_components(engine, kind):
    chance = random.Random(13)
    for _ in range(4):
        edges = graph(chance, edges=5)
        nodes = sorted({node for edge in edges for node in edge})
        reached = {node: {node} for node in nodes}
        for nodes_of_path, _ in paths(edges, "right" if kind == "strong" else "any", 5, "none"):
            reached[nodes_of_path[0]].add(nodes_of_path[-1])
        least = {node: min(other for other in reached[node] if node in reached[other]) for node in nodes}
        numbers = {name: i for i, name in enumerate(sorted(set(least.values())))}
        found = engine.rows(
            f"{table(edges)} | graph-mark-components kind={kind} with_component_id=c | graph-to-table nodes"
        )
        assert sorted(found) == [[node, numbers[least[node]]] for node in nodes]
