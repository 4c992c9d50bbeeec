"""What the hunting routes refuse, in the contract's own words."""

from huntline.compat.errors import RequestBodyInvalid
from huntline.kernel import Invalid


class QueryMissing(RequestBodyInvalid):
    """A body without a query."""

    def __init__(self) -> None:
        super().__init__("Missing query.")


class QueryRefused(Invalid):
    """A query that does not compile."""

    def __init__(self, text: str) -> None:
        super().__init__("query_invalid", "{text}", text=text)


class AnswerTooLarge(Invalid):
    """More than one answer holds."""

    def __init__(self) -> None:
        super().__init__(
            "query_size_limit",
            "Query execution has exceeded the allowed result size. Optimize your query by limiting the amount of results and try again",
        )
