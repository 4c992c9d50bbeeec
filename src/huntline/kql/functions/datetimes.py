"""Functions over datetimes and timespans (rule 4)."""

from collections.abc import Sequence

from huntline.kql.functions.spec import FunctionSpec, row
from huntline.kql.plan import Apply, Builder, Constant
from huntline.kql.sql import Sql, Text, fill


def _start_of(unit: str) -> tuple[str, str]:
    """Return the SQL of the start of the unit that lies `{1}` units from the moment `{0}`."""
    starts = {
        "day": "toStartOfDay({0})",
        "week": "toStartOfWeek({0}, 0)",
        "month": "toStartOfMonth({0})",
        "year": "toStartOfYear({0})",
    }
    return starts[unit], unit.capitalize()


def _start(unit: str) -> Builder:
    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        begin, name = _start_of(unit)
        shifted = sql[0] if len(sql) == 1 else fill(f"({{0}} + toInterval{name}({{1}}))", sql[0], sql[1])
        return fill(f"toDateTime64({begin}, 7, 'UTC')", shifted)

    return build


def _end(unit: str) -> Builder:
    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        begin, name = _start_of(unit)
        offset: Sql = Text("1") if len(sql) == 1 else fill("({0} + 1)", sql[1])
        following = fill(f"({{0}} + toInterval{name}({{1}}))", sql[0], offset)
        return fill(
            f"reinterpret(reinterpret(toDateTime64({begin}, 7, 'UTC'), 'Int64') - 1, 'DateTime64(7, \\'UTC\\')')",
            following,
        )

    return build


_PARTS = {
    "year": "toYear({0})",
    "quarter": "toQuarter({0})",
    "month": "toMonth({0})",
    "weekofyear": "toISOWeek({0})",
    "week_of_year": "toISOWeek({0})",
    "day": "toDayOfMonth({0})",
    "dayofyear": "toDayOfYear({0})",
    "hour": "toHour({0})",
    "minute": "toMinute({0})",
    "second": "toSecond({0})",
    "millisecond": "intDiv(positiveModulo(reinterpret({0}, 'Int64'), 10000000), 10000)",
    "microsecond": "intDiv(positiveModulo(reinterpret({0}, 'Int64'), 10000000), 10)",
    "nanosecond": "(positiveModulo(reinterpret({0}, 'Int64'), 10000000) * 100)",
}
_UNITS = {
    "week": 6_048_000_000_000,
    "day": 864_000_000_000,
    "hour": 36_000_000_000,
    "minute": 600_000_000,
    "second": 10_000_000,
    "millisecond": 10_000,
    "microsecond": 10,
}


def _word(node: Apply, position: int) -> str:
    argument = node.arguments[position]
    return str(argument.value).lower() if isinstance(argument, Constant) else ""


def _datetime_part(node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill(f"toInt32({_PARTS[_word(node, 0)]})", sql[1])


def _datetime_diff(node: Apply, sql: Sequence[Sql]) -> Sql:
    # Counts the boundaries of the unit between the two moments.
    unit = _word(node, 0)
    if unit in ("year", "quarter", "month"):
        return fill(f"toInt64(dateDiff('{unit}', {{1}}, {{0}}))", sql[1], sql[2])
    if unit == "nanosecond":
        return fill("((reinterpret({0}, 'Int64') - reinterpret({1}, 'Int64')) * 100)", sql[1], sql[2])
    ticks = _UNITS[unit]
    shift = 3_456_000_000_000 if unit == "week" else 0  # 1970-01-01 is a Thursday, weeks start on Sundays
    floor = f"intDiv(reinterpret({{0}}, 'Int64') + {shift} - positiveModulo(reinterpret({{0}}, 'Int64') + {shift}, {ticks}), {ticks})"
    return fill("({0} - {1})", fill(floor, sql[1]), fill(floor, sql[2]))


def _datetime_add(node: Apply, sql: Sequence[Sql]) -> Sql:
    unit = _word(node, 0)
    if unit in _UNITS:
        return fill(
            f"reinterpret(reinterpret({{0}}, 'Int64') + toInt64({{1}}) * {_UNITS[unit]}, 'DateTime64(7, \\'UTC\\')')",
            sql[2],
            sql[1],
        )
    if unit == "nanosecond":
        shifted = "reinterpret(reinterpret({0}, 'Int64') + intDiv(toInt64({1}), 100), 'DateTime64(7, \\'UTC\\')')"
        return fill(shifted, sql[2], sql[1])
    return fill(f"toDateTime64({{0}} + toInterval{unit.capitalize()}({{1}}), 7, 'UTC')", sql[2], sql[1])


PART_NAMES = frozenset(_PARTS)
UNIT_NAMES = frozenset({*_UNITS, "year", "quarter", "month", "nanosecond"})


ROWS: tuple[FunctionSpec, ...] = (
    *(
        row(f"startof{unit}(datetime, long?) datetime", _start(unit), rules=(4,))
        for unit in ("day", "week", "month", "year")
    ),
    *(
        row(f"endof{unit}(datetime, long?) datetime", _end(unit), rules=(4,))
        for unit in ("day", "week", "month", "year")
    ),
    row("dayofweek(datetime) timespan", "((toDayOfWeek({0}) % 7) * toInt64(864000000000))"),
    row("dayofmonth(datetime) int", "toInt32(toDayOfMonth({0}))"),
    row("dayofyear(datetime) int", "toInt32(toDayOfYear({0}))"),
    row("hourofday(datetime) int", "toInt32(toHour({0}))"),
    row("monthofyear(datetime) int", "toInt32(toMonth({0}))"),
    row("getmonth(datetime) int", "toInt32(toMonth({0}))"),
    row("getyear(datetime) int", "toInt32(toYear({0}))"),
    row("week_of_year(datetime) int", "toInt32(toISOWeek({0}))"),
    row("weekofyear(datetime) int", "toInt32(toISOWeek({0}))"),
    row("datetime_part(const string, datetime) int", _datetime_part, words=PART_NAMES),
    row("datepart(const string, datetime) int", _datetime_part, words=PART_NAMES),
    row("datetime_diff(const string, datetime, datetime) long", _datetime_diff, rules=(4,), words=UNIT_NAMES),
    row(
        "datetime_add(const string, long, datetime) datetime",
        _datetime_add,
        rules=(4,),
        words=UNIT_NAMES,
    ),
    row(
        "unixtime_seconds_todatetime(real) datetime", "reinterpret(toInt64({0} * 10000000), 'DateTime64(7, \\'UTC\\')')"
    ),
    row(
        "unixtime_milliseconds_todatetime(real) datetime",
        "reinterpret(toInt64({0} * 10000), 'DateTime64(7, \\'UTC\\')')",
    ),
    row(
        "unixtime_microseconds_todatetime(real) datetime", "reinterpret(toInt64({0} * 10), 'DateTime64(7, \\'UTC\\')')"
    ),
    row(
        "unixtime_nanoseconds_todatetime(long) datetime",
        "reinterpret(toInt64(intDiv({0}, 100)), 'DateTime64(7, \\'UTC\\')')",
    ),
    row("make_datetime(long, long, long) datetime", "makeDateTime64({0}, {1}, {2}, 0, 0, 0, 0, 7, 'UTC')"),
    row(
        "make_datetime(long, long, long, long, long) datetime",
        "makeDateTime64({0}, {1}, {2}, {3}, {4}, 0, 0, 7, 'UTC')",
    ),
    row(
        "make_datetime(long, long, long, long, long, real) datetime",
        "reinterpret(reinterpret(makeDateTime64({0}, {1}, {2}, {3}, {4}, 0, 0, 7, 'UTC'), 'Int64') + toInt64({5} * 10000000), "
        "'DateTime64(7, \\'UTC\\')')",
    ),
    row("make_timespan(long, long) timespan", "(toInt64({0}) * 36000000000 + {1} * 600000000)"),
    row(
        "make_timespan(long, long, real) timespan",
        "toInt64(toInt64({0}) * 36000000000 + {1} * 600000000 + {2} * 10000000)",
    ),
    row(
        "make_timespan(long, long, long, real) timespan",
        "toInt64(toInt64({0}) * 864000000000 + {1} * 36000000000 + {2} * 600000000 + {3} * 10000000)",
    ),
    row(
        "datetime_local_to_utc(datetime, const string) datetime",
        "toDateTime64(toDateTime64(toString({0}), 7, {1}), 7, 'UTC')",
    ),
)
