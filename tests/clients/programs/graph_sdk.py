"""Microsoft's Python client of Graph, with nothing of it changed but where it finds the names that it calls (the proxy)."""

import asyncio
import json
import os
import sys

from azure.identity.aio import ClientSecretCredential
from msgraph import GraphServiceClient
from msgraph.generated.models.security.alert import Alert
from msgraph.generated.models.security.alert_status import AlertStatus
from msgraph.generated.models.security.incident import Incident
from msgraph.generated.security.alerts_v2.alerts_v2_request_builder import Alerts_v2RequestBuilder
from msgraph.generated.security.incidents.incidents_request_builder import IncidentsRequestBuilder
from msgraph.generated.security.microsoft_graph_security_run_hunting_query.run_hunting_query_post_request_body import (
    RunHuntingQueryPostRequestBody,
)

Asked = Alerts_v2RequestBuilder.Alerts_v2RequestBuilderGetQueryParameters
AskedIncidents = IncidentsRequestBuilder.IncidentsRequestBuilderGetQueryParameters


def told(evidence):
    kind = type(evidence).__name__
    image = getattr(evidence, "image_file", None)
    account = getattr(evidence, "user_account", None)
    return {
        "kind": kind,
        "verdict": evidence.verdict and evidence.verdict.value,
        "device": getattr(evidence, "device_dns_name", None),
        "process_id": getattr(evidence, "process_id", None),
        "command_line": getattr(evidence, "process_command_line", None),
        "sha1": image and image.sha1,
        "account": account and account.account_name,
    }


def told_alert(alert):
    return {
        "id": alert.id,
        "incident": alert.incident_id,
        "title": alert.title,
        "severity": alert.severity.value,
        "status": alert.status.value,
        "source": alert.detection_source.value,
        "created": alert.created_date_time.isoformat(),
        "first": alert.first_activity_date_time.isoformat(),
        "last": alert.last_activity_date_time.isoformat(),
        "techniques": alert.mitre_techniques,
        "evidence": [told(one) for one in alert.evidence],
        "comments": [one.comment for one in alert.comments],
    }


async def main():
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    async with ClientSecretCredential(*(os.environ[name] for name in names)) as credential:
        security = GraphServiceClient(credential, ["https://graph.microsoft.com/.default"]).security
        asked = Asked(filter="severity eq 'high'", orderby=["createdDateTime desc"], top=5)
        configuration = Alerts_v2RequestBuilder.Alerts_v2RequestBuilderGetRequestConfiguration(query_parameters=asked)
        listed = await security.alerts_v2.get(request_configuration=configuration)
        one = security.alerts_v2.by_alert_id(listed.value[0].id)
        read = told_alert(await one.get())
        changed = told_alert(await one.patch(Alert(status=AlertStatus.InProgress, assigned_to="kim@aurora.example")))
        configuration = IncidentsRequestBuilder.IncidentsRequestBuilderGetRequestConfiguration(
            query_parameters=AskedIncidents(expand=["alerts"])
        )
        incidents = (await security.incidents.get(request_configuration=configuration)).value
        incident = await security.incidents.by_incident_id(incidents[0].id).patch(Incident(custom_tags=["sdk"]))
        body = RunHuntingQueryPostRequestBody(query=sys.argv[1], timespan="P30D")
        hunt = await security.microsoft_graph_security_run_hunting_query.post(body)
    print(
        json.dumps(
            {
                "alerts": [told_alert(alert) for alert in listed.value],
                "one": read,
                "changed": changed,
                "incidents": [
                    {
                        "id": row.id,
                        "title": row.display_name,
                        "status": row.status.value,
                        "alerts": [alert.id for alert in row.alerts],
                    }
                    for row in incidents
                ],
                "tags": incident.custom_tags,
                "schema": [[column.name, column.type] for column in hunt.schema],
                "rows": [row.additional_data for row in hunt.results],
            },
            default=lambda value: value.isoformat(),
        )
    )


asyncio.run(main())
