"""What Windows computers do by themselves: updates, scans, policy, software deployment; and what they report about themselves."""

import base64

from huntline.demo.dice import keyed_guid, keyed_hex, keyed_number
from huntline.demo.fleet import Device, Role
from huntline.demo.internet import SENSOR_HOST, SIGNATURE_HOST, UPDATE_HOST
from huntline.demo.moments import DAY, HOUR, MINUTE, SECOND
from huntline.demo.processes import Process
from huntline.demo.software import PROGRAMS
from huntline.demo.stage import Stage, to_json

_CHORES = (
    ("netsvcs", "taskhostw", "taskhostw.exe", 40),
    ("netsvcs", "taskhostw", "taskhostw.exe SYSTEM", 25),
    ("dcom", "runtimebroker", r"C:\Windows\System32\RuntimeBroker.exe -Embedding", 200),
    ("dcom", "backgroundtaskhost", "backgroundTaskHost.exe -ServerName:App.AppXwp1a.mca", 30),
    ("dcom", "dllhost", r"C:\Windows\system32\DllHost.exe /Processid:{3EB3C877-1F16-487C-9050-104DBCD66683}", 8),
    ("dcom", "wmiprvse", r"C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding", 90),
    (
        "searchindexer",
        "searchprotocolhost",
        r'"C:\Windows\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe',
        60,
    ),
)
_PACKAGES = ("inkmoss", "git", "printer-driver", "root-certificates", "fonts", "vpn-profile", "browser-policy")


def encode_command(script: str) -> str:
    """Return a script as `powershell -EncodedCommand` takes it: base64 of UTF-16LE."""
    return base64.b64encode(script.encode("utf-16-le")).decode()


def look_after_computer(stage: Stage, low: int, high: int, *, rounds: int) -> None:
    """Leave the chores of a span: scheduled tasks, policy, signatures, a scan, the sensor's own connections."""
    dice, boot = stage.dice, stage.boots[-1]
    low = max(low, boot["searchindexer"].start + SECOND)
    if high - low < 10 * MINUTE:
        return
    latest = high - 5 * MINUTE
    for _ in range(dice.count(rounds * 2.2 * stage.fleet.intensity)):
        parent, key, command, lasts = dice.pick(_CHORES)
        stage.spawn(key, boot[parent], dice.between(low, latest), command, lasts=lasts)
    for _ in range(rounds):
        stage.connect(boot["mssense"], dice.between(low, latest), SENSOR_HOST)
    update_signatures(stage, dice.between(low, latest))
    if dice.chance(0.5):
        stage.spawn("gpupdate", boot["netsvcs"], dice.between(low, latest), "gpupdate.exe /target:computer", lasts=12)
    if dice.chance(0.4):
        _open_lsass(stage, boot["msmpeng"], dice.between(low, latest))
    if dice.chance(0.3):
        moment = dice.between(low, latest)
        scan = stage.spawn(
            "mpcmdrun", boot["msmpeng"], moment, '"MpCmdRun.exe" Scan -ScheduleJob -ScanTrigger 55', lasts=280
        )
        stage.event(
            scan,
            moment + 2 * SECOND,
            "AntivirusScanCompleted",
            {"ScanTypeIndex": "Quick", "ScanParameters": "Scheduled"},
        )


def update_signatures(stage: Stage, moment: int) -> None:
    """Fetch new signatures of the virus scanner."""
    engine = stage.boots[-1]["msmpeng"]
    process = stage.spawn("mpcmdrun", engine, moment, '"MpCmdRun.exe" SignatureUpdate -ScheduleJob', lasts=40)
    stage.connect(process, moment + SECOND, SIGNATURE_HOST)
    folder = r"C:\ProgramData\Microsoft\Windows Defender\Definition Updates"
    stage.write(
        engine,
        moment + 9 * SECOND,
        rf"{folder}\{{{keyed_guid(stage.seed, 'sig', stage.day.toordinal())}}}\mpavdlta.vdm",
    )
    version = f"1.429.{stage.day.toordinal() % 400}.0"
    stage.event(engine, moment + 11 * SECOND, "AntivirusDefinitionsUpdated", {"SignatureVersion": version})


def _open_lsass(stage: Stage, process: Process, moment: int) -> None:
    """The virus scanner asks lsass.exe who it is (0x1000 is the right to ask, not to read)."""
    open_process(stage, process, moment, stage.boots[-1]["lsass"], 0x1000)


def open_process(stage: Stage, process: Process, moment: int, target: Process, access: int) -> None:
    """Leave an opened process; `access` is the mask that was asked for."""
    stage.event(
        process,
        moment,
        "OpenProcessApiCall",
        {"DesiredAccess": access},
        FileName=target.program.spec.file_name,
        FolderPath=target.path,
        SHA1=target.program.hashes["SHA1"],
        ProcessId=target.pid,
        ProcessCommandLine=target.command,
        ProcessCreationTime=stage.stamp(target.start),
        ProcessUniqueId=target.unique_id,
    )


def deploy_package(stage: Stage, moment: int, *, probability: float) -> None:
    """The deployment tool runs an encoded script, and means well."""
    if not stage.dice.chance(probability):
        return
    agent = next(
        (boot["wherryagent"] for boot in stage.boots if boot["wherryagent"].start <= moment <= boot["wherryagent"].end),
        None,
    )
    if agent is None:
        return
    package = stage.dice.pick(_PACKAGES)
    source = f"https://deploy.{stage.customer.domain}/packages/{package}.zip"
    script = f"Import-Module WherryDeploy; Install-WherryPackage -Name '{package}' -Source '{source}' -Ring {stage.dice.between(1, 4)}"
    command = (
        f"powershell.exe -NoProfile -NonInteractive -ExecutionPolicy AllSigned -EncodedCommand {encode_command(script)}"
    )
    shell = stage.spawn("powershell", agent, moment, command, lasts=90)
    stage.load(shell, moment + SECOND // 2, "clr")
    stage.connect(
        shell, moment + 3 * SECOND, port=443, address=stage.fleet.address(stage.fleet.one(Role.BUILD_SERVER), stage.day)
    )
    stage.write(shell, moment + 5 * SECOND, rf"C:\ProgramData\Wherry\cache\{package}.zip")
    stage.event(shell, moment + 4 * SECOND, "PowerShellCommand", {"Command": "Install-WherryPackage"})
    stage.set_value(
        shell,
        moment + 20 * SECOND,
        key=rf"HKEY_LOCAL_MACHINE\SOFTWARE\Wherry\Packages\{package}",
        name="InstalledVersion",
        data=f"{stage.dice.between(1, 9)}.{stage.dice.between(0, 20)}",
    )


def install_updates(stage: Stage, moment: int) -> None:
    """A server's patch night, up to its restart."""
    boot = stage.boots[0]
    installer = stage.spawn(
        "trustedinstaller", boot["services"], moment, r"C:\Windows\servicing\TrustedInstaller.exe", lasts=1500
    )
    worker = stage.spawn("tiworker", boot["dcom"], moment + SECOND, "TiWorker.exe -Embedding", lasts=1500)
    stage.connect(boot["netsvcs"], moment + 4 * SECOND, UPDATE_HOST)
    number = 5_050_000 + stage.day.toordinal() % 10_000
    package = rf"C:\Windows\SoftwareDistribution\Download\KB{number}.msu"
    stage.spawn("wusa", installer, moment + 30 * SECOND, f'wusa.exe "{package}" /quiet /norestart', lasts=400)
    for part in range(6):
        path = rf"C:\Windows\WinSxS\Temp\InFlight\{keyed_hex(stage.seed, 'kb', number, part, size=8)}\part{part}.dll"
        stage.write(worker, moment + (60 + 45 * part) * SECOND, path)
    stage.set_value(
        worker,
        moment + 400 * SECOND,
        key=r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
        name="Pending",
        data="1",
        kind="Dword",
    )


def report_inventory(stage: Stage) -> None:
    """Leave what the sensor says about the device itself, while it is on: every six hours, and its network when it starts."""
    for span in stage.uptimes:
        low, high = max(span.start, stage.begin), min(span.end, stage.end)
        moment = low + 2 * MINUTE + keyed_number(stage.seed, "info", stage.device.device_id, low, below=10 * MINUTE)
        report_network(stage, moment)
        while moment < high:
            _report_device(stage, moment)
            moment += 6 * HOUR


def report_network(stage: Stage, moment: int) -> None:
    """Leave the device's adapter and addresses."""
    gateway = stage.address.rpartition(".")[0] + ".1"
    controller = stage.fleet.address(stage.fleet.one(Role.DOMAIN_CONTROLLER), stage.day)
    is_wireless = not stage.device.is_server
    stage.record(
        "DeviceNetworkInfo",
        moment,
        {
            **stage.columns,
            "NetworkAdapterName": "Wi-Fi" if is_wireless else "Ethernet0",
            "NetworkAdapterType": "Wireless80211" if is_wireless else "Ethernet",
            "NetworkAdapterStatus": "Up",
            "MacAddress": stage.fleet.mac_address(stage.device),
            "ConnectedNetworks": to_json(
                [{"Name": stage.customer.domain, "IsConnectedToInternet": True, "Category": "DomainAuthenticated"}]
            ),
            "DnsAddresses": to_json([controller]),
            "DefaultGateways": to_json([gateway]),
            "IPAddresses": to_json([{"IPAddress": stage.address, "SubnetPrefix": 24, "AddressType": "Private"}]),
            "IPv4Dhcp": gateway if is_wireless else "",
        },
    )


def _report_device(stage: Stage, moment: int) -> None:
    device, owner = stage.device, stage.device.owner
    users = (
        [{"UserName": owner.account.name, "DomainName": owner.account.domain, "Sid": owner.account.sid}]
        if owner
        else []
    )
    stage.record(
        "DeviceInfo",
        moment,
        {
            **stage.columns,
            "ClientVersion": "10.8795.26100.1000",
            "PublicIP": stage.fleet.egress,
            "OSArchitecture": "64-bit",
            "OSPlatform": device.os_platform,
            "OSVersion": device.os_version,
            "OSBuild": device.build,
            "OsBuildRevision": str(device.revision),
            "OSDistribution": "Debian" if device.os_platform == "Linux" else "",
            "JoinType": "Hybrid Azure AD Join"
            if device.is_windows and not device.is_server
            else "Domain Joined"
            if device.is_windows
            else "",
            "LoggedOnUsers": to_json(users),
            "MachineGroup": f"{stage.customer.city} {'servers' if device.is_server else device.department}",
            "DeviceCategory": "Endpoint",
            "DeviceType": "Server" if device.is_server else "Workstation",
            "OnboardingStatus": "Onboarded",
            "SensorHealthState": "Active",
            "ExposureLevel": "Medium" if device.role in {Role.WEB_SERVER, Role.LINUX_WEB} else "Low",
            "AssetValue": "High" if device.role is Role.DOMAIN_CONTROLLER else "Normal",
            "IsInternetFacing": device.role is Role.LINUX_WEB,
            "IsAzureADJoined": device.is_windows and not device.is_server,
            "ConnectivityType": "Streamlined",
        },
    )


def software_of(device: Device) -> list[str]:
    """Return the keys of the programs that stand in the device's inventory."""
    if device.role is Role.LAPTOP:
        keys = ["msedge", "outlook", "ms-teams", "onedrive", "wherryagent", "inkmoss"]
        return keys + ["code", "git", "node", "python"] * device.is_developer
    if device.is_windows:
        extra = {
            Role.SQL_SERVER: ["sqlservr"],
            Role.BACKUP_SERVER: ["coldkeep", "ferrycopy"],
            Role.BUILD_SERVER: ["git", "node"],
        }
        return ["msedge", "wherryagent", *extra.get(device.role, [])]
    if device.role is Role.MAC:
        return ["linux:Safari"]
    extra = {
        Role.LINUX_WEB: ["linux:nginx", "linux:java"],
        Role.LINUX_DATABASE: ["linux:postgres"],
        Role.SCANNER: ["linux:probe"],
    }
    return ["linux:sshd", "linux:bash", "linux:curl", "linux:python3", *extra.get(device.role, [])]


def report_software(stage: Stage, moment: int) -> None:
    """Leave the software inventory (without a time of its own, as in the real table) and the certificates of its files."""
    device = stage.device
    for key in software_of(device):
        program, spec = stage.program(key), PROGRAMS[key]
        vendor = (spec.company or spec.product).lower().replace(" corporation", "").replace(" ", "_")
        row = {
            **stage.columns,
            "OSPlatform": device.os_platform,
            "OSVersion": device.os_version,
            "OSArchitecture": "x64",
            "SoftwareVendor": vendor,
            "SoftwareName": spec.inventory or spec.product.lower(),
            "SoftwareVersion": program.version,
        }
        stage.record_timeless("DeviceTvmSoftwareInventory", moment, row)
        if device.is_windows:
            _report_certificate(stage, moment, key)


def _report_certificate(stage: Stage, moment: int, key: str) -> None:
    program = stage.program(key)
    company = program.spec.company
    stage.record(
        "DeviceFileCertificateInfo",
        moment,
        {
            **stage.columns,
            "SHA1": program.hashes["SHA1"],
            "IsSigned": True,
            "SignatureType": "Embedded",
            "Signer": company,
            "SignerHash": keyed_hex(stage.seed, "signer", company),
            "Issuer": f"{company} Code Signing CA",
            "IssuerHash": keyed_hex(stage.seed, "issuer", company),
            "CertificateSerialNumber": keyed_hex(stage.seed, "serial", company, size=16),
            "CertificateCreationTime": stage.begin - 400 * DAY,
            "CertificateExpirationTime": stage.begin + 500 * DAY,
            "IsTrusted": True,
            "IsRootSignerMicrosoft": company == "Microsoft Corporation",
        },
    )
