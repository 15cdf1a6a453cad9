"""Print every measured ratio of the project; nothing here is asserted."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
DOSSIER = HERE.parent / "examples" / "kaluga" / "tenet-t4.yaml"
ROUNDS = 7


def median_seconds(command: list[str]) -> float:
    """Return the median wall time of a command over several rounds, one warm-up before."""
    times = []
    for index in range(ROUNDS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if index:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def cold_start() -> None:
    """Print what a cold start costs: the interpreter alone, importing the package, one score to the screen and as JSON."""
    python = sys.executable
    bare = median_seconds([python, "-c", "pass"])
    rows = {
        "python alone": bare,
        "import lokal": median_seconds([python, "-c", "import lokal"]),
        "lokal score, text": median_seconds([python, "-m", "lokal", "score", str(DOSSIER), "--on", "2026-12-01"]),
        "lokal score, json": median_seconds([python, "-m", "lokal", "score", str(DOSSIER), "--on", "2026-12-01", "--format", "json"]),
    }
    print("cold start (median of", ROUNDS, "whole processes)")
    for name, seconds in rows.items():
        print(f"  {name:20} {seconds:6.3f} s   {seconds / bare:5.1f} x python alone")


def drafter() -> None:
    """Print how much of the rulebook the drafter recovers from the official text, where that text is at hand."""
    text = HERE.parents[1] / "shared" / "law" / "text" / "section-II.txt"
    if not text.exists():
        print("drafter: the official text is not beside the checkout, not measured")
        return
    sys.path.insert(0, str(HERE.parent / "tests" / "lawtext"))
    from test_law_check import draft_against  # noqa: PLC0415  the measure is the test's own

    import lokal  # noqa: PLC0415

    right, unmarked = draft_against(lokal.load_rulebook())
    print(f"drafter: {right:.1%} of printed values right in points, category, powertrain and dates; wrong and unmarked: {len(unmarked)}")


def main() -> None:
    """Run the benches of the project, one after another."""
    cold_start()
    drafter()
    for other in sorted(each for each in HERE.glob("*.py") if each.name != "run.py"):
        print(flush=True)
        subprocess.run([sys.executable, str(other)], check=False)


if __name__ == "__main__":
    main()
