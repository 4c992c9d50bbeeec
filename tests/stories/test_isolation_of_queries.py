"""Queries of every shape, asked by a tenant whose neighbour's rows lie in the same tables."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from huntline.hunting.errors import QueryInvalid
from huntline.hunting.services import run
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import physical_tables
from stories.marked_tenant import DEVICE, MARK, fill

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parents[1] / "kql" / "golden"
TABLES = [table.name for table in physical_tables()]

# Each finds the mark in the scope of the tenant that has it.
REACHING = [
    *TABLES,
    f"DeviceProcessEvents | where FileName == '{MARK}'",
    f"DeviceProcessEvents | where ProcessCommandLine has '{MARK}' or FileName contains '{MARK[1:-1]}'",
    f"union withsource=Source {', '.join(TABLES)} | where DeviceName == '{MARK}' | summarize count() by Source, DeviceName",
    "union Device* | summarize make_set(DeviceName)",
    "union * | take 1000",
    f"search '{MARK}'",
    f"search in (DeviceProcessEvents, DeviceFileEvents) '{MARK}'",
    f"find in (DeviceProcessEvents, DeviceFileEvents) where FileName == '{MARK}'",
    "DeviceProcessEvents | join kind=inner (DeviceFileEvents | project DeviceId, Other = FileName) on DeviceId",
    "DeviceProcessEvents | join kind=fullouter DeviceNetworkEvents on DeviceId",
    f"datatable(DeviceId: string) ['{DEVICE}'] | join kind=leftouter DeviceInfo on DeviceId",
    f"datatable(DeviceId: string) ['{DEVICE}'] | lookup kind=leftouter (DeviceInfo | project DeviceId, DeviceName) on DeviceId",
    "let rows = materialize(DeviceProcessEvents); union rows, (rows | project FileName)",
    "let named = (name: string) { DeviceProcessEvents | where FileName == name }; named('"
    + MARK
    + "') | project FileName",
    "print word = toscalar(DeviceProcessEvents | summarize max(FileName))",
    "DeviceProcessEvents | summarize arg_max(Timestamp, *) by DeviceId",
    "DeviceProcessEvents | extend more = pack_all() | mv-expand kind=array more | project tostring(more)",
    "AlertInfo | join AlertEvidence on AlertId | project Title, DeviceName",
]
# Each tries to close the text, the name or the condition that it stands in.
ATTACKS = [
    "DeviceProcessEvents | where FileName == \"x' OR '1'='1\"",
    'DeviceProcessEvents | where FileName == \'x" OR "1"="1\'',
    r"DeviceProcessEvents | where FileName == 'x\' OR _TenantId != \''",
    r"DeviceProcessEvents | where FileName == @'x\' or FileName != @'\'",
    r"DeviceProcessEvents | where FileName != 'x\\' or FileName == '\\\' OR 1 --'",
    "DeviceProcessEvents | where FileName != ```x` OR 1 -- ``` or true",
    "DeviceProcessEvents | where FileName matches regex \".*') OR ('1'\" or true",
    "DeviceProcessEvents | extend ['a`, _TenantId AS `b'] = FileName",
    r"DeviceProcessEvents | extend ['a\`) FROM DeviceProcessEvents --'] = FileName",
    "DeviceProcessEvents | project-rename ['x\"; SELECT * FROM DeviceProcessEvents --'] = FileName",
    "DeviceProcessEvents | where true or '*/ OR 1 /*' == FileName",
    "DeviceProcessEvents | summarize count() by ['_TenantId'] = FileName",
    "DeviceProcessEvents | extend _TenantId = 'x' | where _TenantId == 'x'",
    "let DeviceProcessEvents = DeviceProcessEvents; DeviceProcessEvents",
    "let _TenantId = 1; DeviceProcessEvents | where 1 == _TenantId",
    "DeviceProcessEvents | where FileName in ('{tenant}', '{{tenant:String}}', '%(tenant)s')",
    "print ['merge(x)'] = 1 | union (DeviceProcessEvents | project ['merge(x)'] = 1)",
]


@pytest.fixture
def marked(cast, sign_in):
    return fill(cast, sign_in)


@pytest.fixture
def ask(marked, scope_of):
    """Run a query as a tenant's analyst; None where it is no query of this compiler, and says so."""

    def answer(tenant, query):
        try:
            return str(list(run(scope_of(f"{tenant}_analyst", tenant), query).rows))
        except QueryInvalid:
            return None

    return answer


def golden_queries():
    for path in sorted(GOLDEN.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n# "):
            _, _, rest = block.partition("\n")
            query = rest.partition("\n->\n")[0].strip()
            if query:
                yield query


def test_no_query_reaches_the_neighbour(ask):
    blind = []
    for query in REACHING:
        assert MARK not in str(ask("bluefin", query)), query
        found = ask("aurora", query)
        if MARK not in str(found):
            blind.append(query)
    assert blind == []  # a query that does not find the mark in its own tenant shows nothing


def test_no_golden_query_reaches_the_neighbour(ask):
    answers = {query: ask("bluefin", query) for query in golden_queries()}
    assert len(answers) > 100
    assert [query for query, found in answers.items() if found and MARK in found] == []
    # The others are about columns that only the compiler's own tests have.
    assert sum(found is not None for found in answers.values()) > len(answers) * 0.8


@pytest.mark.parametrize("tenant", ["bluefin", "aurora"])
def test_no_text_of_a_query_leaves_its_place(ask, tenant, cast):
    for query in ATTACKS:
        found = ask(tenant, query)
        assert tenant == "aurora" or MARK not in str(found), query
        assert str(cast.aurora.pk) not in str(found), query
        assert str(cast.bluefin.pk) not in str(found), query


@dataclass(frozen=True)
class Forgetful:
    """SQL as no compiler of ours writes it: without the tenant."""

    sql: str
    parameters: dict = field(default_factory=dict)


@pytest.mark.parametrize(
    "template",
    [
        "SELECT * FROM `{table}`",
        "WITH rows AS (SELECT * FROM `{table}`) SELECT * FROM rows AS a CROSS JOIN rows AS b",
        "SELECT * FROM (SELECT * FROM `{table}` UNION ALL SELECT * FROM `{table}`) WHERE 1 OR _TenantId != ''",
    ],
)
def test_the_engine_holds_the_scope_by_itself(marked, cast, template):
    for table in TABLES:
        question = Forgetful(template.format(table=table))
        assert MARK not in str(get_engine().run(question, tenants=[str(cast.bluefin.pk)]).fetch())
        assert MARK in str(get_engine().run(question, tenants=[str(cast.aurora.pk)]).fetch())


def test_a_neighbour_cannot_be_named(ask, sign_in, cast):
    """Not by a filter, and not by the provider's hunt over several tenants, which a customer's people do not have."""
    for column in ("_TenantId", "TenantId"):
        assert ask("bluefin", f"DeviceProcessEvents | where {column} == '{cast.aurora.pk}'") in (None, "[]")
    body = {"query": "DeviceProcessEvents", "tenants": ["aurora"]}
    answer = sign_in("bluefin_analyst").post("/api/v1/provider/hunts", body, "application/json")
    assert answer.status_code == 404
