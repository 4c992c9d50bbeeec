"""Geometry functions with a last argument that may only have the value that changes nothing."""

from dataclasses import replace

from huntline.kql import syntax
from huntline.kql.binder.calls import bind_overloads, special
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions import FUNCTIONS
from huntline.kql.plan import Constant, Scalar

_SETTINGS = {
    "geo_line_densify": (2, "preserve_crossing"),
    "geo_polygon_densify": (2, "preserve_crossing"),
    "geo_line_locate_point": (3, "use_spheroid"),
    "geo_polygon_to_h3cells": (2, "radius"),
}
"""The place of the argument, from 0, and its name in the documentation."""


@special(*_SETTINGS)
def _bind(state: State, node: syntax.Call, row: Row) -> Scalar:
    place, name = _SETTINGS[node.name]
    if len(node.arguments) != place + 1:
        return bind_overloads(state, node, FUNCTIONS[node.name], row)
    argument = node.arguments[place]
    value = state.bind_scalar(argument, row)
    if not isinstance(value, Constant) or value.value not in (False, 0):
        raise Failure("not_supported", argument.start, argument.end, what=f"{node.name}() with {name}")
    return bind_overloads(state, replace(node, arguments=node.arguments[:place]), FUNCTIONS[node.name], row)
