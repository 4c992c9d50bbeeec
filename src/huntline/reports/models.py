"""The reports of months, as they were when they were made."""

import hashlib

from django.db import models

from huntline.hunting.models import FrozenModel
from huntline.kernel import now


class MonthReport(FrozenModel):
    """What was said to one customer about one month. It never changes: `content` is canonical JSON of a `facts.Report`.

    `sha256` is over the UTF-8 bytes of `content` as it stands here, and stands in the audit record too.
    """

    month = models.DateField()
    made = models.DateTimeField(default=now, editable=False)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["tenant", "month"], name="reports_one_per_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} of {self.tenant_id}"

    @property
    def is_intact(self) -> bool:
        """Whether the content is what was said."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256
