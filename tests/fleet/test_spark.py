"""Spark hands out parts and changes nothing: the same rows and the same census, on this machine and on a cluster."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl
import pyspark
import pytest
from hypothesis import HealthCheck, assume, given, settings

from lokal.engine.interpret import interpret
from lokal.engine.known import State, decimal_of
from lokal.fleet import run
from lokal.fleet.job import Asked
from lokal.fleet.parts import parts_of
from lokal.fleet.run import HandOut, run_fleet
from lokal.fleet.spark import on_spark
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import FactKind
from lokal.rulebook.read import load_rulebook
from lokal.scale.compile import CATEGORIES, POWERTRAINS, compile_scale
from same.strategies import Scene, scenes
from same.test_columns import implied, unrounded_units

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
ASKED = Asked(on_column="built_on", blocks=False, summary=True)
WAIT = 60


@pytest.fixture
def cars(tmp_path: Path) -> Path:
    """Return a file of made-up cars with random facts, some of them bad."""
    random, facts = Random(4), declared_facts(load_rulebook())
    names = random.sample([name for name, fact in facts.items() if not fact.implied], 60)
    values = {
        "flag": [True, False, None],
        "share": [0.2, 0.8, 1.0, 7.0],
        "count": [0, 2, 5, None],
        "points": [150, 205, 245],
        "money": [1, 9],
    }
    rows = 400
    frame = {
        "vin": [f"car{number}" for number in range(rows)],
        "maker": [random.choice(["one", "two"]) for _ in range(rows)],
        "category": [random.choice(["M1", "N1", "M3"]) for _ in range(rows)],
        "powertrain": [random.choice(["ice", "ev"]) for _ in range(rows)],
        "built_on": [random.choice([date(2024, 6, 1), date(2025, 2, 1)]) for _ in range(rows)],
    }
    frame |= {name: [random.choice(values[facts[name].kind]) for _ in range(rows)] for name in names}
    pl.DataFrame(frame, strict=False).write_parquet(tmp_path / "cars.parquet")
    return tmp_path / "cars.parquet"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files into parts of a hundred rows, so that several tasks have something to do."""
    monkeypatch.setattr(run, "parts_of", lambda sources: parts_of(sources, 100))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(run.__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))


def assert_same_as_here(cars: Path, folder: Path, hand_out: HandOut) -> None:
    """Check that a hand-out gives the rows and the census that this process gives."""
    here = run_fleet(cars, folder / "here", load_rulebook(), ASKED)
    there = run_fleet(cars, folder / "there", load_rulebook(), ASKED, hand_out=hand_out)
    one, two = (pl.read_parquet(folder / name / "vehicles" / "*.parquet") for name in ("here", "there"))
    assert one.height == 400
    assert one.equals(two)
    assert there.zero_hits == here.zero_hits
    for name, table in here.census.tables.items():
        columns = table.columns
        assert table.sort(columns).equals(there.census.tables[name].sort(columns)), name


def test_spark_on_this_machine_gives_the_same(cars: Path, tmp_path: Path) -> None:
    """Two local cores of Spark give what Polars gives, row by row."""
    assert_same_as_here(cars, tmp_path, on_spark("local[2]"))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenes())
def test_random_law_gives_the_same(scene: Scene) -> None:
    """Under random law, readings and days, vehicles of all kinds score on Spark as here, and here as the interpreter says."""
    kinds = list(product(CATEGORIES, POWERTRAINS))
    cars = [(*kind, view) for kind in [(scene.category, scene.powertrain), *kinds] for view in (scene.world, scene.near, scene.far, {})]
    asked = Asked(**{key: value for key, value in scene.asked.items() if key != "programme"}, blocks=True, reasons=True)
    assert asked.on
    scale = compile_scale(scene.rulebook, asked.on, known=asked.known, readings=asked.readings)
    assume(not unrounded_units(scale))
    with TemporaryDirectory() as name:
        folder = Path(name)
        names = [fact for fact in scale.facts if any(fact in view for _, _, view in cars)]
        rows = {fact: [worded(view.get(fact), scale.facts[fact].kind) for _, _, view in cars] for fact in names}
        kinds_of = {"category": [car[0] for car in cars], "powertrain": [car[1] for car in cars]}
        pl.DataFrame({**kinds_of, **rows}, schema_overrides=dict.fromkeys(names, pl.String)).write_parquet(folder / "cars.parquet")
        run_fleet(folder / "cars.parquet", folder / "here", scene.rulebook, asked)
        run_fleet(folder / "cars.parquet", folder / "there", scene.rulebook, asked, hand_out=on_spark("local[2]"))
        here, there = (pl.read_parquet(folder / place / "vehicles" / "*.parquet") for place in ("here", "there"))
        overs = json.loads((folder / "here" / "manifest.json").read_text())["denominators"]
    assert here.equals(there)
    for (category, powertrain, view), row in zip(cars, here.iter_rows(named=True), strict=True):
        if row["code"] in {"ok", "not_fitted", "count_over_total"}:
            outcome = interpret(scale, category, powertrain, implied(scale, powertrain) | view)
            points = {"": outcome.points} | {f"{block.id}:": block.points for block in outcome.blocks}
            for start, each in points.items():
                ends = [Fraction(row[start + end]) / overs.get(start + end, 1) for end in ("low", "high")]
                assert ends == [each.low, each.high], start
            assert all(row[f"{block.id}.{each.id}:reason"] == each.reason for block in outcome.blocks for each in block.operations)


def worded(state: State | None, kind: FactKind) -> str | None:
    """Return what is known of a fact as a table's cell would say it."""
    if state is None:
        return None
    low, high = decimal_of(state.low), None if state.high is None else decimal_of(state.high)
    if kind == "flag":
        return "unknown" if low != high else "yes" if low else "no"
    return f"{low:f}" if low == high else f"{low:f}..{'' if high is None else format(high, 'f')}"


def test_a_cluster_of_two_workers_gives_the_same(cars: Path, tmp_path: Path) -> None:
    """One master and two workers on loopback give what Polars gives, row by row."""
    with cluster(tmp_path) as master:
        assert_same_as_here(cars, tmp_path, on_spark(master))


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a standalone master and two workers of one core each on loopback, and end them by their own numbers."""
    home, port = Path(pyspark.__file__).parent, free_port()
    master = f"spark://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    start = [str(home / "bin" / "spark-class")]
    own = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]
    worker = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0", master]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "start_new_session": True}
    running = [subprocess.Popen([*start, *own], **quiet)]  # type: ignore[call-overload]
    try:
        wait_for(port)
        running += [subprocess.Popen([*start, *worker], **quiet) for _ in range(2)]  # type: ignore[call-overload]
        yield master
    finally:
        for each in running:
            os.killpg(each.pid, signal.SIGTERM)
            each.wait(timeout=WAIT)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until something listens on a port."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(port)
