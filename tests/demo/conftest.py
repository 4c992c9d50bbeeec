"""One week of the three customers, generated once for all tests of the demo."""

from datetime import UTC, datetime

import pytest

from demo.expectations import Week, generated
from huntline.demo.generator import Plan

UNTIL = datetime(2026, 11, 22, 5, 35, tzinfo=UTC)


@pytest.fixture(scope="session")
def week() -> Week:
    return generated(Plan(UNTIL))
