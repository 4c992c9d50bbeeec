"""What a case adds to a dossier: its thread, its samples, the evidence of its answers, and what it is about besides alerts."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import BinaryIO, Final

from huntline.handoff.dossier import Account, Device, File, Message, Moment, Sample, Subject, Value
from huntline.identity import TenantScope
from huntline.incidents import Severity
from huntline.incidents.queries import alert_ids_of_incidents, alert_ids_of_notifications
from huntline.inquiries.models import Inquiry
from huntline.inquiries.models import Message as ThreadMessage
from huntline.inquiries.models import Subject as CaseSubject
from huntline.inquiries.queries import find_inquiry, subjects_of, thread_of
from huntline.inquiries.vocabulary import Author, MessageKind, SubjectKind, Verdict
from huntline.samples.models import Sample as StoredSample
from huntline.samples.models import SampleState
from huntline.samples.queries import latest_examinations, samples_of
from huntline.samples.services import open_sample
from huntline.telemetry.queries import devices_called

KIND: Final = "case"
_VERDICTS: Final = {
    Verdict.UNKNOWN: "Unknown",
    Verdict.MALICIOUS: "Malicious",
    Verdict.SUSPICIOUS: "Suspicious",
    Verdict.BENIGN: "Clean",
}
_SHA1, _SHA256, _MD5 = 40, 64, 32


class Case:
    """A case as it is handed over. Raises InquiryNotFound, CaseAccessMissing for those who may not read it."""

    def __init__(self, scope: TenantScope, number: str) -> None:
        self.row: Inquiry = find_inquiry(scope, number)
        self._scope = scope
        self._subjects: Sequence[CaseSubject] = subjects_of(scope, [self.row.pk])[self.row.pk]
        self._thread: Sequence[ThreadMessage] = thread_of(scope, self.row)

    @property
    def title(self) -> str:
        """What it is called: by its first subject, or by its topic."""
        named = self._subjects[0].label if self._subjects else self.row.topic
        return f"{self.row.number}: {named}"[:200]

    @property
    def device_ids(self) -> frozenset[str]:
        """The devices that it names by itself."""
        single = {one.reference for one in self._of(SubjectKind.DEVICE)}
        return frozenset(single.union(*(one.context.get("devices", []) for one in self._of(SubjectKind.DEVICE_SET))))

    def alert_ids(self) -> list[str]:
        """Return the ids of the alerts that it is about, by themselves, as notifications or with their incidents."""
        named = [one.reference for one in self._of(SubjectKind.ALERT)]
        incidents = [int(one.reference) for one in self._of(SubjectKind.INCIDENT) if one.reference.isdecimal()]
        told = [one.reference for one in self._of(SubjectKind.NOTIFICATION)]
        of_incidents = alert_ids_of_incidents(self._scope, incidents) if incidents else []
        of_notifications = alert_ids_of_notifications(self._scope, told) if told else []
        return list(dict.fromkeys([*named, *of_incidents, *of_notifications]))

    def subject(self, home: str, severity: str, first: datetime | None, last: datetime | None) -> Subject:
        """Return it as what a dossier is about; severity and activity are those of its alerts, where there are any."""
        return Subject(
            KIND,
            self.row.number,
            self.title,
            severity or Severity.INFORMATIONAL,
            first or self.row.asked,
            last or self.row.updated,
            f"{home}/inquiries/{self.row.number}",
        )

    def evidence_ids(self) -> list[str]:
        """Return the ids of the evidence that its answers go with, in their order."""
        return list(dict.fromkeys(key for message in self._thread for key in message.evidence_ids))

    def messages(self) -> list[Message]:
        """Return its thread, without what the system wrote, which has no words."""
        return [
            Message(one.written, one.person_name, self._text(one))
            for one in self._thread
            if one.author != Author.SYSTEM
        ]

    def moments(self) -> Iterator[Moment]:
        """Yield what was done about it."""
        told = {MessageKind.QUESTION, MessageKind.CONCLUDE, MessageKind.WITHDRAWN}
        for one in self._thread:
            if one.kind in told:
                yield Moment(one.written, KIND, f"{self.row.number}: {one.kind}")

    def devices(self) -> list[Device]:
        """Return the devices that it names, as telemetry knows them."""
        known = devices_called(self._scope, self.device_ids)
        return [Device(one.device_id, one.name, one.os_platform, self._verdict) for one in known]

    def files(self) -> list[File]:
        """Return the files that it names by a hash or a name."""
        return [_file(one, self._verdict) for one in self._of(SubjectKind.FILE)]

    def accounts(self) -> list[Account]:
        """Return the users that it names."""
        return [Account(one.reference, verdict=self._verdict) for one in self._of(SubjectKind.USER)]

    def addresses(self) -> list[Value]:
        """Return the addresses that it names."""
        return [Value(one.reference, self._verdict) for one in self._of(SubjectKind.IP_ADDRESS)]

    def urls(self) -> list[Value]:
        """Return the addresses of the web that it names as what was seen; what somebody read is none of them."""
        return [Value(one.reference, self._verdict) for one in self._of(SubjectKind.URL)]

    def samples(self) -> list[Sample]:
        """Return the files that the customer sent, and that are still held."""
        held = [one for one in samples_of(self._scope, self.row.pk) if one.state == SampleState.HELD]
        found = latest_examinations(self._scope, held)
        return [
            Sample(
                name=one.name,
                size=one.size,
                sha256=one.sha256,
                open=partial(_opened, self._scope, self.row, one),
                sha1=one.sha1,
                md5=one.md5,
                kind=(found[one.pk].findings or {}).get("kind", {}).get("mime", "") if one.pk in found else "",
            )
            for one in held
        ]

    @property
    def _verdict(self) -> str:
        """What the experts hold its subjects for."""
        return _VERDICTS[Verdict(self.row.expert_verdict)]

    def _of(self, kind: SubjectKind) -> list[CaseSubject]:
        return [one for one in self._subjects if one.kind == kind]

    @staticmethod
    def _text(message: ThreadMessage) -> str:
        return "\n".join([message.text, *message.references])


def _opened(scope: TenantScope, case: Inquiry, sample: StoredSample) -> BinaryIO:
    return io.BufferedReader(open_sample(scope, case.pk, sample.pk, purpose="handoff"))


def _file(subject: CaseSubject, verdict: str) -> File:
    digest = subject.reference.lower()
    is_hash = len(digest) in {_MD5, _SHA1, _SHA256} and all(letter in "0123456789abcdef" for letter in digest)
    return File(
        subject.label if is_hash and subject.label != subject.reference else "" if is_hash else subject.reference,
        sha1=digest if is_hash and len(digest) == _SHA1 else "",
        sha256=digest if is_hash and len(digest) == _SHA256 else "",
        md5=digest if is_hash and len(digest) == _MD5 else "",
        verdict=verdict,
    )
