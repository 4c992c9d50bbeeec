"""Fields out of a rendered message, for sources that keep no other (events whose data stand under UserData, classic logs)."""

import re
from typing import Final

_LINE: Final = re.compile(r"^[ \t]*([^:\r\n]+):[ \t]*([^\r\n]*)", re.MULTILINE)
_SUBJECT: Final = {
    "Security ID": "SubjectUserSid",
    "Account Name": "SubjectUserName",
    "Domain Name": "SubjectDomainName",
    "Account Domain": "SubjectDomainName",
    "Logon ID": "SubjectLogonId",
}


def subject_of_message(message: str) -> dict[str, object]:
    r"""Return the subject of a Security event.

    >>> subject_of_message("The audit log was cleared.\r\nSubject:\r\n\tAccount Name:\twardog\r\n\tLogon ID:\t0xC61D9")
    {'SubjectUserName': 'wardog', 'SubjectLogonId': '0xC61D9'}
    """
    return {_SUBJECT[label]: value.strip() for label, value in _LINE.findall(message) if label in _SUBJECT}


_CLEARED: Final = re.compile(r"^The (.+) log file was cleared")


def cleared_log(message: str) -> dict[str, object]:
    """Return which log event 104 says was cleared.

    >>> cleared_log("The Microsoft-Windows-PowerShell/Operational log file was cleared.")
    {'ClearedChannel': 'Microsoft-Windows-PowerShell/Operational'}
    """
    found = _CLEARED.match(message)
    return {"ClearedChannel": found[1]} if found else {}


_WMI: Final = re.compile(
    r"Namespace = (?P<Namespace>.*?); Eventfilter = (?P<ESS>.*?)(?: \(refer to its activate eventid:5859\))?; "
    r"Consumer = (?P<CONSUMER>.*?); PossibleCause = (?P<PossibleCause>.*)",
    re.DOTALL,
)


def wmi_binding(message: str) -> dict[str, object]:
    """Return the parts of WMI-Activity 5861."""
    found = _WMI.match(message)
    return dict(found.groupdict()) if found else {}


def pipeline_execution(message: str) -> dict[str, object]:
    """Return the context and details of Windows PowerShell 800."""
    _, _, rest = message.partition("Context Information:")
    context, _, details = rest.partition("Details:")
    return {"ContextInfo": context.strip(), "Payload": details.strip()} if details else {}


_HOST_APPLICATION: Final = re.compile(r"Host ?Application ?= ?([^\r\n]*)")
_CONTEXT_USER: Final = re.compile(r"^\s*(?:User|UserId) ?= ?([^\r\n]+)", re.MULTILINE)
_COMMAND_NAME: Final = re.compile(r"Command Name = ([^\r\n]+)")


def host_application(context: object) -> str | None:
    """Return the command line of the process that ran the command, of PowerShell's context."""
    found = _HOST_APPLICATION.search(str(context))
    return (found[1].strip() or None) if found else None


def context_user(context: object) -> str | None:
    r"""Return `DOMAIN\user` of PowerShell's context."""
    found = _CONTEXT_USER.search(str(context))
    return found[1].strip() if found else None


def command_name(context: object) -> str | None:
    """Return the command's name of PowerShell's context."""
    found = _COMMAND_NAME.search(str(context))
    return found[1].strip() if found else None


_PROCESS_ID: Final = re.compile(r"Process ID:\s+(0x[0-9a-fA-F]+|\d+)")


def process_id(message: str) -> str | None:
    """Return the process id that a Security event's text names."""
    found = _PROCESS_ID.search(message)
    return found[1] if found else None


_EVENT_TYPE: Final = re.compile(r"^EventType: (\w+)", re.MULTILINE)


def sysmon_event_type(message: str) -> str | None:
    """Return Sysmon's EventType (`CreateKey`, `SetValue`)."""
    found = _EVENT_TYPE.search(message)
    return found[1] if found else None
