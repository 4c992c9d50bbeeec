"""What can be wrong with a file of queries."""

from huntline.kernel import Invalid, NotFound, translatable


class FileUnreadable(NotFound):
    """The file is not there, or may not be read."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__("file_unreadable", translatable("{file} cannot be read: {reason}."), file=file, reason=reason)


class LineBroken(Invalid):
    """A line of the file is no JSON object."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(
            "line_broken",
            translatable("{file}, line {line}: not a JSON object ({reason})."),
            file=file,
            line=line,
            reason=reason,
            detail={"file": file, "line": line},
        )
