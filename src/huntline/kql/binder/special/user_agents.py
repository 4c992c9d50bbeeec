"""parse_user_agent: what it looks for is known when the query is compiled."""

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import convert
from huntline.kql.functions.user_agents import PARTS, parsed
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.types import JSON, STRING, KqlType


@special("parse_user_agent")
def _parse_user_agent(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    text = convert(given[0], STRING) if given[0].type.kql in (KqlType.STRING, KqlType.DYNAMIC) else None
    if text is None:
        raise wrong_argument(node, 0, "string", given[0])
    place = node.arguments[1]
    if not isinstance(given[1], Constant):
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    wanted = given[1].value if isinstance(given[1].value, list) else [given[1].value]
    kinds = [kind for kind in PARTS if kind in {str(item).lower() for item in wanted}]
    if not wanted or not all(isinstance(item, str) and item.lower() in PARTS for item in wanted):
        reason = "it must be one or several of " + ", ".join(f"'{kind}'" for kind in PARTS)
        raise Failure("argument_value", place.start, place.end, name=node.name, position=2, reason=reason)
    return Apply(JSON, nullable=False, name=node.name, sql=lambda _node, sql: parsed(sql[0], kinds), arguments=(text,))
