"""Everything the compiler can find wrong with a query: one table of codes and messages.

The words follow those that Microsoft Defender shows, because clients match on them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Literal

from huntline.kql.source import Source, Span


class Severity(StrEnum):
    """How bad a finding is: an error stops the query, a warning comes along with its answer."""

    ERROR = "error"
    WARNING = "warning"


MESSAGES: dict[str, str] = {
    # The text as such
    "text_too_long": "The query has {length} characters; at most {limit} are accepted.",
    "nested_too_deep": "The query is nested more than {limit} levels deep.",
    "too_complex": "The query is too complex: it grows beyond {limit} parts once functions and names are put in place.",
    "unterminated_string": "Syntax error: a string literal is not closed.",
    "bad_character": "Syntax error: unexpected character {text!r}.",
    "bad_escape": "Syntax error: '{text}' is not an escape sequence of a string literal; write '\\\\' for a backslash "
    'or use a verbatim string @"..."',
    "bad_literal": "Syntax error: '{text}' is not a valid {type} literal.",
    "empty_query": "Syntax error: the query holds no tabular expression statement.",
    "syntax": "Syntax error: expected {expected}, found {found}.",
    "unknown_operator": "Syntax error: '{name}' is not a query operator.",
    "unknown_join_kind": "join: '{name}' is not a kind of join; kinds are {kinds}.",
    "unknown_type": "Syntax error: '{name}' is not a type.",
    "bad_option": "'{operator}' operator: '{value}' is not a value of '{option}'.",
    # Names
    "unresolved_table": "'{operator}' operator: Failed to resolve table or column expression named '{name}'",
    "unresolved_column": "'{operator}' operator: Failed to resolve column or scalar expression named '{name}'",
    "unresolved_scalar": "Failed to resolve scalar expression named '{name}'",
    "unknown_function": "Unknown function: '{name}'.",
    "unknown_plugin": "evaluate: Unknown plugin: '{name}'.",
    "ambiguous_column": "'{operator}' operator: the column name '{name}' is ambiguous.",
    "duplicate_column": "'{operator}' operator: a column with the name '{name}' is already declared.",
    "duplicate_name": "The name '{name}' is declared twice.",
    "recursive_name": "'{name}' refers to itself.",
    "functions_too_deep": "Saved functions call each other more than {limit} levels deep.",
    "function_text": "The saved function '{name}' is more than one function: a bracket or brace in it closes what it did not open.",
    "join_column_missing": "'{operator}' operator: the {side} side has no column named '{name}'.",
    "join_condition": "'{operator}' operator: a condition must be a column name or an equality of $left and $right columns.",
    # Types and calls
    "argument_count": "{name}(): function expects {expected} argument(s), {found} given.",
    "argument_type": "{name}(): argument #{position} expected to be {expected}, found {found}.",
    "argument_constant": "{name}(): argument #{position} must be a constant.",
    "argument_value": "{name}(): argument #{position}: {reason}.",
    "operator_types": "Cannot apply operator '{operator}' to operands of type {left} and {right}.",
    "condition_type": "'{operator}' operator: the expression must be of type bool, found {found}.",
    "cannot_index": "Path expression source must be of type dynamic, found {found}.",
    "cannot_compare": "Cannot compare values of types {left} and {right}. Try adding explicit casts.",
    "not_tabular": "A tabular expression is expected here.",
    "not_scalar": "A scalar expression is expected here.",
    "tabular_here": "A scalar expression is expected here, and {name} gives rows. toscalar() takes the first value of them.",
    "not_aggregate": "'{operator}' operator: '{name}' is not an aggregate function.",
    "aggregate_here": "Function '{name}' cannot be invoked in current context: it is an aggregate function.",
    "aggregate_expected": "'{operator}' operator: '{name}' is no aggregate: put it into an aggregate function, or behind 'by'.",
    "dynamic_key": "'{operator}' operator: the key is of type dynamic. Use an explicit cast, for example tostring(), "
    "because a dynamic can be no key.",
    "key_types": "'{operator}' operator: the keys are of types {left} and {right}. Bring them to one type with an explicit cast.",
    "row_order": "Function '{name}' cannot be invoked. The row set must be serialized.",
    "scan_order": "Operator 'scan' cannot be invoked. The row set must be serialized: put 'sort by' in front of it.",
    "path_unbounded": "The length of a path must be bounded on both sides: '-[e*1..5]->'.",
    "path_length": "The bounds of a path must be 0 or more, the first not above the second, and the second at most {limit}.",
    "graph_expected": "The operator '{operator}' needs a graph: put 'make-graph' in front of it.",
    "graph_here": "A graph is no table: behind 'make-graph' comes graph-match, graph-shortest-paths, graph-mark-components or "
    "graph-to-table.",
    "graph_parts": "'{operator}' operator: the sequences of the pattern must share nodes, so that all of them hang together.",
    "in_subquery": "This operator is not supported inside the subquery of partition or mv-apply: it puts rows together as a whole.",
    "series_bounds": "Inside the subquery of partition or mv-apply, make-series needs both bounds: 'from ... to ...'.",
    "several_tables": "This operator gives several tables: no other operator may stand behind it.",
    "row_context": "Function '{name}' cannot be invoked in the current context.",
    "invalid_regex": "The regular expression is not valid: {reason}.",
    "invalid_value": "'{operator}' operator: {reason}.",
    "datatable_shape": "datatable: the number of values ({found}) must be a multiple of the number of columns ({columns}).",
    "column_count": "'{operator}' operator: {reason}.",
    "parameter_missing": "{name}(): the argument '{parameter}' has no value.",
    # What is not done
    "not_supported": "{what} is not supported.",
    "externaldata_not_allowed": "externaldata is not allowed here: a hunt reads the hunting tables only. "
    "Put the values into the query with datatable().",
    "cross_resource_not_allowed": "{name}() is not allowed here: a hunt reads the hunting tables of its own scope only.",
    "reach_not_allowed": "'{name}' is not allowed here: a hunt reads the hunting tables of its own scope only.",
    "pattern_missing": 'One or more pattern references were not declared. Detected pattern references: ["{reference}"]',
    # Warnings
    "random_values": "{name}() gives other values whenever the query runs.",
    "set_ignored": "The statement 'set {name}' has no effect here.",
    "earlier_query": "A hunt answers with one table: this query is checked and not run, the last query of the text is.",
    "one_table": "A hunt answers with one table: this one is checked and left out. Ask for it in a query of its own.",
    "reduced": "reduce: groups and patterns follow the documentation of the operator; they can differ from Microsoft's.",
    "table_skipped": "union: the table '{name}' does not exist and is left out (isfuzzy=true).",
    "columns_in_bag": "{plugin}(): its columns are not known before the query runs, so they stand in the dynamic column '{name}'. "
    "Name them with project, or behind the plugin: 'evaluate {plugin}(...) : (Name: string, Number: long)'.",
    "series_numbers": "{name}(): period and score follow the documentation of the function; the numbers can differ from Microsoft's.",
    "geo_unavailable": "geo_info_from_ip_address(): no geolocation database is installed, so the answer is empty.",
    "internal": "The query could not be compiled. Please report it together with its text.",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the text that would help: put `replacement` at `span`."""

    title: str
    replacement: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding, with its place in the text."""

    code: str
    severity: Severity
    message: str
    span: Span
    fix: Fix | None = None


class Diagnostics:
    """What is wrong with a text that did not compile: at least one error, in the order of the text."""

    __slots__ = ("items",)

    def __init__(self, items: Iterable[Diagnostic]) -> None:
        self.items: tuple[Diagnostic, ...] = tuple(sorted(items, key=lambda item: item.span.start))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Diagnostic:
        return self.items[index]

    def __repr__(self) -> str:
        return f"Diagnostics({list(self.items)!r})"

    @property
    def message(self) -> str:
        """The whole as Defender words it: a heading, then each finding."""
        kind = "syntax" if any(item.code in SYNTAX_CODES for item in self.items) else "semantic"
        return f"Fix {kind} errors in your query.\n" + "\n".join(item.message for item in self.items)


SYNTAX_CODES = frozenset(
    {
        "text_too_long",
        "nested_too_deep",
        "unterminated_string",
        "bad_character",
        "bad_escape",
        "bad_literal",
        "empty_query",
        "syntax",
        "unknown_operator",
    }
)


@dataclass(frozen=True, slots=True)
class Inside:
    """Where a finding stands that is not in the query's own text: in the saved function `name`; its body begins in line `first` of `text`.

    `start` and `end` are the call in the query by which it was reached.
    """

    name: str
    text: Source
    first: int
    start: int
    end: int


class Failure(Exception):
    """A finding on its way from where it was made to the list of diagnostics.

    `start` and `end` count in the query's text, or in that of a saved function: `inside` is None until that is known.
    """

    def __init__(self, code: str, start: int, end: int, *, replacement: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.start = start
        self.end = end
        self.replacement = replacement
        self.values = values
        self.inside: Inside | Literal["query"] | None = None

    def diagnostic(self, source: Source, severity: Severity = Severity.ERROR) -> Diagnostic:
        """Return the finding with its message and its place in `source`."""
        span = source.span(self.start, self.end)
        message = MESSAGES[self.code].format(**self.values)
        if isinstance(self.inside, Inside):
            line = self.inside.text.span(self.start, self.end).line - self.inside.first + 1
            place = f"line {line}" if line > 0 else "its parameters"
            message = f"In the function '{self.inside.name}', {place}: {message}"
            return Diagnostic(self.code, severity, message, source.span(self.inside.start, self.inside.end))
        fix = None
        if self.replacement is not None:
            fix = Fix(f"did you mean `{self.replacement}`?", self.replacement, span)
        return Diagnostic(self.code, severity, message, span, fix)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `name` was probably meant to be, or None."""
    known = list(candidates)
    folded = {candidate.lower(): candidate for candidate in known}
    if name.lower() in folded:
        return folded[name.lower()]
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return close[0] if close else None
