"""Acts into a dossier: for the vehicle they apply to, nothing twice, and what several suppliers of one part mean for the score."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

import msgspec

from lokal.engine.dossier import Basis, Dossier, Statement
from lokal.engine.interpret import Subject, interpret_block
from lokal.engine.known import Look, known_facts
from lokal.engine.outcome import Bounds
from lokal.errors import DossierError, Place, Words
from lokal.intake.acts import ActOperation, ComponentAct
from lokal.intake.values import parse_value
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import FactKind, Rulebook
from lokal.scale.compile import Compiler
from lokal.scale.model import Scale, ScaleBlock
from lokal.scale.reads import facts_read

MAX_CHOICES = 4_096
Choice = Mapping[str, str]
"""For each component with several makers, the INN of the maker chosen."""


@dataclass(frozen=True, slots=True)
class ActCode:
    """Something to know about one line of an act: a code of the closed list, the act, the operation, both languages' words."""

    code: str
    act: str
    operation: str
    words: Words


@dataclass(frozen=True)
class Supplied:
    """A dossier with its acts: the file as given, the dossier under one choice of suppliers, what was odd."""

    dossier: Dossier
    codes: tuple[ActCode, ...]


@dataclass(frozen=True)
class Source:
    """A component with several makers: their INNs and parts in the deliveries, which add up to 1."""

    component: str
    mixes: dict[str, Fraction]


@dataclass(frozen=True)
class Sourcing:
    """What several sources of parts do to the score: surely, on average, and the choices at both ends."""

    guaranteed: Fraction
    expected: Fraction
    best: Fraction
    worst_choice: dict[str, str]
    sources: tuple[Source, ...]
    points: Bounds


def sources_of(acts: Sequence[ComponentAct]) -> tuple[Source, ...]:
    """Return the components that several makers supply; parts in the deliveries not given are shared equally.

    Raises DossierError where the given parts do not add up to 1.
    """
    makers: dict[str, dict[str, ComponentAct]] = {}
    for act in sorted(acts, key=lambda act: act.known):
        makers.setdefault(act.component, {})[act.inn] = act
    found = []
    for component, by_inn in makers.items():
        if len(by_inn) < 2:  # noqa: PLR2004  two makers are a choice
            continue
        given = {inn: Fraction(act.mix) for inn, act in by_inn.items() if act.mix is not None}
        rest = 1 - sum(given.values(), Fraction(0))
        blank = [inn for inn in by_inn if inn not in given]
        if rest < 0 or (rest and not blank):
            total = 1 - rest
            raise DossierError(
                f"«{component}»: доли поставщиков дают {total}, а должны 1",
                f"'{component}': the suppliers' parts add up to {total}, not to 1",
            )
        found.append(Source(component, {inn: given[inn] if inn in given else rest / len(blank) for inn in by_inn}))
    return tuple(found)


def with_acts(dossier: Dossier, acts: Iterable[ComponentAct], rulebook: Rulebook, choice: Choice | None = None) -> Supplied:
    """Return a dossier with the operations of acts added: those that the law scores for its vehicle, nothing counted twice.

    Of a component with several makers only the chosen maker's acts are added. A line of an act that cannot be used comes out with
    its code and is left out.
    """
    chosen = choice or {}
    used = [act for act in acts if chosen.get(act.component, act.inn) == act.inn]
    declared = declared_facts(rulebook)
    statements, codes = list(dossier.statements), []
    papers = dict(dossier.evidence)
    for act in sorted(used, key=lambda act: (act.known, act.issued)):
        why = _other_vehicle(act, dossier)
        if why:
            codes.append(ActCode("other_vehicle", act.number, "", why))
            continue
        scale = _scale_of(rulebook, act)
        paper = act.paper()
        name = act.key if papers.get(act.key, paper) == paper else f"{act.key} {act.inn}"
        papers[name] = paper
        for operation in act.operations:
            statement = _statement(act, name, operation, declared[operation.operation].kind)
            code = _refusal(statement, operation, dossier, scale, act)
            if code:
                codes.append(code)
            if code is None or code.code == "points_differ":
                statements.append(statement)
    return Supplied(msgspec.structs.replace(dossier, statements=tuple(statements), evidence=papers), tuple(codes))


def sourcing(  # noqa: PLR0913  a question has this many parts
    dossier: Dossier,
    acts: Sequence[ComponentAct],
    rulebook: Rulebook,
    on: date,
    *,
    basis: Basis = "documented",
    known: date = date.max,
) -> Sourcing:
    """Return the guaranteed, expected and best low end of the score over every choice of suppliers.

    Only the blocks that a choice touches are scored again. Raises DossierError where there are more choices than can be tried.
    """
    sources = sources_of(acts)
    count = 1
    for source in sources:
        count *= len(source.mixes)
    if count > MAX_CHOICES:
        raise DossierError(f"сочетаний поставщиков {count}, больше {MAX_CHOICES}", f"{count} choices of suppliers, over {MAX_CHOICES}")
    scale = Compiler(rulebook, on, known=known).scale()
    look = Look(on, known, basis)
    facts = {each.operation for act in acts for each in act.operations}
    touched = frozenset(block.id for block in scale.blocks if facts & facts_read(block))
    results: list[tuple[Fraction, Fraction, dict[str, str]]] = []
    fixed = best = None
    for makers in product(*(source.mixes for source in sources)):
        choice = {source.component: inn for source, inn in zip(sources, makers, strict=True)}
        weight = Fraction(1)
        for source, inn in zip(sources, makers, strict=True):
            weight *= source.mixes[inn]
        supplied = with_acts(dossier, acts, rulebook, choice).dossier
        vehicle = supplied.vehicle
        subject = Subject(vehicle.category, vehicle.powertrain, known_facts(supplied, scale.facts, look), scale.facts)
        if fixed is None:
            fixed = _sum(scale.blocks, subject, touched, wanted=False)
        points = fixed + _sum(scale.blocks, subject, touched, wanted=True)
        results.append((points.low, weight, choice))
        best = points if best is None or points.low > best.low else best
    worst = min(results, key=lambda each: each[0])
    expected = sum((low * weight for low, weight, _ in results), Fraction(0))
    highest = best or Bounds(worst[0], worst[0])
    return Sourcing(worst[0], expected, highest.low, worst[2], sources, highest)


def _sum(blocks: Iterable[ScaleBlock], subject: Subject, touched: frozenset[str], *, wanted: bool) -> Bounds:
    total = Bounds(Fraction(0), Fraction(0))
    for block in blocks:
        if (block.id in touched) == wanted:
            total = total + interpret_block(block, subject).points
    return total


def _statement(act: ComponentAct, paper: str, operation: ActOperation, kind: FactKind) -> Statement:
    low, high = parse_value(operation.value, kind, operation.operation, Place(act.key))
    return Statement(
        fact=operation.operation,
        low=low,
        high=high,
        from_=act.issued,
        known=act.known,
        by=act.performer,
        evidence=(paper,),
        note=act.component,
    )


def _other_vehicle(act: ComponentAct, dossier: Dossier) -> Words | None:
    vehicle = dossier.vehicle
    if act.category and vehicle.category not in act.category:
        listed = ", ".join(act.category)
        return Words(f"акт выдан для категорий {listed}", f"the act was issued for categories {listed}")
    if act.powertrain and vehicle.powertrain not in act.powertrain:
        listed = ", ".join(act.powertrain)
        return Words(f"акт выдан для силовых установок {listed}", f"the act was issued for powertrains {listed}")
    return None


def _scale_of(rulebook: Rulebook, act: ComponentAct) -> Scale:
    """Return the law of the day of the act, or of the rulebook's first day for older acts."""
    return Compiler(rulebook, max(act.issued, rulebook.manifest.starts)).scale()


def _refusal(statement: Statement, operation: ActOperation, dossier: Dossier, scale: Scale, act: ComponentAct) -> ActCode | None:
    """Return why a line of an act is left out, or that its points differ from the law's, or None."""
    block_id, _, name = operation.operation.partition(".")
    vehicle = dossier.vehicle
    scored = next((each for block in scale.blocks if block.id == block_id for each in block.operations if each.id == name), None)
    if scored is not None:
        cases = [case for case in scored.cases if vehicle.category in case.category and vehicle.powertrain in case.powertrain]
        if not cases:
            words = Words(
                f"«{operation.operation}» на {act.issued:%d.%m.%Y} для этой категории и силовой установки баллов не имеет",
                f"'{operation.operation}' has no points for this category and powertrain on {act.issued.isoformat()}",
            )
            return ActCode("not_scored", act.number, operation.operation, words)
    block = next((each for each in scale.blocks if each.id == block_id), None)
    if scored is not None and block is not None and block.fitted and _absent(dossier, block.fitted, scale):
        words = Words(
            f"«{operation.operation}»: узла на этом автомобиле нет", f"'{operation.operation}': the vehicle does not have the component"
        )
        return ActCode("not_fitted", act.number, operation.operation, words)
    own = [each for each in dossier.statements if each.fact == operation.operation and each.by == "own"]
    kind = scale.facts[operation.operation].kind
    if own and kind in {"count", "share", "money"} and operation.adds == "no":
        words = Words(
            f"«{operation.operation}» уже учтено у изготовителя: дважды не считается; если штуки другие, отметьте adds: yes",
            f"'{operation.operation}' is already stated by the maker: not counted twice; if the units differ, mark adds: yes",
        )
        return ActCode("counted_twice", act.number, operation.operation, words)
    if kind == "share" and sum((each.low for each in own), statement.low) > 1:
        words = Words(
            f"«{operation.operation}»: вместе со своей доля больше 1", f"'{operation.operation}': with the maker's own the share is over 1"
        )
        return ActCode("over_whole", act.number, operation.operation, words)
    if scored is not None and operation.points is not None and kind == "flag" and statement.low == 1:
        worths = {Fraction(case.high) for case in cases}
        if Fraction(operation.points) not in worths:
            law = ", ".join(str(worth) for worth in sorted(worths))
            words = Words(
                f"«{operation.operation}»: в акте {operation.points}, по закону {law}; считается по закону",
                f"'{operation.operation}': the act states {operation.points}, the law gives {law}; the law counts",
            )
            return ActCode("points_differ", act.number, operation.operation, words)
    return None


def _absent(dossier: Dossier, fitted: str, scale: Scale) -> bool:
    """Tell whether the powertrain or the dossier says that the vehicle lacks a component."""
    if scale.facts[fitted].implied.get(dossier.vehicle.powertrain) == "no":
        return True
    return any(each.fact == fitted and each.high == 0 for each in dossier.statements)
