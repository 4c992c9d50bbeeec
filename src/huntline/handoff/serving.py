"""From a package's row to the answer that carries its file."""

from django.http import FileResponse, HttpResponseBase

from huntline.handoff.errors import HandoffNotReady
from huntline.handoff.models import Handoff
from huntline.handoff.storage import file_of


def file_answer(row: Handoff) -> HttpResponseBase:
    """Return the file to be saved, never shown. Raises HandoffNotReady where it has gone meanwhile."""
    try:
        file = file_of(row.pk).open("rb")
    except FileNotFoundError:
        raise HandoffNotReady from None
    answer = FileResponse(
        file, as_attachment=True, filename=f"huntline-handoff-{row.pk}.zip", content_type="application/zip"
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
