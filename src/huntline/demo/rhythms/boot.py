"""The processes that live as long as a device is up."""

from huntline.demo.calendar import Uptime
from huntline.demo.dice import keyed_number
from huntline.demo.fleet import Account, Role
from huntline.demo.moments import SECOND
from huntline.demo.processes import (
    LOCAL_ACCOUNT,
    LOCAL_LOGON,
    NETWORK_ACCOUNT,
    NETWORK_LOGON,
    SYSTEM_ACCOUNT,
    SYSTEM_LOGON,
    Process,
    Session,
)
from huntline.demo.stage import Stage

SYSTEM = Session(SYSTEM_ACCOUNT, SYSTEM_LOGON, 0, "System", "TokenElevationTypeDefault")
NETWORK = Session(NETWORK_ACCOUNT, NETWORK_LOGON, 0, "System", "TokenElevationTypeDefault")
LOCAL = Session(LOCAL_ACCOUNT, LOCAL_LOGON, 0, "System", "TokenElevationTypeDefault")

_SVCHOST = r"C:\Windows\System32\svchost.exe -k "

# name, program, name of the parent, seconds after the start, session (None: a service account of its own), command line
_BootRow = tuple[str, str, str, float, Session | str, str]

_WINDOWS: tuple[_BootRow, ...] = (
    ("wininit", "wininit", "system", 3.1, SYSTEM, "wininit.exe"),
    ("winlogon", "winlogon", "system", 3.3, SYSTEM, "winlogon.exe"),
    ("services", "services", "wininit", 3.6, SYSTEM, r"C:\Windows\system32\services.exe"),
    ("lsass", "lsass", "wininit", 3.7, SYSTEM, r"C:\Windows\system32\lsass.exe"),
    ("dcom", "svchost", "services", 4.2, SYSTEM, _SVCHOST + "DcomLaunch -p"),
    ("netsvcs", "svchost", "services", 4.9, SYSTEM, _SVCHOST + "netsvcs -p -s Schedule"),
    ("remote", "svchost", "services", 5.0, NETWORK, _SVCHOST + "termsvcs -s TermService"),
    ("dnscache", "svchost", "services", 5.1, NETWORK, _SVCHOST + "NetworkService -p -s Dnscache"),
    ("local", "svchost", "services", 5.3, LOCAL, _SVCHOST + "LocalServiceNetworkRestricted -p"),
    ("spoolsv", "spoolsv", "services", 6.4, SYSTEM, r"C:\Windows\System32\spoolsv.exe"),
    ("msmpeng", "msmpeng", "services", 7.2, SYSTEM, ""),
    ("mssense", "mssense", "services", 7.9, SYSTEM, ""),
    (
        "wherryagent",
        "wherryagent",
        "services",
        9.5,
        SYSTEM,
        r'"C:\Program Files\Wherry\Agent\wherryagent.exe" --service',
    ),
    ("searchindexer", "searchindexer", "services", 12.8, SYSTEM, r"C:\Windows\system32\SearchIndexer.exe /Embedding"),
)
_WINDOWS_ROLES: dict[Role, tuple[_BootRow, ...]] = {
    Role.DOMAIN_CONTROLLER: (("dns", "dns", "services", 14.0, SYSTEM, r"C:\Windows\system32\dns.exe"),),
    Role.SQL_SERVER: (("sqlservr", "sqlservr", "services", 18.0, "svc-sql", ""),),
    Role.WEB_SERVER: (
        ("w3svc", "svchost", "services", 11.0, SYSTEM, _SVCHOST + "iissvcs"),
        (
            "w3wp",
            "w3wp",
            "w3svc",
            25.0,
            "svc-web",
            r'c:\windows\system32\inetsrv\w3wp.exe -ap "IntranetPool" -v "v4.0" -l "webengine4.dll"',
        ),
    ),
    Role.BACKUP_SERVER: (
        ("coldkeep", "coldkeep", "services", 15.0, "svc-backup", r'"C:\Program Files\Coldkeep\coldkeep.exe" --server'),
    ),
}

ROOT = Account("", "root", "0")
_ROOT = Session(ROOT, 0, 0, "", "")
_TOMCAT = Session(Account("", "tomcat", "997"), 0, 0, "", "")
_NGINX = Session(Account("", "www-data", "33"), 0, 0, "", "")
_POSTGRES = Session(Account("", "postgres", "105"), 0, 0, "", "")
_PROBE = Session(Account("", "probe", "998"), 0, 0, "", "")

# A servlet engine's command line is long: it names every jar.
_JARS = ":".join(
    f"/opt/portal/lib/{part}-{number}.{number % 7}.jar" for number in range(24) for part in ("portal", "web", "store")
)
_LINUX: tuple[_BootRow, ...] = (
    ("sshd", "linux:sshd", "systemd", 2.0, _ROOT, "/usr/sbin/sshd -D"),
    ("cron", "linux:cron", "systemd", 2.2, _ROOT, "/usr/sbin/cron -f"),
)
_LINUX_ROLES: dict[Role, tuple[_BootRow, ...]] = {
    Role.LINUX_WEB: (
        ("nginx", "linux:nginx", "systemd", 4.0, _NGINX, "nginx: master process /usr/sbin/nginx"),
        (
            "java",
            "linux:java",
            "systemd",
            6.0,
            _TOMCAT,
            f"/usr/lib/jvm/java-17/bin/java -Xmx2g -Dcatalina.base=/opt/portal -classpath {_JARS} org.portal.Start",
        ),
    ),
    Role.LINUX_DATABASE: (
        (
            "postgres",
            "linux:postgres",
            "systemd",
            4.0,
            _POSTGRES,
            "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main",
        ),
    ),
    Role.SCANNER: (("probe", "linux:probe", "systemd", 5.0, _PROBE, "/opt/probe/probe --daemon"),),
}
_MACOS: tuple[_BootRow, ...] = (
    ("finder", "linux:Finder", "launchd", 9.0, _ROOT, "/System/Library/CoreServices/Finder"),
)


def _session_of(stage: Stage, choice: Session | str, span: Uptime, moment: int, boot: dict[str, Process]) -> Session:
    """Return the session of a boot row; a service account signs in, with a row when that is today."""
    if isinstance(choice, Session):
        return choice
    account = stage.fleet.services[choice]
    logon_id = 60_000 + keyed_number(
        stage.seed, "service", stage.device.device_id, choice, span.began.toordinal(), below=90_000
    )
    if span.began == stage.day:
        return stage.sign_in(
            boot["services"], moment - SECOND // 10, account, "Service", protocol="Negotiate", logon_id=logon_id
        )
    return Session(account, logon_id, 0, "High", "TokenElevationTypeDefault")


def _start(
    stage: Stage, span: Uptime, root: tuple[str, str], rows: tuple[_BootRow, ...], cycle: int
) -> dict[str, Process]:
    first_slot = 80 * (span.began.toordinal() // cycle % 2)
    began = span.began.toordinal()
    root_session = SYSTEM if stage.device.is_windows else _ROOT
    boot = {root[0]: stage.start_process(root[1], None, span.start, span.end, root_session, "", first_slot, began)}
    for slot, (name, key, parent, offset, choice, command) in enumerate(rows, first_slot + 1):
        moment = span.start + int(offset * SECOND) + keyed_number(stage.seed, "boot", began, slot, below=SECOND // 11)
        session = _session_of(stage, choice, span, moment, boot)
        if span.began == stage.day:
            boot[name] = stage.spawn(key, boot[parent], moment, command, session=session, slot=slot, end=span.end)
        else:
            boot[name] = stage.start_process(key, boot[parent], moment, span.end, session, command, slot, began)
    return boot


def start_device(stage: Stage) -> None:
    """Give the stage the long-lived processes of each span in which the device is up."""
    role = stage.device.role
    for span in stage.uptimes:
        if stage.device.is_windows:
            rows = _WINDOWS + _WINDOWS_ROLES.get(role, ())
            stage.boots.append(_start(stage, span, ("system", "ntoskrnl"), rows, 7))
        elif role is Role.MAC:
            stage.boots.append(_start(stage, span, ("launchd", "linux:launchd"), _MACOS, 1))
        else:
            stage.boots.append(
                _start(stage, span, ("systemd", "linux:systemd"), _LINUX + _LINUX_ROLES.get(role, ()), 28)
            )
