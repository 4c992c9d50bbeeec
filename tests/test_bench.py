"""The benchmark runs to its end on a handful of rows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_benchmark_prints_its_ratios():
    # A process of its own: it opens an engine in a folder of its own.
    command = [sys.executable, "-m", "bench", "--scale", "0.0002"]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"COLUMNS": "200"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    for line in (
        "a list of 5,000 hashes",
        "the engine's own insert",
        "has_any of ten",
        "From publishing to visible",
        "OData, $top and $expand=evidence",
        "device timeline",
        "Median ratio to SQL by hand",
    ):
        assert line in ran.stdout, line
