"""mcp-msdefenderkql: an assistant's tool for hunting in Defender XDR, with its fixed host name."""

import pytest

pytestmark = pytest.mark.clients


@pytest.mark.requirement("R21")
def test_its_tools(answer_of, published, interception):
    query = f"DeviceAlertEvents | where AlertId == '{published['id']}' | distinct AlertId, Title, Severity"
    said = answer_of("others", "mcp_tools.py", query)
    assert said["tools"] == ["run_hunting_query", "get_hunting_schema"]
    assert "  DeviceAlertEvents\n" in said["tables"]
    assert "  Title: string" in said["columns"]
    assert f"{published['id']} | {published['title']} | {published['severity']}" in said["rows"]
    assert "Rows returned: 1" in said["rows"]
    assert "Fix semantic errors in your query" in said["wrong"]
    assert set(interception.reached) == {"login.microsoftonline.com", "api.security.microsoft.com"}
