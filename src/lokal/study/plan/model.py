"""A project to plan, as frozen values: models, measures, targets, money, each figure with its origin.

Money is in thousands of roubles, exact decimals. Time is counted in quarters from the project's start; a measure started in quarter
`s` works from the first day of quarter `s + lead`, for all the models it was started for.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from lokal.engine.dossier import Basis, Dossier, Wording
from lokal.rulebook.model import FactKind

MONTHS = 3
PER_YEAR = 4


class Frozen(Struct, frozen=True, omit_defaults=True):
    """Base settings of the project's records."""


class Figure(Frozen, frozen=True):
    """A number with its origin: a source of the file, an assumption and its reason, or neither (the user's own input)."""

    value: Decimal
    source: str = ""
    assumed: Wording | None = None


class Effect(Frozen, frozen=True):
    """What a working measure does to one fact: `set` it to a value, or `add` an amount to what is known."""

    fact: str
    kind: FactKind
    value: Decimal
    how: Literal["set", "add"] = "set"


class Supplier(Frozen, frozen=True):
    """Who supplies a part, and from which country."""

    id: str
    ru: str
    en: str
    country: str = ""


class Measure(Frozen, frozen=True):
    """A step that localises operations: what it does, for which models, when it may start, what it costs."""

    id: str
    ru: str
    en: str
    effects: tuple[Effect, ...]
    models: tuple[str, ...]
    capital: Figure
    unit: Figure
    """Change of the cost of one car, thousand RUB; negative for a saving."""
    lead: Figure
    """Quarters from start to work."""
    earliest: int = 0
    """First quarter in which it may start."""
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    capacity: Figure | None = None
    """Cars a year."""
    smallest: Figure | None = None
    """Smallest economic volume, cars a year, over all models it serves."""
    supplier: str = ""
    plant: str = ""
    note: Wording | None = None

    @property
    def quarters(self) -> int:
        """Return the lead time in quarters."""
        return int(self.lead.value)

    @property
    def payments(self) -> int:
        """Return in how many equal quarterly payments the capital is spent: over the lead time, at least one."""
        return max(1, self.quarters)


class Model(Frozen, frozen=True):
    """A car to plan for: its dossier, plant and yearly volumes."""

    id: str
    ru: str
    en: str
    dossier: Dossier
    volumes: dict[int, Figure]
    plant: str = ""
    path: str = ""


class Target(Frozen, frozen=True):
    """What a model is to reach: a programme's bar or a number of points, by a day (hard), or for money per car (soft), or both."""

    model: str
    programme: str = ""
    points: int | None = None
    by: date | None = None
    per_car: Figure | None = None


class Exits(Frozen, frozen=True):
    """Chances of the Monte Carlo of exits: of a supplier by itself, of a country's break, of a supplier given its country's break."""

    supplier: Decimal = Decimal("0.02")
    country: dict[str, Decimal] = {}
    given_country: Decimal = Decimal("0.8")
    scenarios: int = 10_000
    seed: int = 2022
    assumed: Wording | None = None
    """Why these chances, where they are nobody's published figures."""


class Source(Frozen, frozen=True, forbid_unknown_fields=True):
    """Where a figure was published."""

    ru: str
    en: str
    url: str = ""
    date: str = ""
    confidence: str = ""


class Question(Frozen, frozen=True):
    """One question of a file: which models together, with which targets."""

    id: str
    ru: str
    en: str
    models: tuple[str, ...]
    targets: tuple[Target, ...]


class Project(Frozen, frozen=True):
    """Everything that a plan is made from."""

    id: str
    ru: str
    en: str
    starts: date
    horizon: int
    rate: Figure
    models: tuple[Model, ...]
    measures: tuple[Measure, ...] = ()
    targets: tuple[Target, ...] = ()
    questions: tuple[Question, ...] = ()
    """Where a file asks several questions, each with its own models and targets."""
    budgets: dict[int, Figure] = {}
    suppliers: dict[str, Supplier] = {}
    sources: dict[str, Source] = {}
    exits: Exits = Exits()
    basis: Basis = "claimed"
    readings: dict[str, str] = {}
    note: Wording | None = None
    file: str = ""

    def first_day(self, quarter: int) -> date:
        """Return the first day of a quarter of the plan."""
        months = self.starts.year * 12 + self.starts.month - 1 + MONTHS * quarter
        return date(months // 12, months % 12 + 1, 1)

    def year(self, quarter: int) -> int:
        """Return the calendar year of a quarter."""
        return self.first_day(quarter).year

    def quarter_of(self, day: date) -> int:
        """Return the quarter that holds a day; negative before the start."""
        return ((day.year - self.starts.year) * 12 + day.month - self.starts.month) // MONTHS

    def years(self) -> tuple[int, ...]:
        """Return the calendar years that the plan touches."""
        return tuple(range(self.year(0), self.year(self.horizon - 1) + 1))

    def model(self, name: str) -> Model:
        """Return a model by its name."""
        return next(each for each in self.models if each.id == name)

    def measure(self, name: str) -> Measure:
        """Return a measure by its name."""
        return next(each for each in self.measures if each.id == name)

    def last_start(self, measure: Measure) -> int:
        """Return the last quarter in which a measure may start and still work within the plan."""
        return self.horizon - 1 - measure.quarters

    def can_start(self, measure: Measure) -> bool:
        """Tell whether a measure can work at all within the plan."""
        return measure.earliest <= self.last_start(measure)


def asked(project: Project, question: Question) -> Project:
    """Return the project of one question: its models and targets, and the measures that can serve them."""
    kept = []
    for each in project.measures:
        models = tuple(name for name in each.models if name in question.models)
        if models or not each.models:
            kept.append(replace(each, models=models))
    names = {each.id for each in kept}
    measures = tuple(replace(each, excludes=tuple(name for name in each.excludes if name in names)) for each in kept)
    ours = tuple(each for each in project.models if each.id in question.models)
    return replace(project, models=ours, measures=measures, targets=question.targets, questions=())


class Choice(Frozen, frozen=True):
    """A measure of a plan: the quarter it starts in and the models it serves."""

    measure: str
    quarter: int
    models: tuple[str, ...]
