"""The programs of the demo: one table, and hashes that follow from (file, product, version), so that prevalence works.

A hash is a keyed hash of invented text; it is the hash of no file that exists.
"""

from dataclasses import dataclass

from huntline.demo.dice import keyed_hex, keyed_number

MICROSOFT = "Microsoft Corporation"
_WINDOWS = "Microsoft® Windows® Operating System"
_SYSTEM32 = r"C:\Windows\System32"


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """A row of the table.

    folder: may hold `{user}`; versions: rolled out in this order, empty when the file belongs to the operating system;
    original: the name that its makers gave the file, where that is another.
    """

    file_name: str
    folder: str
    product: str = _WINDOWS
    company: str = MICROSOFT
    description: str = ""
    versions: tuple[str, ...] = ()
    original: str = ""
    signer: str = "OsVendor"
    inventory: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A program in one version: its place and the columns that it fills, once as the created file and once as the initiating one."""

    spec: ProgramSpec
    version: str
    path: str
    hashes: dict[str, object]
    created: dict[str, object]
    initiating: dict[str, object]


def _windows(folder: str, *names: str) -> dict[str, ProgramSpec]:
    return {
        name.rpartition(".")[0].lower(): ProgramSpec(name, folder, description=name.rpartition(".")[0])
        for name in names
    }


def _linux(folder: str, product: str, version: str, *names: str) -> dict[str, ProgramSpec]:
    return {
        f"linux:{name}": ProgramSpec(name, folder, product, "", "", (version,), signer="", inventory=product)
        for name in names
    }


_OFFICE = r"C:\Program Files\Microsoft Office\root\Office16"
_OFFICE_VERSIONS = ("16.0.18526.20144", "16.0.18623.20156")
_LOCAL = r"C:\Users\{user}\AppData\Local"
_ROAMING = r"C:\Users\{user}\AppData\Roaming"


def _office(name: str, product: str) -> ProgramSpec:
    return ProgramSpec(
        name, _OFFICE, product, MICROSOFT, product, _OFFICE_VERSIONS, signer="Microsoft", inventory="office"
    )


_VENDORS: dict[str, ProgramSpec] = {
    "msedge": ProgramSpec(
        "msedge.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application",
        "Microsoft Edge",
        MICROSOFT,
        "Microsoft Edge",
        ("136.0.3240.92", "137.0.3296.52", "137.0.3296.68"),
        signer="Microsoft",
        inventory="edge",
    ),
    "outlook": _office("OUTLOOK.EXE", "Microsoft Outlook"),
    "winword": _office("WINWORD.EXE", "Microsoft Word"),
    "excel": _office("EXCEL.EXE", "Microsoft Excel"),
    "ms-teams": ProgramSpec(
        "ms-teams.exe",
        _LOCAL + r"\Microsoft\Teams",
        "Microsoft Teams",
        MICROSOFT,
        "Microsoft Teams",
        ("25122.1415.3698.6812",),
        signer="Microsoft",
        inventory="teams",
    ),
    "onedrive": ProgramSpec(
        "OneDrive.exe",
        _LOCAL + r"\Microsoft\OneDrive",
        "Microsoft OneDrive",
        MICROSOFT,
        "Microsoft OneDrive",
        ("25.085.0504.0002", "25.095.0518.0001"),
        signer="Microsoft",
        inventory="onedrive",
    ),
    "msmpeng": ProgramSpec(
        "MsMpEng.exe",
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.25040.2-0",
        description="Antimalware Service Executable",
        versions=("4.18.25040.2",),
        signer="Microsoft",
    ),
    "mpcmdrun": ProgramSpec(
        "MpCmdRun.exe",
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.25040.2-0",
        description="Antimalware command line",
        versions=("4.18.25040.2",),
        signer="Microsoft",
    ),
    "mssense": ProgramSpec(
        "MsSense.exe", r"C:\Program Files\Windows Defender Advanced Threat Protection", description="Sensor"
    ),
    "sqlservr": ProgramSpec(
        "sqlservr.exe",
        r"C:\Program Files\Microsoft SQL Server\MSSQL16.MSSQLSERVER\MSSQL\Binn",
        "Microsoft SQL Server",
        MICROSOFT,
        "SQL Server Windows NT",
        ("16.0.4195.2",),
        signer="Microsoft",
        inventory="sql_server",
    ),
    "sqlcmd": ProgramSpec(
        "SQLCMD.EXE",
        r"C:\Program Files\Microsoft SQL Server\Client SDK\ODBC\170\Tools\Binn",
        "Microsoft SQL Server",
        MICROSOFT,
        "SQL command line",
        ("16.0.4195.2",),
        signer="Microsoft",
    ),
    "code": ProgramSpec(
        "Code.exe",
        _LOCAL + r"\Programs\Microsoft VS Code",
        "Visual Studio Code",
        MICROSOFT,
        "Visual Studio Code",
        ("1.100.2", "1.101.0"),
        signer="Microsoft",
        inventory="visual_studio_code",
    ),
    "git": ProgramSpec(
        "git.exe",
        r"C:\Program Files\Git\cmd",
        "Git",
        "The Git project",
        "Git",
        ("2.49.0",),
        signer="Other",
        inventory="git",
    ),
    "node": ProgramSpec(
        "node.exe",
        r"C:\Program Files\nodejs",
        "Node.js",
        "Node.js",
        "Node.js",
        ("22.15.0",),
        signer="Other",
        inventory="node",
    ),
    "python": ProgramSpec(
        "python.exe",
        _LOCAL + r"\Programs\Python\Python313",
        "Python",
        "Python project",
        "Python",
        ("3.13.3",),
        signer="Other",
        inventory="python",
    ),
    # Invented tools: what administrators use every day looks like what intruders bring.
    "wherryagent": ProgramSpec(
        "wherryagent.exe",
        r"C:\Program Files\Wherry\Agent",
        "Wherry Deploy",
        "Wherry Works",
        "Wherry deployment agent",
        ("4.2.1", "4.3.0"),
        signer="Other",
        inventory="wherry",
    ),
    "farhand": ProgramSpec(
        "farhand.exe",
        r"C:\Tools\Farhand",
        "Farhand",
        "Farhand Tools",
        "Run programs on another computer",
        ("2.4",),
        signer="Other",
    ),
    "farhandsvc": ProgramSpec(
        "farhandsvc.exe",
        r"C:\Windows",
        "Farhand",
        "Farhand Tools",
        "Farhand service",
        ("2.4",),
        signer="Other",
    ),
    "coldkeep": ProgramSpec(
        "coldkeep.exe",
        r"C:\Program Files\Coldkeep",
        "Coldkeep Backup",
        "Coldkeep",
        "Backup agent",
        ("11.3.2",),
        signer="Other",
        inventory="coldkeep",
    ),
    "ferrycopy": ProgramSpec(
        "ferrycopy.exe",
        r"C:\Program Files\Ferrycopy",
        "Ferrycopy",
        "Ferrycopy project",
        "Copies files to and from object stores",
        ("1.69.2",),
        signer="Other",
        inventory="ferrycopy",
    ),
    "inkmoss": ProgramSpec(
        "inkmoss.exe",
        _ROAMING + r"\Inkmoss",
        "Inkmoss",
        "Inkmoss",
        "Notes",
        ("3.1.0",),
        signer="Other",
        inventory="inkmoss",
    ),
    # What the intruders bring.
    "gsupd": ProgramSpec("gsupd.exe", _ROAMING + r"\GridSync", "", "", "", ("0.0.0.0",), signer=""),  # noqa: S104 (a version)
    "svchlp": ProgramSpec(
        "svchlp.exe",
        r"C:\ProgramData\Intel\Logs",
        "Ferrycopy",
        "Ferrycopy project",
        "Copies files to and from object stores",
        ("1.66.0",),
        original="ferrycopy.exe",
        signer="",
    ),
    "wkssvcx": ProgramSpec("wkssvcx.exe", r"C:\Windows\Temp", "", "", "", ("0.0.0.0",), signer=""),  # noqa: S104 (a version)
}

PROGRAMS: dict[str, ProgramSpec] = {
    **_windows(
        _SYSTEM32,
        "ntoskrnl.exe",
        "wininit.exe",
        "services.exe",
        "lsass.exe",
        "svchost.exe",
        "winlogon.exe",
        "userinit.exe",
        "spoolsv.exe",
        "taskhostw.exe",
        "RuntimeBroker.exe",
        "backgroundTaskHost.exe",
        "SearchIndexer.exe",
        "SearchProtocolHost.exe",
        "dllhost.exe",
        "conhost.exe",
        "cmd.exe",
        "rundll32.exe",
        "mshta.exe",
        "net.exe",
        "net1.exe",
        "nltest.exe",
        "whoami.exe",
        "ipconfig.exe",
        "systeminfo.exe",
        "quser.exe",
        "schtasks.exe",
        "reg.exe",
        "vssadmin.exe",
        "ntdsutil.exe",
        "wusa.exe",
        "msiexec.exe",
        "gpupdate.exe",
        "dns.exe",
        "gpresult.exe",
        "ping.exe",
        "comsvcs.dll",
        "vbscript.dll",
        "clr.dll",
        "amsi.dll",
        "samcli.dll",
        "winhttp.dll",
        "ntdsapi.dll",
    ),
    **_windows(r"C:\Windows", "explorer.exe"),
    **_windows(_SYSTEM32 + r"\WindowsPowerShell\v1.0", "powershell.exe"),
    **_windows(_SYSTEM32 + r"\wbem", "WmiPrvSE.exe"),
    **_windows(_SYSTEM32 + r"\inetsrv", "w3wp.exe"),
    **_windows(r"C:\Windows\servicing", "TrustedInstaller.exe", "TiWorker.exe"),
    **_VENDORS,
    **_linux("/usr/lib/systemd", "systemd", "252.36", "systemd"),
    **_linux("/usr/sbin", "openssh", "9.2p1", "sshd"),
    **_linux("/usr/sbin", "cron", "3.0pl1", "cron", "logrotate"),
    **_linux("/usr/sbin", "nginx", "1.22.1", "nginx"),
    **_linux("/usr/bin", "bash", "5.2.15", "bash"),
    **_linux("/usr/bin", "dash", "0.5.12", "sh"),
    **_linux("/usr/bin", "coreutils", "9.1", "id", "whoami", "uname", "cat", "ls", "df"),
    **_linux("/usr/bin", "curl", "7.88.1", "curl"),
    **_linux("/usr/bin", "openssh-client", "9.2p1", "ssh", "scp"),
    **_linux("/usr/bin", "tar", "1.34", "tar"),
    **_linux("/usr/bin", "apt", "2.6.1", "apt-get"),
    **_linux("/usr/bin", "python3", "3.11.2", "python3"),
    **_linux("/usr/lib/jvm/java-17/bin", "openjdk", "17.0.15", "java"),
    **_linux("/usr/lib/postgresql/15/bin", "postgresql", "15.13", "postgres", "pg_dump", "pg_basebackup"),
    **_linux("/opt/probe", "probe", "5.0.1", "probe"),
    **_linux("/sbin", "macos", "15.5", "launchd"),
    **_linux("/System/Library/CoreServices", "macos", "15.5", "Finder", "mdworker_shared", "softwareupdated"),
    **_linux("/Applications/Safari.app/Contents/MacOS", "safari", "18.5", "Safari"),
    **_linux("/bin", "zsh", "5.9", "zsh"),
}


class Shelf:
    """Programs by key and version, each made once."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._programs: dict[tuple[ProgramSpec, str], Program] = {}

    def take(self, spec: ProgramSpec, version: str) -> Program:
        """Return the program in this version."""
        known = self._programs.get((spec, version))
        if known is None:
            known = self._programs[spec, version] = _make_program(self._seed, spec, version)
        return known


def _make_program(seed: int, spec: ProgramSpec, version: str) -> Program:
    # A renamed file keeps the hash of what it is: the original name counts, not the present one.
    name = spec.original or spec.file_name
    identity = (name.lower(), spec.product, version)
    separator = "/" if spec.folder.startswith("/") else "\\"
    hashes: dict[str, object] = {
        "SHA1": keyed_hex(seed, "sha1", *identity, size=20),
        "SHA256": keyed_hex(seed, "sha256", *identity, size=32),
        "MD5": keyed_hex(seed, "md5", *identity, size=16),
        "FileSize": 20_480 + keyed_number(seed, "size", *identity, below=8_000_000),
    }
    facts: dict[str, object] = {}
    if spec.company:
        facts = {
            "CompanyName": spec.company,
            "ProductName": spec.product,
            "ProductVersion": version,
            "InternalFileName": name.rpartition(".")[0],
            "OriginalFileName": name,
            "FileDescription": spec.description,
        }
    return Program(
        spec,
        version,
        f"{spec.folder}{separator}{spec.file_name}",
        hashes,
        {"FileName": spec.file_name, **hashes, **{f"ProcessVersionInfo{key}": value for key, value in facts.items()}},
        {
            "InitiatingProcessFileName": spec.file_name,
            **{f"InitiatingProcess{key}": value for key, value in hashes.items()},
            **{f"InitiatingProcessVersionInfo{key}": value for key, value in facts.items()},
        },
    )
