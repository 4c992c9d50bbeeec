"""msticpy by its configuration alone: its providers, a query of one's own, and its built-in queries about alerts."""

import json
import os
import sys
from pathlib import Path

url = sys.argv[1]
account = {
    "ClientId": os.environ["AZURE_CLIENT_ID"],
    "TenantId": os.environ["AZURE_TENANT_ID"],
    "ClientSecret": os.environ["AZURE_CLIENT_SECRET"],
}
configuration = {
    "Azure": {"cloud": "global", "resource_manager_url": f"{url}/"},
    "DataProviders": {
        "MicrosoftDefender": {"Args": {**account, "apiRoot": f"{url}/"}},
        "MicrosoftGraph": {"Args": account},
    },
}
Path("msticpyconfig.yaml").write_text(json.dumps(configuration))  # JSON is YAML
os.environ["MSTICPYCONFIG"] = str(Path("msticpyconfig.yaml").absolute())

from msticpy.data import QueryProvider  # noqa: E402 - it reads its configuration when it is imported


def rows(frame):
    return json.loads(frame.to_json(orient="records", date_format="iso", date_unit="us"))


said = {}
query = "DeviceAlertEvents | project Timestamp, AlertId, Title, Severity, DeviceName | order by Timestamp asc"
for name in ("MDE", "M365D", "M365DGraph"):
    provider = QueryProvider(name)
    provider.connect()
    said[name] = rows(provider.exec_query(query))
graph = QueryProvider("SecurityGraph")
graph.connect()
said["SecurityGraph"] = rows(graph.exec_query("/security/alerts_v2?$filter=severity eq 'high'"))

mde = QueryProvider("MDE")
mde.connect()
window = json.loads(sys.argv[2])
told = window.pop("told")
said["list_alerts"] = rows(mde.MDE.list_alerts(**window))
said["host_alerts"] = rows(mde.MDE.host_alerts(**window, host_name=told["host"]))
said["other_host"] = rows(mde.MDE.host_alerts(**window, host_name="nobody"))
said["sha1_alerts"] = rows(mde.MDE.sha1_alerts(**window, file_hash=told["sha1"]))
said["ip_alerts"] = rows(mde.MDE.ip_alerts(**window, ip_address="203.0.113.250"))
said["url_alerts"] = rows(mde.MDE.url_alerts(**window, url="nowhere.example"))
print(json.dumps(said))
