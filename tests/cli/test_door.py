"""Commands that need telemetry go through the server while it runs, and open the engine themselves otherwise."""

import json
import stat

import httpx
import pytest

from serving import Serving

ROW = {
    "Timestamp": "2026-11-16T09:00:00.1234567Z",
    "DeviceId": "d1" * 20,
    "DeviceName": "ws01.aurora.example",
    "ActionType": "ProcessCreated",
    "FileName": "mshta.exe",
    "ReportId": 1,
}
QUERY = "DeviceProcessEvents | project Timestamp, FileName"


@pytest.fixture
def installation(tmp_path):
    serving = Serving(tmp_path)
    serving.command("tenants", "add", "aurora", "Aurora Grid")
    yield serving
    serving.stop()


def write(folder, name, *rows):
    file = folder / name
    file.write_text(
        "".join(
            json.dumps({"time": row["Timestamp"], "category": "AdvancedHunting-DeviceProcessEvents", "properties": row})
            + "\n"
            for row in rows
        )
    )
    return str(file)


def found(serving):
    asked = ("hunt", "--tenant", "aurora", "--start", "2026-11-01", "--end", "2026-12-01", "--json", QUERY)
    return json.loads(serving.command(*asked).stdout)["rows"]


@pytest.mark.timeout(240)
def test_with_and_without_a_server(installation, tmp_path):
    first = write(tmp_path, "first.ndjson", ROW)
    done = json.loads(installation.command("import", "--tenant", "aurora", first, "--json").stdout)
    assert done["tables"]["DeviceProcessEvents"] == 1
    assert found(installation) == [["2026-11-16T09:00:00.1234567Z", "mshta.exe"]]

    installation.start()
    second = write(tmp_path, "second.ndjson", ROW | {"FileName": "cmd.exe", "ReportId": 2})
    done = json.loads(installation.command("import", "--tenant", "aurora", first, second, "--json").stdout)
    assert (done["tables"]["DeviceProcessEvents"], done["repeated"] > 0) == (1, True)
    assert len(found(installation)) == 2

    wrong = installation.command(
        "hunt", "--tenant", "aurora", "--json", "DeviceProcessEvents | where Filename == 'x'", check=False
    )
    assert wrong.returncode == 1
    assert json.loads(wrong.stderr)["error"]["code"] == "query_invalid"

    socket = tmp_path / "door.sock"
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert httpx.post(f"{installation.url}/local/v1/hunt", json={"tenant": "aurora", "query": QUERY}).status_code == 404

    installation.kill()
    assert socket.exists()  # nobody was left to remove it: the command finds no listener and opens the engine itself
    assert len(found(installation)) == 2
