"""A project from its YAML file: strict, one line for each mistake."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from lokal.engine.dossier import Basis, Wording
from lokal.errors import PlanError
from lokal.intake.dossier_yaml import read_dossier
from lokal.intake.values import parse_value
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook
from lokal.rulebook.tree import Step, Tree, convert, parse_tree, read_file
from lokal.rulebook.words import nearest
from lokal.study.plan.model import Effect, Exits, Figure, Measure, Model, Project, Question, Source, Supplier, Target
from lokal.study.plan.order import ancestors, find_cycle

MAX_QUARTERS = 80


class _Figure(Struct, forbid_unknown_fields=True):
    value: Decimal
    source: str = ""
    assumed: Wording | None = None


_Number = Decimal | _Figure


class _Header(Struct, forbid_unknown_fields=True):
    id: str
    ru: str
    en: str
    starts: date
    quarters: int
    discount_rate: _Number = Decimal(0)
    basis: Basis = "claimed"
    readings: dict[str, str] = {}
    note: Wording | None = None


class _Model(Struct, forbid_unknown_fields=True):
    id: str
    dossier: str
    volumes: dict[str, _Number] | None = None
    ru: str = ""
    en: str = ""
    plant: str = ""


class _Measure(Struct, forbid_unknown_fields=True):
    id: str
    ru: str
    en: str
    models: tuple[str, ...]
    capital: _Number
    lead: _Number
    sets: dict[str, str] = {}
    adds: dict[str, str] = {}
    unit: _Number = Decimal(0)
    earliest: date | None = None
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    capacity: _Number | None = None
    smallest: _Number | None = None
    supplier: str = ""
    plant: str = ""
    note: Wording | None = None


class _Target(Struct, forbid_unknown_fields=True):
    model: str
    programme: str = ""
    points: int | None = None
    by: date | None = None
    per_car: _Number | None = None


class _Question(Struct, forbid_unknown_fields=True):
    id: str
    ru: str
    en: str
    targets: tuple[_Target, ...]
    models: tuple[str, ...] = ()


class _Supplier(Struct, forbid_unknown_fields=True):
    ru: str
    en: str
    country: str = ""


class _Exits(Struct, forbid_unknown_fields=True):
    supplier: Decimal = Exits().supplier
    country: dict[str, Decimal] = {}
    given_country: Decimal = Exits().given_country
    scenarios: int = Exits().scenarios
    seed: int = Exits().seed
    assumed: Wording | None = None


class _File(Struct, forbid_unknown_fields=True):
    plan: _Header
    models: tuple[_Model, ...]
    measures: tuple[_Measure, ...] = ()
    targets: tuple[_Target, ...] = ()
    questions: tuple[_Question, ...] = ()
    budgets: dict[str, _Number] = {}
    suppliers: dict[str, _Supplier] = {}
    sources: dict[str, Source] = {}
    exits: _Exits = field(default_factory=_Exits)


def read_project(path: Path, rulebook: Rulebook) -> Project:
    """Return the project of a plan file; dossiers are found from the file's own folder.

    Raises PlanError in one line with file and line; DossierError where a model's dossier is broken.
    """
    return parse_project(read_file(path, PlanError), str(path), rulebook, path.parent)


def parse_project(text: str, file: str, rulebook: Rulebook, folder: Path) -> Project:
    """Return the project of YAML text; `file` is the name that errors carry, `folder` is where dossiers are looked for."""
    tree = parse_tree(text, file, PlanError)
    form = convert(tree, _File, PlanError)
    reader = _Reader(tree, form, rulebook, folder)
    return reader.project()


def _fail(tree: Tree, at: tuple[Step, ...], ru: str, en: str) -> PlanError:
    return PlanError(ru, en, tree.place(*at))


class _Reader:
    """Turns the typed form into a project, checking what types cannot say."""

    def __init__(self, tree: Tree, form: _File, rulebook: Rulebook, folder: Path) -> None:
        self.tree, self.form, self.rulebook, self.folder = tree, form, rulebook, folder
        self.facts: Mapping[str, Fact] = declared_facts(rulebook)

    def project(self) -> Project:
        header = self.form.plan
        self._header()
        names = self._unique("models", [each.id for each in self.form.models])
        self._unique("measures", [each.id for each in self.form.measures])
        bare = Project(
            id=header.id,
            ru=header.ru,
            en=header.en,
            starts=header.starts,
            horizon=header.quarters,
            rate=self._figure(header.discount_rate, ("plan", "discount_rate"), "discount_rate", below=Decimal(2)),
            models=(),
            suppliers={name: Supplier(name, each.ru, each.en, each.country) for name, each in self.form.suppliers.items()},
            sources=self.form.sources,
            exits=self._exits(),
            basis=header.basis,
            readings=header.readings,
            note=header.note,
            file=self.tree.file,
        )
        if not names:
            raise _fail(self.tree, ("models",), "нет ни одной модели", "there is no model")
        models = tuple(self._model(index, each, bare) for index, each in enumerate(self.form.models))
        measures = tuple(self._measure(index, each, bare, names) for index, each in enumerate(self.form.measures))
        self._links(measures)
        self._overlaps(measures)
        targets = tuple(self._target(("targets", index), each, bare, names) for index, each in enumerate(self.form.targets))
        questions = tuple(self._question(index, each, bare, names) for index, each in enumerate(self.form.questions))
        budgets = {
            self._year(("budgets", year), year): self._figure(money, ("budgets", year), year) for year, money in self.form.budgets.items()
        }
        return replace(bare, models=models, measures=measures, targets=targets, questions=questions, budgets=budgets)

    def _header(self) -> None:
        header, at = self.form.plan, ("plan", "starts")
        if header.starts.day != 1 or header.starts.month % 3 != 1:
            raise _fail(
                self.tree, at, f"план начинается с первого дня квартала, а не {header.starts:%d.%m.%Y}",
                f"a plan starts on the first day of a quarter, not on {header.starts.isoformat()}",
            )  # fmt: skip
        if header.starts < self.rulebook.manifest.starts:
            first = self.rulebook.manifest.starts
            raise _fail(self.tree, at, f"закон известен с {first:%d.%m.%Y}", f"the law is known from {first.isoformat()}")
        if not 1 <= header.quarters <= MAX_QUARTERS:
            raise _fail(
                self.tree, ("plan", "quarters"), f"кварталов от 1 до {MAX_QUARTERS}, а не {header.quarters}",
                f"1 to {MAX_QUARTERS} quarters, not {header.quarters}",
            )  # fmt: skip

    def _exits(self) -> Exits:
        form = self.form.exits
        for value in (form.supplier, form.given_country, *form.country.values()):
            if not 0 <= value <= 1:
                raise _fail(self.tree, ("exits",), f"вероятность от 0 до 1, а не {value}", f"a chance is from 0 to 1, not {value}")
        return Exits(form.supplier, form.country, form.given_country, form.scenarios, form.seed, form.assumed)

    def _unique(self, section: str, names: list[str]) -> set[str]:
        for index, name in enumerate(names):
            if name in names[:index]:
                raise _fail(self.tree, (section, index), f"«{name}» уже есть", f"'{name}' is there twice")
        return set(names)

    def _known(self, name: str, names: Iterable[str], at: tuple[Step, ...], ru: str, en: str) -> None:
        if name not in names:
            hint = nearest(name, names)
            raise _fail(
                self.tree, at, f"нет {ru} «{name}»" + (f", возможно «{hint}»" if hint else ""),
                f"no {en} '{name}'" + (f", did you mean '{hint}'" if hint else ""),
            )  # fmt: skip

    def _figure(  # noqa: PLR0913  what a number may be
        self,
        number: Decimal | _Figure,
        at: tuple[Step, ...],
        name: str,
        *,
        signed: bool = False,
        whole: bool = False,
        below: Decimal | None = None,
    ) -> Figure:
        figure = Figure(number) if isinstance(number, Decimal) else Figure(number.value, number.source, number.assumed)
        value = figure.value
        if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
            raise _fail(self.tree, at, f"«{name}»: число {value} вне допустимых пределов", f"'{name}': the number {value} is out of range")
        if value < 0 and not signed:
            raise _fail(self.tree, at, f"«{name}»: {value} меньше нуля", f"'{name}': {value} is negative")
        if whole and value != value.to_integral_value():
            raise _fail(self.tree, at, f"«{name}»: ожидалось целое, а не {value}", f"'{name}': expected a whole number, not {value}")
        if below is not None and value >= below:
            raise _fail(
                self.tree, at, f"«{name}»: {value} — доля единицы, например 0.16", f"'{name}': {value} is a fraction, for example 0.16"
            )
        if figure.source:
            self._known(figure.source, self.form.sources, at, "источника", "source")
        return figure

    def _maybe(self, number: Decimal | _Figure | None, at: tuple[Step, ...], name: str) -> Figure | None:
        return None if number is None else self._figure(number, at, name, whole=True)

    def _year(self, at: tuple[Step, ...], text: str) -> int:
        if not (text.isdigit() and len(text) == 4):  # noqa: PLR2004  a calendar year
            raise _fail(self.tree, at, f"ожидался год, а не «{text}»", f"expected a year, not '{text}'")
        return int(text)

    def _model(self, index: int, form: _Model, project: Project) -> Model:
        at: tuple[Step, ...] = ("models", index)
        path = self.folder / form.dossier
        dossier = read_dossier(path, self.rulebook)
        volumes = {
            self._year((*at, "volumes", year), year): self._figure(number, (*at, "volumes", year), f"{form.id} {year}", whole=True)
            for year, number in (form.volumes or {}).items()
        }
        for year in project.years():
            if year not in volumes:
                raise _fail(
                    self.tree,
                    (*at, "volumes"),
                    f"у модели «{form.id}» нет выпуска на {year} год",
                    f"model '{form.id}' has no volume for {year}",
                )
        title = dossier.vehicle
        return Model(form.id, form.ru or title.ru, form.en or title.en, dossier, volumes, form.plant, form.dossier)

    def _effects(self, at: tuple[Step, ...], form: _Measure) -> Iterable[Effect]:
        for how, given in (("set", form.sets), ("add", form.adds)):
            for fact, text in given.items():
                place = (*at, f"{how}s", fact)
                self._known(fact, self.facts, place, "такого факта или операции:", "such fact or operation:")
                kind = self.facts[fact].kind
                if how == "add" and kind in {"flag", "points"}:
                    raise _fail(self.tree, place, f"«{fact}» не складывается", f"'{fact}' does not add up")
                low, high = parse_value(text, kind, fact, self.tree.place(*place))
                if low != high:
                    raise _fail(self.tree, place, f"«{fact}»: мероприятие даёт одно значение", f"'{fact}': a measure gives one value")
                yield Effect(fact, kind, low, "set" if how == "set" else "add")

    def _measure(self, index: int, form: _Measure, project: Project, models: set[str]) -> Measure:
        at: tuple[Step, ...] = ("measures", index)
        for name in form.models:
            self._known(name, models, (*at, "models"), "модели", "model")
        if form.supplier:
            self._known(form.supplier, project.suppliers, (*at, "supplier"), "поставщика", "supplier")
        lead = self._figure(form.lead, (*at, "lead"), "lead", whole=True)
        earliest = 0 if form.earliest is None else _first_quarter(project, form.earliest)
        return Measure(
            id=form.id,
            ru=form.ru,
            en=form.en,
            effects=tuple(self._effects(at, form)),
            models=form.models,
            capital=self._figure(form.capital, (*at, "capital"), "capital"),
            unit=self._figure(form.unit, (*at, "unit"), "unit", signed=True),
            lead=lead,
            earliest=earliest,
            requires=form.requires,
            excludes=form.excludes,
            capacity=self._maybe(form.capacity, (*at, "capacity"), "capacity"),
            smallest=self._maybe(form.smallest, (*at, "smallest"), "smallest"),
            supplier=form.supplier,
            plant=form.plant,
            note=form.note,
        )

    def _links(self, measures: tuple[Measure, ...]) -> None:
        names = [each.id for each in measures]
        for index, each in enumerate(measures):
            for key, linked in (("requires", each.requires), ("excludes", each.excludes)):
                for name in linked:
                    self._known(name, names, ("measures", index, key), "мероприятия", "measure")
        cycle = find_cycle({each.id: each.requires for each in measures})
        if cycle:
            shown = " → ".join(cycle)
            at = ("measures", names.index(cycle[0]), "requires")
            raise _fail(
                self.tree, at, f"мероприятия требуют друг друга по кругу: {shown}", f"measures require each other in a cycle: {shown}"
            )

    def _overlaps(self, measures: tuple[Measure, ...]) -> None:
        """Refuse two measures that set one fact of one model to different values, unless they exclude or require each other."""
        before = ancestors({each.id: each.requires for each in measures})
        setting: dict[tuple[str, str], list[tuple[Measure, Effect]]] = {}
        for index, each in enumerate(measures):
            for effect in each.effects:
                for model in each.models if effect.how == "set" else ():
                    for other, old in setting.setdefault((model, effect.fact), []):
                        linked = (
                            each.id in other.excludes
                            or other.id in each.excludes
                            or each.id in before[other.id]
                            or other.id in before[each.id]
                        )
                        if old.value != effect.value and not linked:
                            raise _fail(
                                self.tree, ("measures", index, "sets", effect.fact),
                                f"«{other.id}» и «{each.id}» ставят «{effect.fact}» по-разному: нужны excludes, requires или adds",
                                f"'{other.id}' and '{each.id}' set '{effect.fact}' differently: use excludes, requires or adds",
                            )  # fmt: skip
                    setting[model, effect.fact].append((each, effect))

    def _question(self, index: int, form: _Question, project: Project, models: set[str]) -> Question:
        at: tuple[Step, ...] = ("questions", index)
        for name in form.models:
            self._known(name, models, (*at, "models"), "модели", "model")
        chosen = form.models or tuple(sorted(models))
        targets = tuple(self._target((*at, "targets", number), each, project, set(chosen)) for number, each in enumerate(form.targets))
        return Question(form.id, form.ru, form.en, chosen, targets)

    def _target(self, at: tuple[Step, ...], form: _Target, project: Project, models: set[str]) -> Target:
        self._known(form.model, models, (*at, "model"), "модели", "model")
        if bool(form.programme) == (form.points is not None):
            raise _fail(self.tree, at, "у цели одно из двух: programme или points", "a target has one of the two: programme or points")
        if form.programme:
            self._known(form.programme, [each.id for each in self.rulebook.programmes], (*at, "programme"), "меры поддержки", "programme")
        if form.by is None and form.per_car is None:
            raise _fail(
                self.tree, at, "у цели нет срока (by) и денег (per_car): что-то одно нужно", "a target needs a day (by) or money (per_car)"
            )
        if form.by is not None and form.by < project.starts:
            raise _fail(
                self.tree, (*at, "by"), f"цель в прошлом: срок {form.by:%d.%m.%Y}, план начинается {project.starts:%d.%m.%Y}",
                f"the target is in the past: by {form.by.isoformat()}, the plan starts on {project.starts.isoformat()}",
            )  # fmt: skip
        if form.by is not None and form.by >= project.first_day(project.horizon):
            end = project.first_day(project.horizon)
            raise _fail(
                self.tree, (*at, "by"), f"срок {form.by:%d.%m.%Y} после конца плана ({end:%d.%m.%Y})",
                f"by {form.by.isoformat()} is after the plan's end ({end.isoformat()})",
            )  # fmt: skip
        money = None if form.per_car is None else self._figure(form.per_car, (*at, "per_car"), "per_car")
        return Target(form.model, form.programme, form.points, form.by, money)


def _first_quarter(project: Project, day: date) -> int:
    """Return the first quarter that begins on a day or after it."""
    quarter = project.quarter_of(day)
    return max(0, quarter if project.first_day(quarter) >= day else quarter + 1)
