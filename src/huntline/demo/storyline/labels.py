"""The steps of the storylines, and the labels that say which rows belong to them. Labels stand beside the rows, never in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A step: who plays it, its MITRE ATT&CK technique, and whether it is only work that looks like an attack."""

    name: str
    customer: str
    technique: str
    what: str
    is_decoy: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Which row belongs to which step. `ticks` is the row's Timestamp; `report_id` is None where the table has none."""

    step: str
    customer: str
    table: str
    device_name: str
    ticks: int
    report_id: object


STEPS: tuple[StepSpec, ...] = (
    StepSpec("lure-mail", "aurora", "T1566.002", "A mail with a link to a disk image, and the click"),
    StepSpec("lure-download", "aurora", "T1204.002", "The disk image is downloaded"),
    StepSpec("mshta", "aurora", "T1218.005", "A shortcut in the image starts mshta with an address"),
    StepSpec("encoded-powershell", "aurora", "T1059.001", "mshta starts encoded PowerShell, which fetches a script"),
    StepSpec("implant", "aurora", "T1105", "The implant is written below AppData"),
    StepSpec("discovery", "aurora", "T1087.002", "Seven questions about the domain in a few minutes"),
    StepSpec("run-key", "aurora", "T1547.001", "A Run key starts the implant at each sign-in"),
    StepSpec("scheduled-task", "aurora", "T1053.005", "A scheduled task starts it as the system"),
    StepSpec("beacon", "aurora", "T1071.001", "The implant calls home"),
    StepSpec("lsass-dump", "aurora", "T1003.001", "The memory of lsass.exe is dumped through comsvcs.dll"),
    StepSpec("kerberoast", "aurora", "T1558.003", "Eight RC4 service tickets in two minutes"),
    StepSpec(
        "lateral-service",
        "aurora",
        "T1569.002",
        "A service is installed on the file server, and later on the domain controller",
    ),
    StepSpec("ntds-theft", "aurora", "T1003.003", "ntdsutil copies the directory's database"),
    StepSpec("exfiltration", "aurora", "T1567.002", "A renamed synchronisation tool sends files out, three nights"),
    StepSpec("shadow-copies", "aurora", "T1490", "All shadow copies are deleted"),
    StepSpec(
        "decoy-ntds-backup",
        "aurora",
        "T1003.003",
        "The administrator copies the directory's database, as planned",
        is_decoy=True,
    ),
    StepSpec(
        "decoy-process-dump",
        "aurora",
        "T1003.001",
        "The administrator dumps a web worker, not lsass.exe",
        is_decoy=True,
    ),
    StepSpec("web-shell", "bluefin", "T1505.003", "A page is written by the servlet engine"),
    StepSpec("web-shell-commands", "bluefin", "T1059.004", "The servlet engine runs commands of a stranger"),
    StepSpec("tool-fetch", "bluefin", "T1105", "A tool is fetched with curl"),
    StepSpec("cron", "bluefin", "T1053.003", "A cron table for the web server's account"),
    StepSpec("ssh-key", "bluefin", "T1098.004", "A key is added to authorized_keys"),
    StepSpec("ssh-lateral", "bluefin", "T1021.004", "From the web server to the database server, and a dump"),
    StepSpec("linux-exfiltration", "bluefin", "T1048.002", "The dump leaves in pieces"),
    StepSpec("decoy-ssh-key", "bluefin", "T1098.004", "The administrator adds a colleague's key", is_decoy=True),
)
STEPS_BY_NAME = {step.name: step for step in STEPS}
