"""What the demo's hunter has told Aurora Grid, and what waits for a second pair of eyes; made by hunting, as it would be at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from huntline.demo.hunts import HUNTS
from huntline.hunting.services import capture_evidence, run
from huntline.identity import TenantScope
from huntline.incidents import Category, Severity
from huntline.incidents.models import Draft
from huntline.incidents.publication import publish_draft
from huntline.incidents.queries import drafts_within
from huntline.incidents.services import DraftForm, create_draft, submit_draft
from huntline.kernel import PageRequest


@dataclass(frozen=True, slots=True)
class _Finding:
    """A draft of the demo: the hunts whose hits back it, and its texts."""

    title: str
    severity: Severity
    category: Category
    hunts: tuple[str, ...]
    summary: str
    what_happened: str
    recommended_steps: tuple[str, ...]


PUBLISHED: Final = _Finding(
    "A downloaded disk image led to hidden PowerShell on a shift laptop",
    Severity.HIGH,
    Category.EXECUTION,
    ("Disk image from the web, then mshta", "Encoded PowerShell that fetches and runs"),
    "A mail about a shift handover brought a disk image to a laptop in the control room. A shortcut in it started mshta, which "
    "started hidden, encoded PowerShell that fetched a script from cdn-gridsync.example.",
    "The user followed the link in the mail and downloaded Shift_handover.iso from handover-docs.example. Ninety seconds later "
    "mshta.exe opened a page of the same host and started powershell.exe with an encoded command. Decoded, it downloads a script "
    "and runs it. Your sensors raised an alert only later, about a changed Run key. We are looking at what followed.",
    (
        "Contain the laptop: isolate it from the network, and leave it switched on for the investigation.",
        "Block handover-docs.example and cdn-gridsync.example at the proxy and in DNS.",
        "Reset the password of the user, and sign the account out everywhere.",
        "Look for mails from the sender's domain in other mailboxes, and remove them.",
    ),
)
IN_REVIEW: Final = _Finding(
    "The directory's database was copied from the domain controller",
    Severity.HIGH,
    Category.CREDENTIAL_ACCESS,
    ("A service account signs in and installs a service", "The directory's database is copied elsewhere"),
    "The backup service account installed a service on the file server and then on the domain controller; there, ntdsutil copied "
    "the directory's database to a folder that no backup uses.",
    "In the evening svc-backup came from a laptop to the file server and installed a service from C:\\Windows\\Temp; in the night "
    "it went on to the domain controller the same way. Four minutes later ntdsutil made a full copy. A planned copy by your "
    "administrator two days later is not part of this.",
    (
        "Disable svc-backup, and change its password.",
        "Stop and remove the service WksSvcX on the file server and the domain controller, and isolate the file server.",
        "Plan to change the krbtgt password twice: whoever has the copy can make tickets.",
    ),
)


def report_findings(hunter: TenantScope, lead: TenantScope) -> None:
    """Draft both findings as the hunter; publish the first as the lead. What is there already stays as it is.

    Raises what hunting and publishing raise.
    """
    known = {draft.title: draft for draft in drafts_within(hunter, PageRequest(1000)).items}
    first = known.get(PUBLISHED.title) or _draft(hunter, PUBLISHED)
    publish_draft(lead, first.pk)
    if IN_REVIEW.title not in known:
        _draft(hunter, IN_REVIEW)


def _draft(scope: TenantScope, finding: _Finding) -> Draft:
    hunts = [hunt for hunt in HUNTS if hunt.name in finding.hunts]
    evidence = []
    for hunt in hunts:
        result = run(scope, hunt.query)
        rows: Sequence[int] = range(result.row_count)
        evidence.append(capture_evidence(scope, result.id, rows, note=hunt.name, techniques=[hunt.technique]).pk)
    form = DraftForm(
        title=finding.title,
        severity=finding.severity,
        category=finding.category,
        summary=finding.summary,
        what_happened=finding.what_happened,
        recommended_steps=finding.recommended_steps,
        techniques=[hunt.technique for hunt in hunts],
        evidence_ids=evidence,
    )
    with transaction.atomic():
        return submit_draft(scope, create_draft(scope, form).pk)
