"""Use cases: take a sample in parts or at once, open it for those who hand it on, have it examined again, delete it.

What is slow happens outside of transactions; callers do not hold one either.
"""

from huntline.samples.services.deletion import delete_sample
from huntline.samples.services.opening import SampleStream, open_sample
from huntline.samples.services.rescans import rescan
from huntline.samples.services.uploads import (
    Readable,
    abandon_upload,
    begin_upload,
    finish_upload,
    put_part,
    take_sample,
)

__all__ = [
    "Readable",
    "SampleStream",
    "abandon_upload",
    "begin_upload",
    "delete_sample",
    "finish_upload",
    "open_sample",
    "put_part",
    "rescan",
    "take_sample",
]
