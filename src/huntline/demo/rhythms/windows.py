"""The days of Windows servers: what serves people follows their hours, backups and patches have the night."""

from huntline.demo.calendar import office_hours
from huntline.demo.fleet import Device, Role
from huntline.demo.internet import SOURCE_HOST, VAULT_HOST
from huntline.demo.moments import HOUR, MINUTE, SECOND
from huntline.demo.processes import Process, Session
from huntline.demo.rhythms.boot import start_device
from huntline.demo.rhythms.chores import (
    deploy_package,
    encode_command,
    install_updates,
    look_after_computer,
    report_inventory,
)
from huntline.demo.rhythms.mail import describe_people
from huntline.demo.stage import Stage
from huntline.demo.tickets import issue_ticket

SCANNED = frozenset({Role.DOMAIN_CONTROLLER, Role.FILE_SERVER, Role.WEB_SERVER, Role.SQL_SERVER})
_INVENTORY_SCRIPT = r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\Scripts\Get-ServerHealth.ps1"


def _play_server(stage: Stage) -> None:
    """What every Windows server does."""
    start_device(stage)
    dice = stage.dice
    if len(stage.uptimes) > 1:
        install_updates(stage, stage.at(2, 20, spread=300))
    first = stage.uptimes[-1].start + 2 * MINUTE if len(stage.uptimes) > 1 else stage.begin + 10 * MINUTE
    look_after_computer(stage, max(first, stage.begin), stage.end - 10 * MINUTE, rounds=8)
    for hour in range(6, 24, 6):
        moment = stage.at(hour, 5, spread=200)
        shell = stage.spawn("powershell", stage.lasting("netsvcs", moment), moment, _INVENTORY_SCRIPT, lasts=40)
        stage.load(shell, moment + SECOND, "clr")
        stage.write(shell, moment + 9 * SECOND, rf"C:\Scripts\out\health-{stage.day.isoformat()}-{hour:02d}.json")
    _back_up(stage)
    deploy_package(stage, stage.at(10, spread=6 * 3600), probability=0.3)
    if dice.chance(0.12) and stage.device.role is not Role.JUMP_SERVER:
        _administer(stage, stage.at(9, 30, spread=7 * 3600))
    if stage.device.role in SCANNED and stage.day.toordinal() % 2 == 0:
        _resist_scanner(stage)
    report_inventory(stage)


def _resist_scanner(stage: Stage) -> None:
    """The vulnerability scanner tries passwords, every second night; all of them fail."""
    scanner = stage.fleet.one(Role.SCANNER)
    moment = stage.at(22, 10, spread=300)
    for number in range(8):
        at = moment + number * 3 * SECOND
        account = stage.fleet.services["svc-scan"]
        failure = "InvalidUserNameOrPassword"
        stage.sign_in(
            stage.lasting("lsass", at), at, account, "Network", source=scanner, protocol="NTLM", failure=failure
        )


def _back_up(stage: Stage) -> None:
    """The nightly backup looks at shadow copies, and sends what changed."""
    moment = stage.at(2, 0, spread=900)
    account = stage.fleet.services["svc-backup"]
    session = stage.sign_in(
        stage.lasting("services", moment), moment, account, "Batch", protocol="Negotiate", is_admin=True
    )
    agent = stage.spawn(
        "coldkeep",
        stage.lasting("services", moment),
        moment + SECOND,
        '"C:\\Program Files\\Coldkeep\\coldkeep.exe" job run --nightly',
        session=session,
        lasts=480,
    )
    stage.spawn("vssadmin", agent, moment + 4 * SECOND, "vssadmin.exe list shadows /for=C:", lasts=3)
    target = stage.fleet.one(Role.BACKUP_SERVER)
    if target is not stage.device:
        for number in range(3):
            at = moment + (20 + 90 * number) * SECOND
            stage.connect(agent, at, port=9443, address=stage.fleet.address(target, stage.day))


def _administer(stage: Stage, moment: int) -> None:
    """An administrator runs something on the server with a remote tool, which installs its service for that."""
    admin, jump = stage.fleet.services["adm"], stage.fleet.one(Role.JUMP_SERVER)
    lsass, services = stage.lasting("lsass", moment), stage.lasting("services", moment)
    session = stage.sign_in(lsass, moment, admin, "Network", source=jump, is_admin=True)
    stage.write(
        stage.lasting("system", moment),
        moment + SECOND,
        r"C:\Windows\farhandsvc.exe",
        key="farhandsvc",
        ShareName="ADMIN$",
        RequestProtocol="Smb",
        RequestAccountName=admin.name,
        RequestAccountDomain=admin.domain,
        RequestSourceIP=stage.fleet.address(jump, stage.day),
    )
    install_service(
        stage, services, moment + 2 * SECOND, name="FarhandSvc", path=r"C:\Windows\farhandsvc.exe", key="farhandsvc"
    )
    service = stage.spawn("farhandsvc", services, moment + 3 * SECOND, r"C:\Windows\farhandsvc.exe", lasts=120)
    shell = stage.spawn(
        "cmd", service, moment + 4 * SECOND, 'cmd.exe /c "gpresult /r & ipconfig /all"', session=session, lasts=60
    )
    stage.spawn("gpresult", shell, moment + 5 * SECOND, "gpresult /r", lasts=5)
    stage.spawn("ipconfig", shell, moment + 11 * SECOND, "ipconfig /all", lasts=2)


def install_service(stage: Stage, process: Process, moment: int, *, name: str, path: str, key: str) -> None:
    """Leave the installation of a service, as the service control manager records it."""
    stage.event(
        process,
        moment,
        "ServiceInstalled",
        {"ServiceName": name, "ServiceAccount": "LocalSystem", "ServiceStartType": 3, "ServiceType": 16},
        FileName=path.rpartition("\\")[2],
        FolderPath=path,
        SHA1=stage.program(key).hashes["SHA1"],
    )
    stage.set_value(
        process,
        moment + SECOND // 50,
        key=rf"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\{name}",
        name="ImagePath",
        data=path,
        kind="ExpandString",
    )


def sign_in_remotely(stage: Stage, moment: int, source: Device, *, minutes: float) -> Process:
    """Sign the administrator in at the server's desktop and return the desktop."""
    session = stage.sign_in(
        stage.lasting("lsass", moment),
        moment,
        stage.fleet.services["adm"],
        "RemoteInteractive",
        source=source,
        is_admin=True,
        number=2,
    )
    userinit = stage.spawn("userinit", stage.lasting("winlogon", moment), moment + SECOND, session=session, lasts=20)
    return stage.spawn("explorer", userinit, moment + 2 * SECOND, r"C:\Windows\Explorer.EXE", lasts=minutes * 60)


def _visits(stage: Stage, share: float) -> list[tuple[Device, int]]:
    """Return which laptops come by today, and when: some of them, in their office hours."""
    visits = []
    for device in stage.fleet.all_of(Role.LAPTOP):
        hours = office_hours(stage.fleet, device, stage.day)
        if hours and stage.dice.chance(share):
            visits.append((device, stage.dice.between(hours.start + 2 * MINUTE, hours.end)))
    return visits


def play_controller(stage: Stage) -> None:
    """A domain controller: sign-ins of everyone, directory queries."""
    _play_server(stage)
    for device, moment in _visits(stage, 0.6):
        if moment >= stage.end or not device.owner:
            continue
        lsass = stage.lasting("lsass", moment)
        stage.sign_in(lsass, moment, device.owner.account, "Network", source=device)
        stage.accept(lsass, moment, stage.fleet.address(device, stage.day), stage.dice.pick((88, 389, 445)))
    if stage.device is stage.fleet.one(Role.DOMAIN_CONTROLLER):
        describe_people(stage, stage.begin + 4 * HOUR)
        _issue_service_tickets(stage)


def _issue_service_tickets(stage: Stage) -> None:
    """Service accounts get tickets all day; one old report service still speaks RC4."""
    services = stage.fleet.services
    sql, web = stage.fleet.one(Role.SQL_SERVER), stage.fleet.one(Role.WEB_SERVER)
    for hour in range(1, 24, 3):
        moment = stage.at(hour, 7, spread=1200)
        issue_ticket(
            stage, moment, services["svc-web"], f"MSSQLSvc/{sql.name}:1433", client=web, controller=stage.device
        )
    moment = stage.at(6, 30, spread=600)
    issue_ticket(
        stage,
        moment,
        services["svc-report"],
        f"HTTP/{web.name}",
        client=sql,
        controller=stage.device,
        encryption="0x17",
    )


def play_files(stage: Stage) -> None:
    """A file server: people's sign-ins, and their files through the share."""
    _play_server(stage)
    for device, moment in _visits(stage, 0.7):
        if moment >= stage.end - MINUTE or not device.owner:
            continue
        account = device.owner.account
        stage.sign_in(stage.lasting("lsass", moment), moment, account, "Network", source=device)
        if stage.dice.chance(0.5):
            folder = rf"D:\Shares\{device.department}"
            name = f"{stage.dice.pick(stage.customer.document_names)} {stage.dice.between(1, 30):02d}.xlsx"
            stage.write(
                stage.lasting("system", moment),
                moment + 4 * SECOND,
                rf"{folder}\{name}",
                stage.dice.pick(("FileCreated", "FileModified", "FileModified")),
                ShareName=device.department,
                RequestProtocol="Smb",
                RequestAccountName=account.name,
                RequestAccountDomain=account.domain,
                RequestAccountSid=account.sid,
                RequestSourceIP=stage.fleet.address(device, stage.day),
            )


def play_web(stage: Stage) -> None:
    """The intranet: people come, the pool asks the database."""
    _play_server(stage)
    sql = stage.fleet.address(stage.fleet.one(Role.SQL_SERVER), stage.day)
    for device, moment in _visits(stage, 0.5):
        if moment >= stage.end - MINUTE:
            continue
        pool = stage.lasting("w3wp", moment)
        stage.accept(stage.lasting("system", moment), moment, stage.fleet.address(device, stage.day), 443)
        if stage.dice.chance(0.4):
            stage.connect(pool, moment + SECOND, port=1433, address=sql)


def play_database_server(stage: Stage) -> None:
    """A database server: nightly reports by a service account."""
    _play_server(stage)
    account = stage.fleet.services["svc-report"]
    for hour in (1, 5, 12, 18):
        moment = stage.at(hour, 15, spread=300)
        session = stage.sign_in(stage.lasting("netsvcs", moment), moment, account, "Batch", protocol="Negotiate")
        shell = stage.spawn(
            "cmd",
            stage.lasting("netsvcs", moment),
            moment + SECOND,
            r'cmd.exe /c "D:\Reports\run.cmd"',
            session=session,
            lasts=120,
        )
        stage.spawn(
            "sqlcmd",
            shell,
            moment + 2 * SECOND,
            r"sqlcmd -S localhost -E -i D:\Reports\daily.sql -o D:\Reports\daily.txt",
            lasts=60,
        )
    for hour in range(8, 19, 2):
        moment = stage.at(hour, 1, spread=3000)
        source = stage.fleet.address(stage.fleet.one(Role.WEB_SERVER), stage.day)
        stage.accept(stage.lasting("sqlservr", moment), moment, source, 1433)


def play_build(stage: Stage) -> None:
    """A build server: version control, node, and the deployment tool's encoded scripts."""
    _play_server(stage)
    account = stage.fleet.services["svc-build"]
    for _ in range(stage.dice.count(5 * stage.fleet.intensity)):
        moment = stage.at(9, 0, spread=9 * 3600)
        agent = stage.lasting("netsvcs", moment)
        session: Session = stage.sign_in(
            stage.lasting("services", moment), moment, account, "Batch", protocol="Negotiate"
        )
        shell = stage.spawn(
            "cmd", agent, moment + SECOND, r'cmd.exe /d /c "C:\build\run.cmd portal"', session=session, lasts=600
        )
        fetch = stage.spawn("git", shell, moment + 3 * SECOND, "git.exe fetch --depth=1 origin main", lasts=12)
        stage.connect(fetch, moment + 4 * SECOND, SOURCE_HOST)
        node = stage.spawn(
            "node",
            shell,
            moment + 20 * SECOND,
            r'"C:\Program Files\nodejs\node.exe" build.js --mode production',
            lasts=240,
        )
        for number in range(4):
            stage.write(
                node, moment + (40 + 8 * number) * SECOND, rf"C:\build\out\portal-{stage.day.toordinal()}-{number}.zip"
            )
        script = f"Publish-WherryPackage -Path C:\\build\\out -Feed https://deploy.{stage.customer.domain}/feed"
        command = f"powershell.exe -NoProfile -EncodedCommand {encode_command(script)}"
        stage.spawn("powershell", shell, moment + 300 * SECOND, command, lasts=30)


def play_backup(stage: Stage) -> None:
    """The backup server: takes what the others send, and copies it to a vault outside, every night."""
    _play_server(stage)
    for device in stage.fleet.all_of(Role.FILE_SERVER, Role.SQL_SERVER, Role.WEB_SERVER, Role.DOMAIN_CONTROLLER):
        moment = stage.at(2, 1, spread=800)
        stage.accept(stage.lasting("coldkeep", moment), moment, stage.fleet.address(device, stage.day), 9443)
    moment = stage.at(4, 30, spread=600)
    server = stage.lasting("coldkeep", moment)
    copy = stage.spawn(
        "ferrycopy",
        server,
        moment,
        r'"C:\Program Files\Ferrycopy\ferrycopy.exe" copy E:\Vault vault:aurora --transfers 8 --bwlimit 40M'.replace(
            "aurora", stage.customer.key
        ),
        lasts=1800,
    )
    for number in range(6):
        stage.connect(copy, moment + (5 + 240 * number) * SECOND, VAULT_HOST)


def play_jump(stage: Stage) -> None:
    """The administrators' server: they sign in at its desktop in office hours."""
    _play_server(stage)
    owner = next(device for device in stage.fleet.all_of(Role.LAPTOP) if device.owner is stage.fleet.admin)
    hours = office_hours(stage.fleet, owner, stage.day)
    if not hours:
        return
    moment = stage.later(hours.start, 900, 3000)
    desktop = sign_in_remotely(stage, moment, owner, minutes=300)
    for number in range(stage.dice.between(2, 4)):
        at = moment + (60 + 1500 * number) * SECOND
        shell = stage.spawn("powershell", desktop, at, "powershell.exe -NoLogo", lasts=1200)
        stage.connect(
            shell,
            at + 30 * SECOND,
            port=5985,
            address=stage.fleet.address(stage.fleet.one(Role.FILE_SERVER), stage.day),
        )
        if stage.dice.chance(0.4):
            target = stage.fleet.one(Role.WEB_SERVER).host
            stage.spawn(
                "farhand",
                shell,
                at + 90 * SECOND,
                rf'C:\Tools\Farhand\farhand.exe \\{target} cmd /c "gpresult /r"',
                lasts=60,
            )
