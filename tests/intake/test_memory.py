"""However small a file is and whatever it unfolds to, reading it takes bounded memory: measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from intake.exports import neutral_xlsx, truth
from intake.hostile import HOSTILE

LIMIT_MB = 120
"""Twice what the interpreter, the reader and a hundred thousand cells need; every file here would unfold to several times as much."""
READ = """
import resource, sys
from datetime import date
from pathlib import Path
from lokal.errors import DossierError
from lokal.intake.bom import read_bom
from lokal.intake.mapping import Source
try:
    print(len(read_bom([Path(sys.argv[1])], Source(), date(2026, 11, 20)).lines), "lines")
except DossierError as problem:
    print(problem.text("en"))
if sys.platform == "linux":  # what getrusage tells there is the parent's peak too
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1][:-3])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20)
"""


def read_apart(path: Path) -> tuple[str, int]:
    """Return what reading a file says, and the most memory that the process held, in megabytes."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, timeout=60)
    said, peak = done.stdout.splitlines()
    return said, int(peak)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_in_bounded_memory(name: str, tmp_path: Path) -> None:
    """Each ends in its line, and never takes more than a larger honest file."""
    write, words = HOSTILE[name]
    said, peak = read_apart(write(tmp_path))
    assert words in said
    assert peak < LIMIT_MB


def test_the_large_bill_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """3,000 lines cost some megabytes, not hundreds."""
    said, peak = read_apart(neutral_xlsx(truth(), tmp_path / "b.xlsx"))
    assert int(said.partition(" ")[0]) > 3000
    assert peak < LIMIT_MB
