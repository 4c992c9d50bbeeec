"""What devices do on an ordinary day: one module for each kind of device, a table that says which belongs to which."""

from collections.abc import Callable

from huntline.demo.fleet import Role
from huntline.demo.rhythms.desk import play_laptop
from huntline.demo.rhythms.unix import play_database, play_mac, play_portal, play_scanner
from huntline.demo.rhythms.windows import (
    play_backup,
    play_build,
    play_controller,
    play_database_server,
    play_files,
    play_jump,
    play_web,
)
from huntline.demo.stage import Stage

RHYTHMS: dict[Role, Callable[[Stage], None]] = {
    Role.LAPTOP: play_laptop,
    Role.MAC: play_mac,
    Role.DOMAIN_CONTROLLER: play_controller,
    Role.FILE_SERVER: play_files,
    Role.WEB_SERVER: play_web,
    Role.SQL_SERVER: play_database_server,
    Role.BUILD_SERVER: play_build,
    Role.BACKUP_SERVER: play_backup,
    Role.JUMP_SERVER: play_jump,
    Role.LINUX_WEB: play_portal,
    Role.LINUX_DATABASE: play_database,
    Role.SCANNER: play_scanner,
}

__all__ = ["RHYTHMS"]
