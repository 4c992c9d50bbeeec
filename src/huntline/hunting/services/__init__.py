"""Use cases: run and check hunts, cancel them, keep them under a name, freeze evidence and ask its question again.

Free of requests: routes, the command line, the foreign APIs and jobs call them alike.
"""

from huntline.hunting.services.across import run_across
from huntline.hunting.services.capture import capture_evidence, release_evidence
from huntline.hunting.services.library import (
    ReportWords,
    check_function,
    delete_saved_hunt,
    save_hunt,
    update_saved_hunt,
)
from huntline.hunting.services.reruns import Rerun, rerun
from huntline.hunting.services.runs import Question, cancel, check, question, run, run_unattended
from huntline.hunting.services.schedules import ScheduleForm, change_schedule, end_schedule, schedule_hunt
from huntline.hunting.services.sightings import Indicator, has_seen, read_indicator

__all__ = [
    "Indicator",
    "Question",
    "ReportWords",
    "Rerun",
    "ScheduleForm",
    "cancel",
    "capture_evidence",
    "change_schedule",
    "check",
    "check_function",
    "delete_saved_hunt",
    "end_schedule",
    "has_seen",
    "question",
    "read_indicator",
    "release_evidence",
    "rerun",
    "run",
    "run_across",
    "run_unattended",
    "save_hunt",
    "schedule_hunt",
    "update_saved_hunt",
]
