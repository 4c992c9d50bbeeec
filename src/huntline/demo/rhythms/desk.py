"""A person's day at a Windows laptop."""

from collections.abc import Callable

from huntline.demo.dice import keyed_hex
from huntline.demo.fleet import Role
from huntline.demo.internet import (
    BROWSED,
    BROWSED_SUMS,
    CHAT_HOST,
    FILES_HOST,
    MAIL_HOST,
    PACKAGE_HOST,
    SOURCE_HOST,
    address_of,
)
from huntline.demo.moments import HOUR, MINUTE, SECOND
from huntline.demo.processes import Process
from huntline.demo.rhythms.boot import start_device
from huntline.demo.rhythms.chores import deploy_package, look_after_computer, report_inventory
from huntline.demo.rhythms.mail import receive_mail
from huntline.demo.stage import Stage
from huntline.demo.tickets import issue_ticket

_RUN_KEY = r"HKEY_CURRENT_USER\{sid}\Software\Microsoft\Windows\CurrentVersion\Run"


class Desk:
    """A person at a laptop: the stage, and the programs that stay open all day."""

    def __init__(self, stage: Stage) -> None:
        assert stage.device.owner is not None  # noqa: S101 (a laptop has one)
        self.stage, self.dice, self.person = stage, stage.dice, stage.device.owner
        self.span = stage.uptimes[0]
        self.user = self.person.account.name
        self.controller = stage.fleet.one(Role.DOMAIN_CONTROLLER)
        self.files = stage.fleet.one(Role.FILE_SERVER)
        self.boot = stage.boots[0]
        self.explorer = self._sign_in()
        self.browser = self._open("msedge", 90)
        self.mail = self._open("outlook", 140)
        self.chat = self._open("ms-teams", 35)
        self.drive = self._open(
            "onedrive",
            28,
            rf'"C:\Users\{self.user}\AppData\Local\Microsoft\OneDrive\OneDrive.exe" /background',
        )

    def _sign_in(self) -> Process:
        stage, start = self.stage, self.span.start
        moment = stage.later(start, 22, 80)
        if self.dice.chance(0.06):
            for number in range(self.dice.between(1, 2)):
                self._mistype(moment - (15 - 6 * number) * SECOND)
        session = stage.sign_in(self.boot["winlogon"], moment, self.person.account, "Interactive", number=1)
        for offset, service in (
            (0.4, "krbtgt"),
            (1.1, f"ldap/{self.controller.name}"),
            (2.6, f"cifs/{self.files.name}"),
        ):
            self._ticket(moment + int(offset * SECOND), service)
        userinit = stage.spawn("userinit", self.boot["winlogon"], moment + 2 * SECOND, session=session, lasts=30)
        explorer = stage.spawn("explorer", userinit, moment + 3 * SECOND, r"C:\Windows\Explorer.EXE", end=self.span.end)
        self.boot["explorer"] = explorer
        stage.connect(explorer, moment + 9 * SECOND, port=445, address=stage.fleet.address(self.files, stage.day))
        return explorer

    def _ticket(self, moment: int, service: str) -> None:
        issue_ticket(
            self.stage, moment, self.person.account, service, client=self.stage.device, controller=self.controller
        )

    def _mistype(self, moment: int, failure: str = "InvalidUserNameOrPassword") -> None:
        self.stage.sign_in(self.boot["winlogon"], moment, self.person.account, "Interactive", failure=failure)

    def _open(self, key: str, after: int, command: str = "") -> Process:
        moment = self.stage.later(self.explorer.start, after, after + 400)
        end = self.span.end - self.dice.between(10, 90) * SECOND
        process = self.boot[key] = self.stage.spawn(key, self.explorer, moment, command, end=end)
        return process

    def working_moment(self) -> int:
        """Return a moment of the working day; at noon most people are at lunch."""
        low, high = self.span.start + 12 * MINUTE, self.span.end - 12 * MINUTE
        noon = self.stage.begin + 12 * HOUR
        for _ in range(4):
            moment = self.dice.between(low, high)
            if not noon <= moment < noon + HOUR or self.dice.chance(0.2):
                break
        return moment

    # -- what a person does ---------------------------------------------------------------------------------------------------

    def browse(self, moment: int) -> None:
        """Open a page: a renderer, a few hosts of which most are the usual ones, sometimes a download."""
        stage, dice = self.stage, self.dice
        command = f'"{self.browser.path}" --type=renderer --lang={stage.customer.language} --device-scale-factor=1'
        # A browser's switches may run over a thousand characters, more than some agents take.
        trials = dice.between(1200, 2400) if dice.chance(0.08) else dice.between(40, 200)
        command += f" --field-trial-handle={keyed_hex(stage.seed, 'trial', stage.device.device_id, moment, size=60)}"[
            :trials
        ]
        command += " --enable-features=" + ",".join(f"Trial{number:04d}" for number in range(trials // 12))
        renderer = stage.spawn(
            "msedge", self.browser, moment, f"{command} --renderer-client-id={dice.between(5, 90)}", lasts=600
        )
        for number in range(dice.between(2, 5)):
            host = dice.pick_ranked(BROWSED, BROWSED_SUMS)
            stage.connect(self.browser, stage.later(moment, number, number + 2), host)
            if number == 0:
                self._look_up(moment, host)
        if dice.chance(0.12):
            host = dice.pick(BROWSED[:20])
            name = (
                f"{dice.pick(stage.customer.document_names)} ({dice.between(1, 9)}).{dice.pick(('pdf', 'xlsx', 'zip'))}"
            )
            self._download(stage.later(moment, 5, 40), f"https://{host}/files/{dice.between(1000, 9999)}", name)
        if dice.chance(0.2):
            stage.load(renderer, stage.later(moment, 0.1, 0.8), "winhttp")

    def _look_up(self, moment: int, host: str) -> None:
        answer = [{"Result": address_of(self.stage.seed, host)}]
        self.stage.event(
            self.browser, moment, "DnsQueryResponse", {"DnsQueryString": host, "DnsQueryResult": answer}, RemoteUrl=host
        )

    def _download(self, moment: int, url: str, name: str) -> None:
        path = rf"C:\Users\{self.user}\Downloads\{name}"
        self.stage.write(
            self.browser, moment, path, FileOriginUrl=url, FileOriginReferrerUrl=url.rpartition("/")[0] + "/"
        )

    def fetch_image(self, moment: int) -> None:
        """Download a disk image of an operating system, as engineers do."""
        version = self.dice.between(10, 14)
        self._download(
            moment, f"https://mirror.penguins.example/images/netinst-{version}.iso", f"netinst-{version}.iso"
        )

    def correspond(self, moment: int) -> None:
        """Read mail; now and then save what came with it."""
        self.stage.connect(self.mail, moment, MAIL_HOST)
        if self.dice.chance(0.25):
            folder = rf"C:\Users\{self.user}\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook"
            name = f"{self.dice.pick(self.stage.customer.document_names)}.docx"
            self.stage.write(
                self.mail, self.stage.later(moment, 2, 20), rf"{folder}\K7Q{self.dice.between(10, 99)}R\{name}"
            )

    def write_document(self, moment: int) -> None:
        """Work on a document for a while."""
        stage, dice = self.stage, self.dice
        key, ending, place = dice.pick((("winword", "docx", "Word"), ("excel", "xlsx", "Excel")))
        path = rf"C:\Users\{self.user}\Documents\{dice.pick(stage.customer.document_names)} {dice.between(1, 30):02d}.{ending}"
        program = stage.program(key)
        process = stage.spawn(
            key, self.explorer, moment, f'"{program.path}" /n "{path}" /o ""', lasts=dice.between(300, 5400)
        )
        stage.load(process, stage.later(moment, 0.2, 1.5), "amsi")
        saved = stage.later(moment, 60, 280)
        if saved <= process.end:
            stage.write(process, saved, path, "FileModified")
        stage.set_value(
            process,
            stage.later(moment, 2, 5),
            key=rf"HKEY_CURRENT_USER\{self.person.account.sid}\Software\Microsoft\Office\16.0\{place}\File MRU",
            name="Item 1",
            data=f"[F00000000][T01DB{dice.between(10**9, 10**10)}]*{path}",
        )
        stage.connect(self.drive, stage.later(moment, 70, 300), FILES_HOST)

    def chat_along(self, moment: int) -> None:
        """Write to colleagues."""
        self.stage.connect(self.chat, moment, CHAT_HOST)

    def use_share(self, moment: int) -> None:
        """Open a folder of the file server."""
        self._ticket(moment, f"cifs/{self.files.name}")
        address = self.stage.fleet.address(self.files, self.stage.day)
        self.stage.connect(self.explorer, moment + SECOND // 3, port=445, address=address)

    def print_page(self, moment: int) -> None:
        """Print."""
        printer = f"10.{self.stage.customer.network}.9.{10 + self.dice.between(0, 5)}"
        self.stage.connect(self.boot["spoolsv"], moment, port=9100, address=printer)

    def unlock(self, moment: int) -> None:
        """Come back to the desk; two in a hundred mistype, and a few of those until they are locked out."""
        if self.dice.chance(0.05):
            wrong = 5 if self.dice.chance(0.1) else 1
            for number in range(wrong):
                self._mistype(moment - (40 - 6 * number) * SECOND)
            if wrong == 5:
                self._mistype(moment - 8 * SECOND, "AccountLockedOut")
                return
        self.stage.sign_in(self.boot["lsass"], moment, self.person.account, "Unlock", protocol="Negotiate", number=1)

    def develop(self, moment: int) -> None:
        """Write programs: an editor, version control, packages."""
        stage, dice = self.stage, self.dice
        editor = stage.spawn("code", self.explorer, moment, lasts=5400)
        shell = stage.spawn(
            "powershell", editor, stage.later(moment, 5, 20), "powershell.exe -NoLogo -NoProfile", lasts=5000
        )
        for offset, key, command, host in (
            (40, "git", "git.exe fetch --prune origin", SOURCE_HOST),
            (95, "node", r'"C:\Program Files\nodejs\node.exe" node_modules\vite\bin\vite.js build', ""),
            (180, "node", r'"C:\Program Files\nodejs\node.exe" npm-cli.js install --no-audit', PACKAGE_HOST),
            (420, "python", "python.exe -m pytest -q tests", ""),
        ):
            at = stage.later(moment, offset, offset + 30)
            if at >= shell.end or dice.chance(0.3):
                continue
            process = stage.spawn(key, shell, at, command, lasts=dice.between(3, 60))
            if host:
                stage.connect(process, at + SECOND, host)
            if key == "node":
                for number in range(dice.between(1, 4)):
                    name = rf"C:\Users\{self.user}\source\portal\dist\chunk-{number}{dice.between(100, 999)}.js"
                    stage.write(process, at + SECOND + number, name)

    def check_network(self, moment: int) -> None:
        """See why nothing works: a command window and two or three commands."""
        shell = self.stage.spawn("cmd", self.explorer, moment, r'"C:\Windows\system32\cmd.exe"', lasts=300)
        for number, (key, command) in enumerate(
            (("ipconfig", "ipconfig /all"), ("ping", f"ping {self.controller.host}"), ("whoami", "whoami"))
        ):
            if self.dice.chance(0.7):
                self.stage.spawn(
                    key, shell, self.stage.later(moment, 10 + 20 * number, 25 + 20 * number), command, lasts=2
                )

    def open_help_desk(self, moment: int) -> None:
        """Start the intranet's old help desk form: mshta, and nothing wrong with it."""
        self.stage.spawn(
            "mshta",
            self.explorer,
            moment,
            rf'"C:\Windows\System32\mshta.exe" "\\{self.files.host}\apps\helpdesk.hta"',
            lasts=200,
        )

    def update_own_tools(self, moment: int) -> None:
        """A program renews its own entry in the Run key."""
        key, name = self.dice.pick((("onedrive", "OneDrive"), ("ms-teams", "Teams"), ("inkmoss", "Inkmoss")))
        process = {"onedrive": self.drive, "ms-teams": self.chat}.get(key) or self.stage.spawn(
            key, self.explorer, moment, lasts=60
        )
        moment = max(moment, process.start)
        run_key = _RUN_KEY.format(sid=self.person.account.sid)
        self.stage.set_value(process, moment, key=run_key, name=name, data=f'"{process.path}" --autostart')

    def plug_in(self, moment: int) -> None:
        """Connect a headset or a stick."""
        device = self.dice.pick(("USB Headset", "USB Mass Storage", "USB Keyboard"))
        fields: dict[str, object] = {
            "DeviceDescription": device,
            "ClassName": "USB",
            "DeviceId": f"USB\\VID_1D6B\\{self.dice.between(1000, 9999)}",
        }
        self.stage.event(self.boot["netsvcs"], moment, "PnpDeviceConnected", fields)


# What people do, how often a day, and whether only developers do it.
_HABITS: tuple[tuple[Callable[[Desk, int], None], float, bool], ...] = (
    (Desk.browse, 5.5, False),
    (Desk.correspond, 5.0, False),
    (Desk.write_document, 2.6, False),
    (Desk.chat_along, 4.0, False),
    (Desk.use_share, 1.6, False),
    (Desk.print_page, 0.7, False),
    (Desk.unlock, 2.2, False),
    (Desk.develop, 2.0, True),
    (Desk.fetch_image, 0.35, True),
    (Desk.check_network, 0.12, False),
    (Desk.open_help_desk, 0.08, False),
    (Desk.update_own_tools, 0.15, False),
    (Desk.plug_in, 0.2, False),
)


def play_laptop(stage: Stage) -> None:
    """Leave the rows of a laptop's day; none when its owner is away."""
    if not stage.uptimes:
        return
    start_device(stage)
    desk = Desk(stage)
    for habit, mean, developers_only in _HABITS:
        if developers_only and not stage.device.is_developer:
            continue
        for _ in range(stage.dice.count(mean * stage.fleet.intensity)):
            moment = desk.working_moment()
            habit(desk, moment)
    span = stage.uptimes[0]
    look_after_computer(stage, span.start + MINUTE, span.end - MINUTE, rounds=3)
    deploy_package(stage, desk.working_moment(), probability=0.25)
    report_inventory(stage)
    receive_mail(stage, desk.person)
