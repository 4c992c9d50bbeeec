"""Routes of what is related to an alert: the user, files, addresses and domains of its evidence."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.alerts.bodies import host_of
from huntline.compat.errors import NothingRelated
from huntline.compat.wire import instant, json_answer
from huntline.identity import TenantScope
from huntline.incidents import EntityType, Verdict
from huntline.incidents.errors import AlertNotFound
from huntline.incidents.models import AlertEntity
from huntline.incidents.queries import alert_rows, entities_of

Body = dict[str, Any]
_DETERMINATIONS = {Verdict.MALICIOUS: "Malware", Verdict.CLEAN: "Clean"}


def read_user(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer the first user of the evidence; the times are those of all alerts that name them. Raises AlertNotFound, NothingRelated."""
    user = next(iter(_entities(scope, alert_id, EntityType.USER)), None)
    if user is None:
        raise NothingRelated("user")
    same = (
        Q(account_sid=user.account_sid)
        if user.account_sid
        else Q(account_name=user.account_name, account_domain=user.account_domain)
    )
    seen = AlertEntity.objects.within(scope).filter(same, entity_type=EntityType.USER)
    times = seen.aggregate(first=Min("alert__first_activity"), last=Max("alert__last_activity"))
    body = {
        "id": f"{user.account_domain}\\{user.account_name}".lstrip("\\"),
        "accountName": user.account_name or None,
        "accountDomain": user.account_domain or None,
        "accountSid": user.account_sid or None,
        "firstSeen": instant(times["first"]),
        "lastSeen": instant(times["last"]),
        "mostPrevalentMachineId": None,
        "leastPrevalentMachineId": None,
        "logonTypes": None,
        "logOnMachinesCount": None,
        "isDomainAdmin": None,
        "isOnlyNetworkUser": None,
    }
    return json_answer({"@odata.context": f"{address_of(request)}/api/$metadata#Users/$entity", **body}, odata=True)


def list_files(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer the files of the evidence, images of processes too, each once. Raises AlertNotFound."""
    found = _entities(scope, alert_id, EntityType.FILE, EntityType.PROCESS)
    files: dict[str, AlertEntity] = {}
    for entity in found:
        if name := entity.sha1 or entity.sha256 or entity.md5:
            files.setdefault(name, entity)
    return _collection(request, "Files", map(_file, files.values()))


def list_ips(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer the addresses of the evidence. Raises AlertNotFound."""
    addresses = [entity.ip_address for entity in _entities(scope, alert_id, EntityType.IP)]
    return _collection(request, "Ips", ({"id": one} for one in dict.fromkeys(addresses) if one))


def list_domains(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer the hosts of the evidence's URLs. Raises AlertNotFound."""
    hosts = [host_of(entity.url) for entity in _entities(scope, alert_id, EntityType.URL)]
    return _collection(request, "Domains", ({"host": host} for host in dict.fromkeys(hosts) if host))


def _entities(scope: TenantScope, alert_id: str, *types: EntityType) -> list[AlertEntity]:
    if not alert_rows(scope).filter(pk=alert_id).exists():
        raise AlertNotFound(alert_id)
    return entities_of(scope, alert_id, *types)


def _file(entity: AlertEntity) -> Body:
    return {
        "sha1": entity.sha1 or None,
        "sha256": entity.sha256 or None,
        "md5": entity.md5 or None,
        "globalPrevalence": None,
        "globalFirstObserved": None,
        "globalLastObserved": None,
        "size": entity.file_size,
        "fileType": None,
        "isPeFile": None,
        "filePublisher": None,
        "fileProductName": None,
        "signer": None,
        "issuer": None,
        "signerHash": None,
        "isValidCertificate": None,
        "determinationType": _DETERMINATIONS.get(Verdict(entity.verdict), "Unknown"),
        "determinationValue": None,
    }


def _collection(request: HttpRequest, name: str, rows: Iterable[Body]) -> HttpResponse:
    return json_answer(
        {"@odata.context": f"{address_of(request)}/api/$metadata#{name}", "value": list(rows)}, odata=True
    )
