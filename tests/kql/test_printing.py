"""What the parser reads out of a printed tree is the tree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.oracle import Mutator, round_trip, seeds
from huntline.kql import patterns, summaries, syntax
from huntline.kql.printing.expressions import _PRINTERS as EXPRESSIONS
from huntline.kql.printing.operators import _PRINTERS as OPERATORS


@pytest.mark.parametrize("text", seeds())
def test_golden_queries(text):
    assert round_trip(text)


def test_every_kind_of_node_has_a_printer():
    kinds = {
        kind
        for module in (syntax, patterns, summaries)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, syntax.Node) and kind is not syntax.Node
    }
    parts = {
        "Parameter", "Let", "LetFunction", "SetStatement", "DeclareParameters", "ExpressionStatement", "Program", "SortKey",
        "ReorderColumn", "FindColumn", "Expansion", "ParseStar", "ParseColumn", "TopNestedLevel", "Declared", "Assignment", "Step",
        "GraphNodes", "PatternCase", "DeclarePattern", "Branch",
        "PatternNode", "PatternEdge", "PatternSequence", "GraphTable",
    }  # fmt: skip
    stepped_over = {"Opaque", "OpaqueStatement"}
    missing = {kind.__name__ for kind in kinds if kind not in EXPRESSIONS and kind not in OPERATORS}
    assert missing <= parts | stepped_over


MUTATOR = Mutator()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(seeds()), st.randoms(use_true_random=False))
def test_changed_queries(text, dice):
    round_trip(MUTATOR.mutate(text, dice))
