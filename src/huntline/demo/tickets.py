"""Kerberos tickets, as the domain controller saw them."""

from huntline.demo.dice import keyed_guid
from huntline.demo.fleet import Account, Device
from huntline.demo.stage import Stage, to_json


def issue_ticket(
    stage: Stage,
    moment: int,
    account: Account,
    service: str,
    *,
    client: Device,
    controller: Device,
    encryption: str = "0x12",
) -> None:
    """Leave a Kerberos ticket as the domain controller saw it; 0x12 is AES-256, 0x17 is RC4 (RFC 3961 and 4757)."""
    stage.record(
        "IdentityLogonEvents",
        moment,
        {
            "ActionType": "LogonSuccess",
            "Application": "Active Directory",
            "LogonType": "Resource access" if service != "krbtgt" else "Credentials validation",
            "Protocol": "Kerberos",
            "AccountName": account.name,
            "AccountDomain": account.domain,
            "AccountSid": account.sid,
            "AccountUpn": account.upn,
            "AccountObjectId": account.object_id,
            "DeviceName": client.name,
            "DeviceType": "Workstation" if not client.is_server else "Server",
            "OSPlatform": client.os_platform,
            "IPAddress": stage.fleet.address(client, stage.day),
            "DestinationDeviceName": controller.name,
            "DestinationIPAddress": stage.fleet.address(controller, stage.day),
            "DestinationPort": 88,
            "ReportId": keyed_guid(stage.seed, "ticket", stage.device.device_id, moment, len(stage.records)),
            "AdditionalFields": to_json(
                {"ServiceName": service, "TicketEncryptionType": encryption, "TicketOptions": "0x40810000"}
            ),
        },
    )
