"""Spark as the one who hands out parts: every task runs the same engine on its part and writes its part.

The files and the output folder must be reachable under the same path by every worker; each worker needs this package.
"""

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lokal.errors import EngineError
from lokal.fleet.job import Done, Job, score_part
from lokal.fleet.parts import Part

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PARTS_PER_CORE = 4


def on_spark(
    master: str | None = None, session: "SparkSession | None" = None
) -> Callable[[Job, list[Part], Path, Callable[[int, int], None]], list[Done]]:
    """Return a hand-out of parts over a Spark session: the given one, or one made for a master (by default this machine's cores).

    Raises EngineError where Spark or a Java runtime is missing.
    """

    def hand_out(job: Job, parts: list[Part], folder: Path, progress: Callable[[int, int], None]) -> list[Done]:
        spark = session or _session(master or "local[*]")
        try:
            context = spark.sparkContext
            order = context.broadcast(
                pickle.dumps((replace(job, profiles=str(Path(job.profiles).resolve()) if job.profiles else ""), str(folder.resolve())))
            )
            spread = context.parallelize(_absolute(parts), max(1, min(len(parts), context.defaultParallelism * _PARTS_PER_CORE)))
            done: list[Done] = [pickle.loads(each) for each in spread.mapPartitions(_task(order)).collect()]  # noqa: S301  our own tasks' answers
            progress(len(parts), len(parts))
            return done
        finally:
            if session is None:
                spark.stop()

    return hand_out


def _absolute(parts: list[Part]) -> list[Part]:
    return [replace(part, file=str(Path(part.file).resolve())) for part in parts]


def _task(order: Any) -> Callable[[Iterable[Part]], Iterable[bytes]]:  # noqa: ANN401  Spark's broadcast
    """Return what a task does with its parts; each law is planned once a task."""

    def run(parts: Iterable[Part]) -> Iterator[bytes]:
        job, folder = pickle.loads(order.value)  # noqa: S301  our own order
        laws = job.laws()
        for part in parts:
            yield pickle.dumps(score_part(job, part, Path(folder), laws))

    return run


def _session(master: str) -> "SparkSession":
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra that only this engine needs
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as problem:
        raise EngineError("нет Spark: pip install lokal[spark]", "Spark is missing: pip install lokal[spark]") from problem
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    local = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"} if _on_loopback(master) else {}
    builder = SparkSession.builder.master(master).appName("lokal").config("spark.ui.enabled", "false").config("spark.log.level", "ERROR")
    for name, value in local.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as problem:
        line = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise EngineError(
            f"Spark не запустился (нужна среда Java, например default-jre-headless): {line}",
            f"Spark did not start (it needs a Java runtime, for example default-jre-headless): {line}",
        ) from problem


def _on_loopback(master: str) -> bool:
    return master.startswith("local") or "127.0.0.1" in master or "localhost" in master
