"""The days of Linux servers, the vulnerability scanner, and Macs."""

from huntline.demo.fleet import Account, Device, Role
from huntline.demo.internet import BROWSED, BROWSED_SUMS, MIRROR_HOST, SENSOR_HOST, UPDATE_HOST, address_of
from huntline.demo.moments import MINUTE, SECOND
from huntline.demo.processes import Process, Session
from huntline.demo.rhythms.boot import start_device
from huntline.demo.rhythms.chores import report_inventory
from huntline.demo.rhythms.mail import receive_mail
from huntline.demo.stage import Stage


def _play_server(stage: Stage) -> None:
    """What every Linux server does: cron, log rotation, package lists, an administrator now and then."""
    start_device(stage)
    for hour in range(24):
        moment = stage.at(hour, 17, spread=20)
        if hour % 4 == 3:
            shell = stage.spawn(
                "linux:sh",
                stage.lasting("cron", moment),
                moment,
                "/bin/sh -c cd / && run-parts --report /etc/cron.hourly",
                lasts=20,
            )
            stage.spawn("linux:df", shell, moment + SECOND, "df -P", lasts=1)
    moment = stage.at(6, 25, spread=10)
    shell = stage.spawn(
        "linux:sh", stage.lasting("cron", moment), moment, "/bin/sh -c run-parts --report /etc/cron.daily", lasts=200
    )
    rotate = stage.spawn(
        "linux:logrotate", shell, moment + 2 * SECOND, "/usr/sbin/logrotate /etc/logrotate.conf", lasts=20
    )
    stage.write(rotate, moment + 4 * SECOND, f"/var/log/syslog-{stage.day:%Y%m%d}.gz")
    update = stage.spawn("linux:apt-get", shell, moment + 30 * SECOND, "apt-get -qq update", lasts=60)
    stage.connect(update, moment + 32 * SECOND, MIRROR_HOST, 80)
    if stage.dice.chance(0.5):
        moment = stage.at(10, spread=6 * 3600)
        shell = open_shell(stage, moment, stage.fleet.services["adm"], stage.fleet.one(Role.JUMP_SERVER), lasts=900)
        for number, (key, command) in enumerate(
            (("uname", "uname -a"), ("df", "df -h"), ("cat", "cat /var/log/syslog"))
        ):
            stage.spawn(f"linux:{key}", shell, moment + (20 + 30 * number) * SECOND, command, lasts=3)
    report_inventory(stage)


def open_shell(stage: Stage, moment: int, account: Account, source: Device, *, lasts: float) -> Process:
    """Sign somebody in over SSH and return the shell."""
    daemon = stage.lasting("sshd", moment)
    session = stage.sign_in(daemon, moment, account, "RemoteInteractive", source=source, protocol="ssh")
    stage.accept(daemon, moment, stage.fleet.address(source, stage.day), 22)
    child = stage.spawn(
        "linux:sshd", daemon, moment + SECOND // 5, f"sshd: {account.name}@pts/0", session=session, lasts=lasts
    )
    return stage.spawn("linux:bash", child, moment + SECOND // 2, "-bash", lasts=lasts - 1)


def play_portal(stage: Stage) -> None:
    """The public web server: visitors, calls to the database, and one shell command of its own that is as it should be."""
    _play_server(stage)
    database = stage.fleet.address(stage.fleet.one(Role.LINUX_DATABASE), stage.day)
    for _ in range(stage.dice.count(30 * stage.fleet.intensity)):
        moment = stage.at(7, spread=14 * 3600)
        host = stage.dice.pick_ranked(BROWSED, BROWSED_SUMS)
        stage.accept(stage.lasting("nginx", moment), moment, address_of(stage.seed, f"visitor.{host}"), 443)
        if stage.dice.chance(0.3):
            stage.connect(stage.lasting("java", moment), moment + SECOND // 4, port=5432, address=database)
    moment = stage.at(3, 40, spread=30)
    java = stage.lasting("java", moment)
    shell = stage.spawn("linux:sh", java, moment, "sh -c /opt/portal/bin/rotate-reports.sh --keep 30", lasts=20)
    pack = stage.spawn(
        "linux:tar",
        shell,
        moment + SECOND,
        f"tar -czf /opt/portal/archive/reports-{stage.day:%Y%m%d}.tgz /opt/portal/reports",
        lasts=10,
    )
    stage.write(pack, moment + 3 * SECOND, f"/opt/portal/archive/reports-{stage.day:%Y%m%d}.tgz")


def play_database(stage: Stage) -> None:
    """The database server: connections of the web server, a dump every night."""
    _play_server(stage)
    portal = stage.fleet.address(stage.fleet.one(Role.LINUX_WEB), stage.day)
    for _ in range(stage.dice.count(20 * stage.fleet.intensity)):
        moment = stage.at(7, spread=14 * 3600)
        stage.accept(stage.lasting("postgres", moment), moment, portal, 5432)
    moment = stage.at(1, 30, spread=20)
    session = Session(Account("", "postgres", "105"), 0, 0, "", "")
    shell = stage.spawn(
        "linux:sh",
        stage.lasting("cron", moment),
        moment,
        "/bin/sh -c /usr/local/bin/nightly-dump",
        session=session,
        lasts=600,
    )
    path = f"/var/backups/ledger-{stage.day:%Y%m%d}.dump"
    dump = stage.spawn("linux:pg_dump", shell, moment + SECOND, f"pg_dump -Fc -f {path} ledger", lasts=500)
    stage.write(dump, moment + 400 * SECOND, path)


def play_scanner(stage: Stage) -> None:
    """The vulnerability scanner: every second night it knocks everywhere and tries passwords that fail."""
    _play_server(stage)
    if stage.day.toordinal() % 2:
        return
    probe_at = stage.at(22, 10, spread=60)
    probe = stage.lasting("probe", probe_at)
    for number, device in enumerate(stage.fleet.all_of(*_SCANNED)):
        address = stage.fleet.address(device, stage.day)
        for offset, port in enumerate((22, 80, 135, 443, 445, 3389)):
            action = "ConnectionSuccess" if (port in {22, 443} or device.is_windows) else "ConnectionFailed"
            stage.connect(probe, probe_at + (30 * number + offset) * SECOND, port=port, address=address, action=action)


_SCANNED = (
    Role.DOMAIN_CONTROLLER,
    Role.FILE_SERVER,
    Role.WEB_SERVER,
    Role.SQL_SERVER,
    Role.LINUX_WEB,
    Role.LINUX_DATABASE,
)


def play_mac(stage: Stage) -> None:
    """A Mac at a desk."""
    if not stage.uptimes:
        return
    start_device(stage)
    owner = stage.device.owner
    assert owner is not None  # noqa: S101 (a Mac has one)
    span, dice, root = stage.uptimes[0], stage.dice, stage.boots[0]["launchd"]
    moment = span.start + 40 * SECOND
    session = stage.sign_in(root, moment, owner.account, "Interactive", protocol="")
    browser = stage.spawn("linux:Safari", root, moment + 2 * MINUTE, session=session, end=span.end - MINUTE)
    for _ in range(dice.count(14 * stage.fleet.intensity)):
        at = dice.between(browser.start, browser.end)
        stage.connect(browser, at, dice.pick_ranked(BROWSED, BROWSED_SUMS))
    for _ in range(dice.count(6 * stage.fleet.intensity)):
        at = dice.between(moment, span.end - 2 * MINUTE)
        stage.spawn(
            "linux:mdworker_shared",
            root,
            at,
            "mdworker_shared -s mdworker -c MDSImporterWorker",
            session=session,
            lasts=30,
        )
    at = dice.between(moment, span.end - 2 * MINUTE)
    update = stage.spawn("linux:softwareupdated", root, at, lasts=60)
    stage.connect(update, at + SECOND, UPDATE_HOST)
    stage.connect(root, at + 9 * SECOND, SENSOR_HOST)
    terminal = stage.spawn(
        "linux:zsh", root, dice.between(moment, span.end - 9 * MINUTE), "-zsh", session=session, lasts=300
    )
    stage.write(
        terminal, terminal.start + 20 * SECOND, f"/Users/{owner.account.name}/notes-{stage.day.isoformat()}.txt"
    )
    report_inventory(stage)
    receive_mail(stage, owner)
