"""Labelled intrusions and look-alikes: which act is played on which device, and how many days before the end of the data.

An act is played on the stage of its device and day, among everything else that happens there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from huntline.demo.fleet import Device, Fleet, Role
from huntline.demo.stage import Stage
from huntline.demo.storyline import decoys, grid, harbour
from huntline.demo.storyline.labels import STEPS, STEPS_BY_NAME, Label, StepSpec

Act = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class ActSpec:
    """customer; where; days of its storyline (0 is the first); the act."""

    customer: str
    where: Callable[[Fleet], Device] | Role
    days: tuple[int, ...]
    play: Act


# How many days before the last (local) day each storyline begins: all of it lies within the seven days before `until`.
BEGINS = {"aurora": 5, "bluefin": 6}

ACTS: tuple[ActSpec, ...] = (
    ActSpec("aurora", grid.victim, (0,), grid.open_lure),
    ActSpec("aurora", grid.victim, (0, 1, 2, 3, 4), grid.call_home),
    ActSpec("aurora", grid.victim, (1,), grid.steal_credentials),
    ActSpec("aurora", Role.FILE_SERVER, (1,), grid.enter_file_server),
    ActSpec("aurora", Role.DOMAIN_CONTROLLER, (2,), grid.steal_directory),
    ActSpec("aurora", Role.FILE_SERVER, (2, 3, 4), grid.send_out),
    ActSpec("aurora", Role.FILE_SERVER, (4,), grid.delete_shadow_copies),
    ActSpec("aurora", Role.DOMAIN_CONTROLLER, (3,), decoys.back_up_directory),
    ActSpec("aurora", Role.WEB_SERVER, (2,), decoys.dump_web_worker),
    ActSpec("bluefin", Role.LINUX_WEB, (0,), harbour.plant_shell),
    ActSpec("bluefin", Role.LINUX_WEB, (1,), harbour.fetch_tool),
    ActSpec("bluefin", Role.LINUX_WEB, (2,), harbour.write_cron_table),
    ActSpec("bluefin", Role.LINUX_WEB, (2,), decoys.add_colleagues_key),
    ActSpec("bluefin", Role.LINUX_WEB, (3,), harbour.add_key),
    ActSpec("bluefin", Role.LINUX_DATABASE, (4,), harbour.dump_ledger),
    ActSpec("bluefin", Role.LINUX_WEB, (5,), harbour.send_ledger),
)


def acts_of(fleet: Fleet, device: Device, day_of_storyline: int) -> tuple[Act, ...]:
    """Return the acts that are played on a device on a day of its customer's storyline."""
    return tuple(
        act.play
        for act in ACTS
        if act.customer == fleet.customer.key
        and day_of_storyline in act.days
        and device is (fleet.one(act.where) if isinstance(act.where, Role) else act.where(fleet))
    )


__all__ = ["ACTS", "BEGINS", "STEPS", "STEPS_BY_NAME", "Act", "Label", "StepSpec", "acts_of"]
