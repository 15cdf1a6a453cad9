"""HiGHS on a model: time limit, gap, progress, and an interrupt that keeps the best plan so far."""

import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from lokal.errors import EngineError
from lokal.study.plan.milp import Milp

Ending = Literal["proven", "within_gap", "stopped", "infeasible", "nothing"]
"""Proven least; least within the gap asked; stopped with a plan by time or interrupt; no plan exists; stopped without a plan."""
_LARGEST_COST = 1e5
_NONE_YET = 1e300
_PAUSE = 0.5
"""Seconds between two reports."""


@dataclass(frozen=True)
class Progress:
    """How far a search is: cost of the best plan and the bound below it, as the solver sees them."""

    seconds: float
    best: float | None
    bound: float
    gap: float | None


@dataclass(frozen=True)
class Limits:
    """When to stop: seconds, relative gap; `report` is called now and then and may return True to stop."""

    seconds: float = 300.0
    gap: float = 0.0
    report: Callable[[Progress], bool | None] | None = None
    threads: int = 0


@dataclass(frozen=True)
class Solved:
    """What the solver found: the columns' values (floats, to be verified), best, bound and how it ended."""

    ending: Ending
    values: tuple[float, ...]
    best: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Return the proven relative distance between the plan and the bound."""
        return 0.0 if self.best == self.bound else abs(self.best - self.bound) / max(abs(self.best), 1e-9)


def solve(milp: Milp, limits: Limits) -> Solved:
    """Return the solver's answer to a model; Ctrl-C ends the search and keeps the best plan so far."""
    started = perf_counter()
    if not milp.cost:
        return _empty(milp)
    highs, scale = _load(milp, limits)
    _listen(highs, limits, scale, started)
    highs.HandleKeyboardInterrupt = True
    with suppress(KeyboardInterrupt), redirect_stdout(sys.stderr):  # the solver answers Ctrl-C in print
        highs.solve()
    return _read(highs, milp, limits, scale, perf_counter() - started)


def _empty(milp: Milp) -> Solved:
    """Answer a model with nothing to choose: doing nothing holds or it does not."""
    holds = all(low <= 0 <= high for low, high in zip(milp.row_lower, milp.row_upper, strict=True))
    return Solved("proven" if holds else "infeasible", (), milp.offset, milp.offset, 0.0)


def _load(milp: Milp, limits: Limits) -> tuple[Any, float]:
    try:
        import highspy  # noqa: PLC0415  heavy, and an extra
        import numpy as np  # noqa: PLC0415
    except ImportError as problem:
        raise EngineError(
            "для планов нужен решатель: установите lokal с дополнением plan", "plans need the solver: install lokal with the extra `plan`"
        ) from problem

    class Quiet(highspy.Highs):
        """The solver, silenced before its constructor can print a banner into a program's JSON."""

        def enableCallbacks(self) -> None:  # noqa: N802  the solver's own name
            self.setOptionValue("output_flag", False)  # noqa: FBT003
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    highs = Quiet()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {"time_limit": limits.seconds, "mip_rel_gap": limits.gap, "mip_abs_gap": 0.0, "random_seed": 1}
    if limits.threads:
        options["threads"] = limits.threads
    for name, value in options.items():
        highs.setOptionValue(name, value)
    lp = highspy.HighsLp()
    scale = max([1.0, *(abs(cost) / _LARGEST_COST for cost in milp.cost)])
    lp.num_col_, lp.num_row_ = len(milp.cost), len(milp.row_lower)
    lp.col_cost_ = np.asarray(milp.cost) / scale
    lp.offset_ = milp.offset / scale
    lp.col_lower_, lp.col_upper_ = np.asarray(milp.lower), np.asarray(milp.upper)
    lp.row_lower_, lp.row_upper_ = np.asarray(milp.row_lower), np.asarray(milp.row_upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.asarray(milp.starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.asarray(milp.index, dtype=np.int32)
    lp.a_matrix_.value_ = np.asarray(milp.value)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[whole] for whole in milp.whole]
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise EngineError("решатель не принял модель", "the solver refused the model")
    return highs, scale


def _listen(highs: Any, limits: Limits, scale: float, started: float) -> None:  # noqa: ANN401  the solver is untyped
    """Pass progress on, and stop the search when the listener asks."""
    stop: list[bool] = []
    told = [0.0]
    report = limits.report
    if report is None:
        return

    def heard(event: Any) -> None:  # noqa: ANN401
        data, seconds = event.data_out, perf_counter() - started
        if not stop and seconds >= told[0] + _PAUSE:
            told[0] = seconds
            tell(data, seconds)
        if stop:
            event.interrupt()

    def tell(data: Any, seconds: float) -> None:  # noqa: ANN401
        best = data.mip_primal_bound * scale if abs(data.mip_primal_bound) < _NONE_YET else None
        gap = data.mip_gap if abs(data.mip_gap) < _NONE_YET else None
        if report(Progress(seconds, best, data.mip_dual_bound * scale, gap)):
            stop.append(True)

    highs.cbMipInterrupt.subscribe(heard)


def _read(highs: Any, milp: Milp, limits: Limits, scale: float, seconds: float) -> Solved:  # noqa: ANN401
    import highspy  # noqa: PLC0415

    status, info = highs.getModelStatus(), highs.getInfo()
    states = highspy.HighsModelStatus
    if status in {states.kInfeasible, states.kUnboundedOrInfeasible}:
        return Solved("infeasible", (), 0.0, 0.0, seconds)
    if info.primal_solution_status != 2:  # noqa: PLR2004  the solver's code for a feasible point
        return Solved("nothing", (), 0.0, info.mip_dual_bound * scale, seconds)
    values = tuple(float(value) for value in highs.getSolution().col_value)
    best = info.objective_function_value * scale
    bound = info.mip_dual_bound * scale if any(milp.whole) else best
    done = status in {states.kOptimal, states.kObjectiveBound, states.kObjectiveTarget}
    ending: Ending = "stopped" if not done else "within_gap" if limits.gap > 0 and best - bound > 1e-6 * max(1.0, abs(best)) else "proven"
    return Solved(ending, values, best, bound, seconds)
