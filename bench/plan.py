"""The planner's speed: proven gaps on random projects over the real rulebook, building against solving, linopy by hand, the scenarios.

Run by hand or by `make bench`. Settings come from the environment:
LOKAL_PLAN_SECONDS  time limit of the large project (default 300)
LOKAL_PLAN_SKIP     names of sections to leave out, separated by commas: small, hand, rival, large, shock
"""

import os
import random
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from statistics import median
from time import perf_counter

from msgspec.structs import replace

import lokal
from lokal.engine.dossier import Dossier, Statement, Vehicle
from lokal.engine.interpret import interpret
from lokal.engine.known import Look, known_facts
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import FactKind, Rulebook
from lokal.study.exposure import exposure, loss_of, rescored
from lokal.study.plan.answer import Planner, evaluate, read_choices
from lokal.study.plan.binding import instances
from lokal.study.plan.formulate import formulate
from lokal.study.plan.model import Effect, Exits, Figure, Measure, Model, Project, Supplier, Target
from lokal.study.plan.solve import Limits, solve
from lokal.study.plan.world import World
from lokal.study.scenarios import draw, score_scenarios

STARTS = date(2027, 1, 1)
TOP: dict[FactKind, Decimal] = {
    "flag": Decimal(1),
    "share": Decimal("0.9"),
    "count": Decimal(4),
    "points": Decimal(245),
    "money": Decimal(10**9),
}
SUPPLIERS = 60
SEEDS = (1, 2, 3, 4, 5)
HAND_SEEDS = (1, 2, 3)
SHARES = ((Fraction(1, 4), 4), (Fraction(1, 2), 7))
"""Targets: a share of what is possible, by an eighth of the time."""
WORTH = Fraction(5, 8)
"""Rival projects: a share of what is possible that brings money for each car."""
TIGHT = Decimal("0.55")
"""Budget of a year as a part of all capital over the years: it binds."""


def figure(value: int | Decimal) -> Figure:
    """Return a figure."""
    return Figure(Decimal(value))


def car(number: int, seed: random.Random, rulebook: Rulebook, *, rich: bool = False) -> Dossier:
    """Return a made-up petrol car: welded and painted, with some components fitted and, where `rich`, parts of many suppliers."""
    statements = [Statement("body_shell.welding", Decimal(1), Decimal(1)), Statement("body_shell.painting", Decimal(1), Decimal(1))]
    for name, fact in declared_facts(rulebook).items():
        if fact.implied:
            continue
        if name.endswith(".fitted") or fact.kind == "count":
            value = TOP[fact.kind]
            statements.append(Statement(name, value, value))
        elif rich and fact.kind in {"flag", "points"} and seed.random() < 0.3:
            value = TOP[fact.kind]
            statements.append(Statement(name, value, value, by=f"s{seed.randrange(SUPPLIERS)}"))
    return Dossier(Vehicle(f"v{number}", "Машина", "Car", "M1", "ice"), tuple(statements))


def useful(rulebook: Rulebook, dossier: Dossier) -> list[tuple[Effect, Fraction]]:
    """Return the single effects that give a car points at the end, with the points."""
    world = World(Project("u", "u", "u", STARTS, 12, figure(0), (Model("u", "u", "u", dossier, {}),)), rulebook)
    moment = world.moment("u", date(2029, 1, 1))
    scale, facts = world.scale(moment), declared_facts(rulebook)
    states = known_facts(dossier, facts, Look(moment))
    base = interpret(scale, "M1", "ice", states).points.low
    found = []
    for name, fact in facts.items():
        if not fact.implied and not name.endswith(".fitted") and "." in name and fact.kind in {"flag", "share", "points"}:
            effect = Effect(name, fact.kind, TOP[fact.kind])
            gain = interpret(scale, "M1", "ice", world.applied(states, [measure("x", (effect,), ("u",), 0)])).points.low - base
            if gain > 0:
                found.append((effect, gain))
    return found


def measure(name: str, effects: tuple[Effect, ...], models: tuple[str, ...], capital: int, **more: object) -> Measure:
    """Return a measure."""
    return Measure(name, name, name, effects, models, figure(capital), more.pop("unit", figure(0)), more.pop("lead", figure(1)), **more)  # type: ignore[arg-type]


def project(measures: int, quarters: int, models: int, rulebook: Rulebook, *, rival: bool = False, seed: int = 1) -> Project:  # noqa: PLR0913
    """Return a made-up project with binding budgets and, half-way and near the end, hard targets.

    Where `rival`, measures compete for the same operations, exclude each other, have capacities, and cars with many points bring money: a harder search.
    """
    rng = random.Random(seed)  # noqa: S311  a bench, not a secret
    dossier = car(0, rng, rulebook)
    pool = useful(rulebook, dossier)
    rng.shuffle(pool)
    pool = sorted(pool, key=lambda each: -each[1])[: measures * 3 // 4] if rival else pool
    names = [f"v{number}" for number in range(models)]
    years = range(STARTS.year, STARTS.year + (quarters + 3) // 4)
    cars = tuple(Model(name, name, name, dossier, {year: figure(rng.randrange(5, 60) * 1000) for year in years}) for name in names)
    made: list[Measure] = []
    for number in range(measures):
        count = rng.choice((1, 1, 2, 3))
        picked = rng.sample(pool, count) if rival else [pool[(number * 2 + step) % len(pool)] for step in range(count)]
        served = tuple(sorted(rng.sample(names, rng.randint(1, min(models, 6)))))
        gain = int(sum((points for _, points in picked), Fraction(0)))
        more: dict[str, object] = {"lead": figure(rng.randint(1, min(8, quarters // 3))), "supplier": f"s{rng.randrange(20)}"}
        if number > 5 and rng.random() < 0.2:
            more["requires"] = (made[rng.randrange(number)].id,)
        if rival and number and rng.random() < 0.15:
            more["excludes"] = (made[rng.randrange(number)].id,)
        if rng.random() < 0.3:
            more["smallest"] = figure(rng.randrange(10, 60) * 1000)
        if rival and rng.random() < 0.3:
            more["capacity"] = figure(rng.randrange(60, 150) * 1000)
        if rng.random() < 0.3:
            more["unit"] = figure(rng.randrange(-2, 8))
        made.append(
            measure(f"m{number}", tuple(effect for effect, _ in picked), served, rng.randrange(50, 150) * max(5, gain) * 50, **more)
        )
    return _aimed(
        Project("bench", "bench", "bench", STARTS, quarters, figure(Decimal("0.15")), cars, tuple(made)), rulebook, years, rival=rival
    )


def _aimed(bare: Project, rulebook: Rulebook, years: range, *, rival: bool) -> Project:
    """Return a project with targets at shares of what all its measures would give, and budgets that bind."""
    world = World(bare, rulebook)
    everything = frozenset(each.id for each in bare.measures)
    targets: list[Target] = []
    for model in bare.models:
        moment = world.spans(model.id, bare.horizon - 1)[-1].moment
        most, least = (world.points(model.id, moment, live).low for live in (everything, frozenset()))
        for share, part in SHARES:
            targets.append(Target(model.id, points=int(least + (most - least) * share), by=bare.first_day(bare.horizon * part // 8)))
        if rival:
            targets.append(Target(model.id, points=int(least + (most - least) * WORTH), per_car=figure(30)))
    total = sum((each.capital.value for each in bare.measures), Decimal(0))
    budgets = {year: figure(int(total / len(years) * TIGHT)) for year in years}
    return replace(bare, targets=tuple(targets), budgets=budgets)


@dataclass(frozen=True)
class Timing:
    """Seconds of the engine's tables, of the rows made from them, and of the solver; with the cost found."""

    tables: float
    rows: float
    solved: float
    best: float

    @property
    def whole(self) -> float:
        """Return the time from a project to its plan."""
        return self.tables + self.rows + self.solved


def timed(name: str, made: Project, rulebook: Rulebook, limits: Limits) -> tuple[Planner, Timing]:
    """Print how long a project takes to build and to solve, and the gap it reaches."""
    began = perf_counter()
    planner = Planner(made, rulebook)
    ask = planner.ask()
    tuple(instances(planner.world, planner.tabler, ask))
    tabled = perf_counter() - began
    form = formulate(planner.world, planner.tabler, ask)
    built = perf_counter() - began
    solved = solve(form.milp, limits)
    print(f"{name}: {len(form.milp.cost)} columns, {len(form.milp.row_lower)} rows, {len(form.milp.index)} non-zeros")
    print(
        f"  tables by the engine {tabled:.2f} s, rows {built - tabled:.2f} s, {solved.ending} in {solved.seconds:.1f} s, gap {solved.gap * 100:.2f} %"
    )
    if solved.values:
        began = perf_counter()
        faults = evaluate(planner.world, ask, read_choices(planner.world, form, solved)).faults
        print(f"  scored again by the interpreter in {perf_counter() - began:.1f} s: {'holds' if not faults else faults[0]}", flush=True)
    return planner, Timing(tabled, built - tabled, solved.seconds, solved.best)


def by_hand(planner: Planner, limits: Limits) -> Timing | None:
    """Return the time of the model as written by hand in linopy on the same solver, its tables given; None where linopy is missing."""
    try:
        from byhand.plan_linopy import ByHand  # noqa: PLC0415  linopy is an extra of the bench
    except ImportError:
        print("  linopy is not installed here: `make bench` brings it")
        return None
    began = perf_counter()
    hand = ByHand(planner)
    model = hand.build()
    built = perf_counter() - began
    with redirect_stdout(StringIO()):  # the solver's banner
        model.solve("highs", io_api="direct", mip_rel_gap=limits.gap, time_limit=limits.seconds, log_to_console=False, progress=False)
    return Timing(0.0, built, perf_counter() - began - built, float(model.objective.value) * hand.scale)


def small(rulebook: Rulebook, *, hand: bool) -> None:
    """Print the time to a proven 1 % gap over seeds, each followed by the same model written by hand."""
    limits, ours, ratios = Limits(300, 0.01), [], []
    for seed in SEEDS:
        planner, mine = timed(
            f"60 measures x 20 quarters x 8 models, seed {seed}", project(60, 20, 8, rulebook, seed=seed), rulebook, limits
        )
        ours.append(mine)
        theirs = by_hand(planner, limits) if hand and seed in HAND_SEEDS else None
        if theirs:
            ratios.append(theirs.whole / mine.whole)
            print(
                f"  by hand in linopy: built {theirs.rows:.2f} s (tables given), handed over and solved {theirs.solved:.1f} s; cost {theirs.best / mine.best:.4f} of ours"
            )
    times = sorted(each.whole for each in ours)
    shares = sorted((each.tables + each.rows) / each.solved for each in ours)
    rows = sorted(each.rows / each.solved for each in ours)
    print(f"60 x 20 x 8 to a proven 1 %, {len(ours)} seeds: median {median(times):.1f} s, worst {times[-1]:.1f} s (goal: under 60)")
    print(
        f"  building/solving: median {median(shares):.3f}, worst {shares[-1]:.3f} with the engine's tables; {median(rows):.3f} without (goal: under 0.1)"
    )
    if ratios:
        print(
            f"  by hand in linopy takes {median(ratios):.1f} times our time ({', '.join(f'{each:.1f}' for each in ratios)}), its import not counted"
        )


def shocks(rulebook: Rulebook, count: int = 50) -> None:
    """Print how much faster 10,000 scenarios of many models are than scoring each again."""
    rng = random.Random(3)  # noqa: S311
    names = [f"v{number}" for number in range(count)]
    cars = tuple(Model(name, name, name, car(number, rng, rulebook, rich=True), {2027: figure(1)}) for number, name in enumerate(names))
    suppliers = {f"s{number}": Supplier(f"s{number}", "s", "s", f"c{number % 6}") for number in range(SUPPLIERS)}
    fleet = Project("fleet", "fleet", "fleet", STARTS, 1, figure(0), cars, suppliers=suppliers)
    exits = Exits(supplier=Decimal("0.05"), country={f"c{number}": Decimal("0.1") for number in range(6)})
    world = World(fleet, rulebook)
    began = perf_counter()
    exposed = exposure(world)
    tabled = perf_counter() - began
    out = draw(exposed, exits)
    began = perf_counter()
    totals, scale = score_scenarios(exposed, out)
    scored = perf_counter() - began
    rows = list(range(0, len(out), len(out) // 4))[:4]
    began = perf_counter()
    same = 0
    for row in rows:
        lost = loss_of(unit for unit, flag in zip(exposed.units, out[row], strict=True) if flag)
        for column, name in enumerate(names):
            same += Fraction(int(totals[row, column]), scale) == rescored(exposed, name, lost)
    each = (perf_counter() - began) / (len(rows) * count)
    whole = each * len(out) * count
    print(f"scenarios: {len(out)} x {count} models, {len(exposed.units)} suppliers, {sum(len(m.tables) for m in exposed.models)} tables")
    print(f"  tables {tabled:.1f} s, scenarios {scored:.2f} s; one by the interpreter {each * 1000:.1f} ms, so all {whole:.0f} s")
    print(f"  {whole / scored:,.0f} times as fast ({whole / (scored + tabled):,.0f} with the tables); {same} of {len(rows) * count} agree")


def main() -> None:
    """Run the sections asked for."""
    skip = set(os.environ.get("LOKAL_PLAN_SKIP", "").split(","))
    rulebook = lokal.load_rulebook()
    if "small" not in skip:
        small(rulebook, hand="hand" not in skip)
    if "rival" not in skip:
        timed(
            "60 x 20 x 8 with rival measures and money per car, 60 s", project(60, 20, 8, rulebook, rival=True), rulebook, Limits(60, 0.01)
        )
    if "large" not in skip:
        seconds = float(os.environ.get("LOKAL_PLAN_SECONDS", "300"))
        timed("200 measures x 40 quarters x 30 models", project(200, 40, 30, rulebook), rulebook, Limits(seconds, 0.01))
    if "shock" not in skip:
        shocks(rulebook)


if __name__ == "__main__":
    main()
