"""Alerts with what belongs to them, in as many queries for ten thousand as for one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from huntline.compat.alerts.bodies import (
    ALWAYS_TOLD,
    EVIDENCE,
    OF_ENTITIES,
    WHOLE_EVIDENCE,
    alert_body,
    evidence_bodies,
    prepare,
)
from huntline.compat.among import Among
from huntline.compat.prepared import Body
from huntline.compat.wire import instant
from huntline.identity import TenantScope
from huntline.incidents import EntityType
from huntline.incidents.models import AlertComment, AlertEntity

_ALWAYS: Final = (EntityType.USER, EntityType.URL)


class AlertList:
    """How alerts are shown: these properties (all, where none is named), and with their evidence or without."""

    def __init__(self, scope: TenantScope, names: Sequence[str], *, with_evidence: bool) -> None:
        self.scope = scope
        self.with_evidence = with_evidence
        self._shows_evidence = with_evidence or not names or EVIDENCE in names
        self._prepared = prepare(names)
        self._names = frozenset(names)
        self.columns = self._prepared.columns

    def bodies(self, rows: Sequence[Sequence[Any]]) -> list[Body]:
        """Return the alerts of rows that hold `columns`, in their order."""
        chosen = [row[0] for row in rows]
        evidence, comments = self._evidence(chosen), self._comments(chosen)
        bodies = []
        for row in rows:
            found = evidence.get(row[0], [])
            body = alert_body(self._prepared.body(row), found, comments.get(row[0], []))
            if self._shows_evidence:
                body[EVIDENCE] = found if self.with_evidence else []
            bodies.append(body)
        return bodies

    def _evidence(self, chosen: Sequence[str]) -> dict[str, list[Body]]:
        evidence: dict[str, list[Body]] = defaultdict(list)
        if not (self.with_evidence or self._shows(*OF_ENTITIES)):
            return evidence
        prepared = WHOLE_EVIDENCE if self.with_evidence else ALWAYS_TOLD
        found = AlertEntity.objects.within(self.scope).filter(Among("alert_id", chosen)).order_by("place")
        if not self.with_evidence:
            found = found.filter(entity_type__in=_ALWAYS)
        for alert_id, body in evidence_bodies(found.values_list(*prepared.columns), prepared):
            evidence[alert_id].append(body)
        return evidence

    def _comments(self, chosen: Sequence[str]) -> dict[str, list[Body]]:
        comments: dict[str, list[Body]] = defaultdict(list)
        if self._shows("comments"):
            found = AlertComment.objects.within(self.scope).filter(Among("alert_id", chosen)).order_by("created", "id")
            for alert_id, text, author, created in found.values_list("alert_id", "text", "created_by", "created"):
                comments[alert_id].append({"comment": text, "createdBy": author, "createdTime": instant(created)})
        return comments

    def _shows(self, *names: str) -> bool:
        return not self._names or not self._names.isdisjoint(names)
