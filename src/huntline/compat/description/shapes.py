"""Shapes of what crosses the wire, as JSON schemas by name.

A shape is written as `name:type` pairs: `text`, `int`, `real`, `bool`, `time`, `any`, the name of another shape or enumeration; `?` where
null may stand, `*` for a list. No other property is there.
"""

from typing import Any, Final

from huntline.compat.alerts.changes import DETERMINATIONS
from huntline.compat.alerts.references import NAMES as REFERENCE
from huntline.compat.alerts.references import SEVERITIES
from huntline.compat.graph import names as graph
from huntline.incidents import AlertStatus, Category, Classification, Determination, IncidentStatus, Severity, Verdict
from huntline.incidents.incident_triage import SETTABLE

Schema = dict[str, Any]
_TYPES: Final[dict[str, Schema]] = {
    "any": {},
    "bool": {"type": "boolean"},
    "int": {"type": "integer", "format": "int64"},
    "real": {"type": "number"},
    "text": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
}


def _enum(*words: str) -> Schema:
    return {"type": "string", "enum": [str(word) for word in words]}


ENUMS: Final[dict[str, Schema]] = {
    "AlertStatus": _enum(*AlertStatus),
    "Category": _enum(*Category),
    "Classification": _enum(*Classification),
    "Determination": _enum(*Determination),
    "DeterminationGiven": _enum(*DETERMINATIONS),
    "IncidentStatus": _enum(*IncidentStatus),
    "IncidentStatusGiven": _enum(*SETTABLE),
    "Severity": _enum(*Severity),
    "SeverityGiven": _enum(*SEVERITIES),
    "Verdict": _enum(*Verdict),
    "GraphAlertStatus": _enum(*graph.ALERT_STATUSES),
    "GraphClassification": _enum(*graph.CLASSIFICATIONS),
    "GraphDetermination": _enum(*graph.DETERMINATIONS),
    "GraphIncidentStatus": _enum(*graph.INCIDENT_STATUSES),
    "GraphSeverity": _enum(*graph.SEVERITIES),
}
_EVIDENCE: Final = (
    "entityType:text evidenceCreationTime:time? sha1:text? sha256:text? fileName:text? filePath:text? processId:int? "
    "processCommandLine:text? processCreationTime:time? parentProcessId:int? parentProcessCreationTime:time? parentProcessFileName:text? "
    "parentProcessFilePath:text? ipAddress:text? url:text? registryKey:text? registryHive:text? registryValueType:text? "
    "registryValue:text? registryValueName:text? accountName:text? domainName:text? userSid:text? aadUserId:text? "
    "userPrincipalName:text? detectionStatus:text?"
)
_ALERT: Final = (
    "id:text incidentId:int investigationId:int? assignedTo:text? severity:Severity status:AlertStatus classification:Classification? "
    "determination:Determination? investigationState:text detectionSource:text detectorId:text category:text threatFamilyName:text? "
    "title:text description:text alertCreationTime:time firstEventTime:time lastEventTime:time lastUpdateTime:time resolvedTime:time? "
    "machineId:text? computerDnsName:text? rbacGroupName:text? aadTenantId:text threatName:text? mitreTechniques:text* "
    "relatedUser:RelatedUser? loggedOnUsers:any* comments:Comment* domains:Domain* evidence:Evidence*"
)
_MACHINE: Final = (
    "id:text mergedIntoMachineId:text? isPotentialDuplication:bool isExcluded:bool exclusionReason:text? computerDnsName:text? "
    "firstSeen:time lastSeen:time osPlatform:text? osProcessor:text? osArchitecture:text? version:text? osBuild:int? lastIpAddress:text? "
    "lastExternalIpAddress:text? agentVersion:text? healthStatus:text onboardingStatus:text deviceValue:text rbacGroupId:int "
    "rbacGroupName:text? riskScore:text exposureLevel:text? isAadJoined:bool? aadDeviceId:text? machineTags:text* ipAddresses:any* "
    "vmMetadata:any? managedBy:text? managedByStatus:text?"
)
_GRAPH_ALERT: Final = (
    "id:text providerAlertId:text incidentId:text status:GraphAlertStatus severity:GraphSeverity classification:GraphClassification "
    "determination:GraphDetermination serviceSource:text detectionSource:text productName:text detectorId:text tenantId:text title:text "
    "description:text recommendedActions:text category:text categories:text* assignedTo:text? alertWebUrl:text incidentWebUrl:text "
    "actorDisplayName:text? threatDisplayName:text? threatFamilyName:text? mitreTechniques:text* createdDateTime:time "
    "lastUpdateDateTime:time resolvedDateTime:time? firstActivityDateTime:time lastActivityDateTime:time comments:GraphComment* "
    "evidence:GraphEvidence* systemTags:text* additionalData:any? customDetails:any? investigationState:text"
)
_GRAPH_INCIDENT: Final = (
    "id:text displayName:text status:GraphIncidentStatus severity:GraphSeverity classification:GraphClassification "
    "determination:GraphDetermination assignedTo:text? createdDateTime:time lastUpdateDateTime:time lastModifiedBy:text? "
    "redirectIncidentId:text? incidentWebUrl:text tenantId:text customTags:text* systemTags:text* comments:GraphComment* description:text? "
    "summary:text? resolvingComment:text? priorityScore:int? alerts:GraphAlert*"
)
_USER: Final = (
    "id:text accountName:text? accountDomain:text? accountSid:text? firstSeen:time? lastSeen:time? mostPrevalentMachineId:text? "
    "leastPrevalentMachineId:text? logonTypes:text? logOnMachinesCount:int? isDomainAdmin:bool? isLocalAdmin:bool? "
    "isOnlyNetworkUser:bool?"
)
_SHAPES: Final[dict[str, str]] = {
    "Alert": _ALERT,
    "AlertChange": "status:AlertStatus? assignedTo:text? classification:Classification? determination:DeterminationGiven? comment:text?",
    "AlertReference": "eventTime:time reportId:text machineId:text severity:SeverityGiven title:text description:text "
    "recommendedAction:text category:Category",
    "AlertsChange": "alertIds:text* status:AlertStatus? assignedTo:text? classification:Classification? "
    "determination:DeterminationGiven? comment:text?",
    "Comment": "comment:text createdBy:text createdTime:time",
    "Domain": "host:text",
    "EntitySet": "name:text kind:text url:text",
    "Evidence": _EVIDENCE,
    "File": "sha1:text? sha256:text? md5:text? globalPrevalence:int? globalFirstObserved:time? globalLastObserved:time? size:int? "
    "fileType:text? isPeFile:bool? filePublisher:text? fileProductName:text? signer:text? issuer:text? signerHash:text? "
    "isValidCertificate:bool? determinationType:text determinationValue:text?",
    "GraphAlert": _GRAPH_ALERT,
    "GraphAlertChange": "status:GraphAlertStatus? assignedTo:text? classification:GraphClassification? determination:GraphDetermination?",
    "GraphComment": "@odata.type:text comment:text createdByDisplayName:text createdDateTime:time",
    "GraphCommentGiven": "@odata.type:text? comment:text",
    "GraphIncident": _GRAPH_INCIDENT,
    "GraphIncidentChange": "status:IncidentStatusOfGraphGiven? assignedTo:text? classification:GraphClassification? "
    "determination:GraphDetermination? customTags:text*",
    "GraphColumn": "name:text type:text",
    "GraphHunt": "query:text timespan:text?",
    "GraphHuntAnswer": "@odata.context:text schema:GraphColumn* results:any*",
    "Column": "Name:text Type:text",
    "Hunt": "Query:text",
    "HuntAnswer": "Stats:any Schema:Column* Results:any*",
    "Incident": "incidentId:int incidentUri:text redirectIncidentId:int? incidentName:text createdTime:time lastUpdateTime:time "
    "assignedTo:text? classification:Classification determination:Determination status:IncidentStatus severity:Severity tags:text* "
    "comments:Comment* alerts:IncidentAlert*",
    "IncidentAlert": "alertId:text providerAlertId:text incidentId:int serviceSource:text creationTime:time lastUpdatedTime:time "
    "resolvedTime:time? firstActivity:time lastActivity:time title:text description:text category:text status:AlertStatus "
    "severity:Severity investigationId:int? investigationState:text classification:Classification determination:Determination "
    "detectionSource:text detectorId:text assignedTo:text? actorName:text? threatFamilyName:text? mitreTechniques:text* "
    "comments:Comment* devices:any* entities:any*",
    "IncidentChange": "status:IncidentStatusGiven? assignedTo:text? classification:Classification? determination:DeterminationGiven? "
    "tags:text* comment:text?",
    "Ip": "id:text",
    "Machine": _MACHINE,
    "RelatedUser": "userName:text? domainName:text?",
    "User": _USER,
}
ENUMS["IncidentStatusOfGraphGiven"] = _enum(*(graph.camel(word) for word in SETTABLE))
_OPEN: Final = {
    "GraphEvidence",
    "Detection",
}  # their properties depend on their kind, or are listed where they are made
_REQUIRED: Final = {
    "AlertReference": list(REFERENCE),
    "AlertsChange": ["alertIds"],
    "GraphCommentGiven": ["comment"],
    "GraphHunt": ["query"],
    "GraphHuntAnswer": ["@odata.context", "schema", "results"],
    "Hunt": ["Query"],
    "HuntAnswer": ["Stats", "Schema", "Results"],
}


def schemas() -> dict[str, Schema]:
    """Return every shape and enumeration, with pages and single objects as OData wraps them, and the bodies of refusals."""
    made: dict[str, Schema] = {**ENUMS, **{name: {"type": "object"} for name in _OPEN}}
    made |= {name: _object(text, _REQUIRED.get(name, ())) for name, text in _SHAPES.items()}
    for name in (
        "Alert",
        "Domain",
        "EntitySet",
        "File",
        "GraphAlert",
        "GraphComment",
        "GraphIncident",
        "Incident",
        "Ip",
        "Machine",
        "User",
    ):
        one = made[name]["properties"]
        made[f"{name}Entity"] = {
            "type": "object",
            "properties": {"@odata.context": {"type": "string"}, **one},
            "required": ["@odata.context"],
            "additionalProperties": False,
        }
        page = f"@odata.context:text @odata.count:int @odata.nextLink:text value:{name}*"
        made[f"{name}Page"] = _object(page, ("@odata.context", "value"))
    made["Number"] = {"type": "string", "pattern": "^[0-9]+$"}
    made["Detections"] = {"type": "array", "items": {"$ref": "#/components/schemas/Detection"}}
    made["Refusal"] = _refusal("target:text")
    made["GraphRefusal"] = _refusal("innerError:any")
    return made


def _refusal(more: str) -> Schema:
    name = more.partition(":")[0]
    inner = _object(f"code:text message:text {more}", ("code", "message", name))
    return {"type": "object", "properties": {"error": inner}, "required": ["error"], "additionalProperties": False}


def _object(text: str, required: tuple[str, ...] | list[str]) -> Schema:
    properties = dict(_property(pair) for pair in text.split())
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def _property(pair: str) -> tuple[str, Schema]:
    name, _, kind = pair.rpartition(":")
    plain = kind.rstrip("?*")
    schema = _TYPES.get(plain) or ({} if plain == "any" else {"$ref": f"#/components/schemas/{plain}"})
    if kind.endswith("*"):
        schema = {"type": "array", "items": schema}
    elif kind.endswith("?") and schema:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return name, schema
