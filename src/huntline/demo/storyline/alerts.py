"""What the customers' own sensors noticed: an alert and its evidence, as `AlertInfo` and `AlertEvidence` have them."""

from huntline.demo.dice import keyed_hex
from huntline.demo.processes import Process
from huntline.demo.stage import Stage


def raise_alert(
    stage: Stage,
    moment: int,
    process: Process,
    *,
    title: str,
    category: str,
    severity: str,
    technique: str,
    registry: tuple[str, str, str] | None = None,
) -> None:
    """Leave an alert about what a process did. registry: key, value name and data that it set."""
    alert_id = f"da{keyed_hex(stage.seed, 'alert', stage.device.device_id, moment, size=16)}_1"
    shared: dict[str, object] = {
        "AlertId": alert_id,
        "Title": title,
        "Severity": severity,
        "ServiceSource": "Microsoft Defender for Endpoint",
        "DetectionSource": "EDR",
        "AttackTechniques": f'["{technique}"]',
    }
    stage.record("AlertInfo", moment, {**shared, "Category": category})
    machine = {**stage.columns, "LocalIP": stage.address}
    account = process.session.account
    evidence: list[dict[str, object]] = [
        {"EntityType": "Machine", "EvidenceRole": "Impacted"},
        {
            "EntityType": "User",
            "EvidenceRole": "Impacted",
            "AccountName": account.name,
            "AccountDomain": account.domain,
            "AccountSid": account.sid,
        },
        {
            "EntityType": "Process",
            "EvidenceRole": "Related",
            "FileName": process.program.spec.file_name,
            "FolderPath": process.path,
            "SHA1": process.program.hashes["SHA1"],
            "SHA256": process.program.hashes["SHA256"],
            "ProcessCommandLine": process.command,
        },
    ]
    if registry is not None:
        key, name, data = registry
        evidence.append(
            {
                "EntityType": "RegistryValue",
                "EvidenceRole": "Related",
                "RegistryKey": key,
                "RegistryValueName": name,
                "RegistryValueData": data,
            }
        )
    for entity in evidence:
        stage.record("AlertEvidence", moment, {**shared, **machine, "Categories": f'["{category}"]', **entity})
