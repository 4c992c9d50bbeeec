"""Administrators' work that looks like the intruders': a hunter has to tell them apart."""

from huntline.demo.fleet import Role
from huntline.demo.moments import MINUTE, SECOND
from huntline.demo.rhythms.chores import open_process
from huntline.demo.rhythms.unix import open_shell
from huntline.demo.rhythms.windows import sign_in_remotely
from huntline.demo.stage import Stage


def back_up_directory(stage: Stage) -> None:
    """A planned copy of the directory's database, by the administrator, in office hours, to the backup disk."""
    moment = stage.at(14, 5, 10)
    with stage.step("decoy-ntds-backup"):
        desktop = sign_in_remotely(stage, moment, stage.fleet.one(Role.JUMP_SERVER), minutes=40)
        shell = stage.spawn("powershell", desktop, moment + MINUTE, "powershell.exe -NoLogo", lasts=1800)
        folder = rf"D:\Backup\ifm-{stage.day.isoformat()}"
        command = rf'ntdsutil.exe "activate instance ntds" ifm "create full {folder}" quit quit'
        tool = stage.spawn("ntdsutil", shell, moment + 4 * MINUTE, command, lasts=240)
        stage.write(tool, moment + 6 * MINUTE, rf"{folder}\Active Directory\ntds.dit")


def dump_web_worker(stage: Stage) -> None:
    """A web worker that hangs is dumped for its makers: the same tool as for lsass.exe, another process."""
    moment = stage.at(11, 20, 45)
    worker = stage.lasting("w3wp", moment)
    with stage.step("decoy-process-dump"):
        desktop = sign_in_remotely(stage, moment, stage.fleet.one(Role.JUMP_SERVER), minutes=30)
        shell = stage.spawn("cmd", desktop, moment + MINUTE, r'"C:\Windows\System32\cmd.exe"', lasts=1200)
        command = rf"rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump {worker.pid} D:\Dumps\w3wp.dmp full"
        tool = stage.spawn("rundll32", shell, moment + 3 * MINUTE, command, lasts=20)
        stage.load(tool, moment + 3 * MINUTE + SECOND, "comsvcs")
        open_process(stage, tool, moment + 3 * MINUTE + SECOND + 3, worker, 0x1FFFFF)
        stage.write(tool, moment + 3 * MINUTE + 6 * SECOND, r"D:\Dumps\w3wp.dmp")


def add_colleagues_key(stage: Stage) -> None:
    """A colleague gets access to a Linux server."""
    moment = stage.at(15, 40, 5)
    with stage.step("decoy-ssh-key"):
        account = stage.fleet.services["adm"]
        shell = open_shell(stage, moment, account, stage.fleet.one(Role.JUMP_SERVER), lasts=600)
        stage.write(shell, moment + 70 * SECOND, f"/home/{account.name}/.ssh/authorized_keys", "FileModified")
