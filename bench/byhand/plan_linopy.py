"""The planning model as one would write it by hand in linopy: arrays over measures, models and quarters, every target in every quarter.

The tables of points are given; nothing of the package's own formulation is used, except the look of a table as a sum or as steps.
"""

from collections.abc import Sequence
from fractions import Fraction

import linopy
import numpy as np
import xarray as xr

from lokal.study.plan.answer import Planner
from lokal.study.plan.binding import hard_spans
from lokal.study.plan.encode import Linear, Steps, shape_of
from lokal.study.plan.formulate import weights_of
from lokal.study.plan.model import Measure
from lokal.study.plan.tables import Table
from lokal.study.plan.world import quarters_money

Row = tuple[list[float], list[int], float]


class ByHand:
    """Builds the model of a project that has hard targets and sets of measures only."""

    def __init__(self, planner: Planner) -> None:
        """Lay out the columns: started[measure, quarter] and served[measure, model, quarter], both never falling."""
        self.planner, self.project = planner, planner.project
        self.measures = planner.world.measures
        self.horizon = self.project.horizon
        self.model = linopy.Model()
        first = np.array([each.earliest for each in self.measures])
        last = np.array([self.project.last_start(each) for each in self.measures])
        names = [each.id for each in self.project.models]
        may = np.array([[name in each.models for name in names] for each in self.measures])
        quarters = np.arange(self.horizon)
        early = quarters[None, :] < first[:, None]
        self.late = quarters[None, :] > last[:, None]
        coords = {"m": np.arange(len(self.measures)), "k": np.arange(len(names)), "q": quarters}
        own = {name: coords[name] for name in ("m", "q")}
        upper = xr.DataArray(np.where(early, 0.0, 1.0), coords=own, dims=["m", "q"])
        both = xr.DataArray(np.where(early[:, None, :] | ~may[:, :, None], 0.0, 1.0), coords=coords, dims=["m", "k", "q"])
        self.started = self.model.add_variables(0, upper, integer=True, name="started")
        self.served = self.model.add_variables(0, both, integer=True, name="served")
        self.at, self.by = self.started.labels.values, self.served.labels.values
        self.names = {name: place for place, name in enumerate(names)}
        self.place = {each.id: place for place, each in enumerate(self.measures)}
        self.rows: list[Row] = []

    def build(self) -> linopy.Model:
        """Return the filled model."""
        started, served = self.started, self.served
        step, join = (each - each.shift(q=1).fillna(0) for each in (started, served))
        late = xr.DataArray(self.late, dims=["m", "q"], coords={"m": started.coords["m"], "q": started.coords["q"]})
        self.model.add_constraints(step >= 0, name="kept")
        self.model.add_constraints(step <= 0, name="ended", mask=late)
        self.model.add_constraints(join >= 0, name="kept_model")
        self.model.add_constraints(join - step <= 0, name="joined")
        self.model.add_constraints(served.sum("k").isel(q=-1) - started.isel(q=-1) >= 0, name="serves")
        for measure in self.measures:
            self._links(measure)
            self._volumes(measure)
        self._budgets()
        self._targets()
        self._rows()
        self._objective()
        return self.model

    def _links(self, measure: Measure) -> None:
        mine = self.place[measure.id]
        for name in measure.requires:
            other, lead = self.place[name], self.project.measure(name).quarters
            pairs = [(self.at[mine], self.at[other])]
            pairs += [
                (self.by[mine, self.names[k]], self.by[other, self.names[k]]) for k in measure.models if k in self.measures[other].models
            ]
            for later, earlier in pairs:
                for quarter in range(self.horizon):
                    ready = [earlier[quarter - lead]] if quarter >= lead else []
                    self.rows.append(([-1.0, *(1.0 for _ in ready)], [later[quarter], *ready], 0.0))
        for name in measure.excludes:
            self.rows.append(([-1.0, -1.0], [self.at[mine, -1], self.at[self.place[name], -1]], -1.0))

    def _volumes(self, measure: Measure) -> None:
        mine = self.place[measure.id]
        for year in self.project.years():
            last = max(quarter for quarter in range(self.horizon) if self.project.year(quarter) == year) - measure.quarters
            cars = [float(self.project.model(k).volumes[year].value) for k in measure.models]
            columns = [self.by[mine, self.names[k], last] for k in measure.models]
            for limit, sign in ((measure.smallest, 1.0), (measure.capacity, -1.0)):
                if limit and last >= 0:
                    self.rows.append(([*(sign * each for each in cars), -sign * float(limit.value)], [*columns, self.at[mine, last]], 0.0))

    def _budgets(self) -> None:
        for year, budget in self.project.budgets.items():
            ours = [self.project.year(quarter) == year for quarter in range(self.horizon)]
            coefficients = np.zeros((len(self.measures), self.horizon))
            for row, each in enumerate(self.measures):
                paid = [sum(ours[start : start + each.payments]) for start in range(self.project.last_start(each) + 1)]
                coefficients[row] = float(each.capital.value) / each.payments * _at_start(self.horizon, paid)
            spent = (xr.DataArray(coefficients, dims=["m", "q"]) * self.started).sum()
            self.model.add_constraints(spent <= float(budget.value), name=f"budget_{year}")

    def _targets(self) -> None:
        world, tabler = self.planner.world, self.planner.tabler
        bars: list[tuple[dict[int, float], float]] = []
        steps: list[tuple[int, list[list[int]]]] = []
        for target in self.project.targets:
            for span in hard_spans(self.project, world, target):
                tables = tabler.tables(target.model, span.moment, target.programme)
                short, terms = float(world.bar(target, span.moment) - tables.rest), {}
                for table in tables.terms:
                    short -= self._term(table, self.names[target.model], span.quarter, terms, steps)
                bars.append((terms, short))
        extra = self.model.add_variables(0, 1, coords=[np.arange(len(steps))], dims=["s"], name="steps").labels.values
        for number, covers in steps:
            self.rows += [([*(1.0 for _ in cover), -1.0], [*cover, extra[number]], 0.0) for cover in covers]
        for terms, short in bars:
            columns = [extra[-1 - each] if each < 0 else each for each in terms]
            self.rows.append((list(terms.values()), columns, short))

    def _term(self, table: Table, model: int, quarter: int, terms: dict[int, float], steps: list[tuple[int, list[list[int]]]]) -> float:
        """Add a term's columns (steps count down from -1) and return its start."""
        works = [quarter - self.project.measure(name).quarters for name in table.measures]
        able = sum(1 << bit for bit, place in enumerate(works) if place >= 0)
        column = [int(self.by[self.place[name], model, place]) for name, place in zip(table.measures, works, strict=True)]
        shape = shape_of(table, able)
        if isinstance(shape, Linear):
            for bit, gain in shape.each:
                terms[column[bit]] = terms.get(column[bit], 0.0) + float(gain)
            return float(shape.start)
        if not isinstance(shape, Steps):
            raise TypeError(shape)
        for gain, covers in shape.steps:
            steps.append((len(steps), [[column[bit] for bit in cover] for cover in covers]))
            terms[-len(steps)] = float(gain)
        return float(shape.start)

    def _rows(self) -> None:
        """Add the collected rows (sum >= bound) as one block, padded to its longest row."""
        width = max(len(columns) for _, columns, _ in self.rows)
        values = np.array([each + [np.nan] * (width - len(each)) for each, _, _ in self.rows])
        columns = np.array([list(each) + [-1] * (width - len(each)) for _, each, _ in self.rows])
        data = xr.Dataset({"coeffs": (("row", "_term"), values), "vars": (("row", "_term"), columns)})
        bounds = xr.DataArray(np.array([bound for _, _, bound in self.rows]), dims="row")
        self.model.add_constraints(linopy.LinearExpression(data, self.model) >= bounds, name="rows")

    def _objective(self) -> None:
        money = quarters_money(self.project.rate.value, self.horizon)
        capital = np.zeros((len(self.measures), self.horizon))
        running = np.zeros((len(self.measures), len(self.names), self.horizon))
        for row, each in enumerate(self.measures):
            capital[row] = float(each.capital.value) * _at_start(self.horizon, weights_of(self.project, each))
            for name in each.models if each.unit.value else ():
                for quarter in range(each.quarters, self.horizon):
                    cars = float(self.project.model(name).volumes[self.project.year(quarter)].value) / 4
                    running[row, self.names[name], quarter - each.quarters] += float(each.unit.value) * cars * float(money[quarter])
        scale = max(1.0, abs(capital).max() / 1e5, abs(running).max() / 1e5)
        paid = (xr.DataArray(capital / scale, dims=["m", "q"]) * self.started).sum()
        self.model.add_objective(paid + (xr.DataArray(running / scale, dims=["m", "k", "q"]) * self.served).sum())
        self.scale = scale


def _at_start(horizon: int, weights: Sequence[Fraction | int]) -> np.ndarray:
    """Return coefficients of started[q] whose sum is `weights[q]` when a measure starts in quarter q."""
    line = np.zeros(horizon)
    line[: len(weights)] = [float(each) for each in weights]
    line[: len(weights) - 1] -= line[1 : len(weights)]
    return line
