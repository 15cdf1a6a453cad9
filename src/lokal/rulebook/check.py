"""The named checks of a rulebook. Each finds one kind of mistake and says where, in one line, in both languages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lokal.errors import Place, RulebookError
from lokal.rulebook.choices import choices_in
from lokal.rulebook.facts import ALWAYS, DONE, declared_facts, full_name
from lokal.rulebook.model import (
    Act,
    Bar,
    Block,
    ByReading,
    Cited,
    Fact,
    Ladder,
    Operation,
    PerUnit,
    Programme,
    Ratio,
    Rulebook,
    Standing,
    Test,
    Value,
)
from lokal.rulebook.timeline import WORDS, end_of, start_of
from lokal.rulebook.tree import Tree
from lokal.rulebook.words import nearest

_NUMBERS = ("share", "count", "points", "money")


@dataclass(frozen=True)
class _Spot:
    """A block, operation or value with the way to its line."""

    file: str
    path: tuple[str | int, ...]
    name: str


@dataclass
class _Book:
    """The rulebook under check with its indexes."""

    rulebook: Rulebook
    trees: dict[str, Tree]
    acts: dict[str, Act] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)

    def fail(self, code: str, spot: _Spot, ru: str, en: str) -> None:
        """Raise the check's error at a spot."""
        tree = self.trees.get(spot.file)
        place = tree.place(*spot.path) if tree else Place(f"{spot.file}.yaml")
        raise RulebookError(f"{spot.name}: {ru}", f"{spot.name}: {en}", place, code)


def check(rulebook: Rulebook, trees: dict[str, Tree]) -> None:
    """Run every named check; the first finding is raised as RulebookError with its name, file and line."""
    book = _Book(rulebook, trees, {act.id: act for act in rulebook.acts})
    _ids(book)
    book.facts = declared_facts(rulebook)
    for one in CHECKS:
        one(book)


def _block_spots(book: _Book) -> Iterator[tuple[_Spot, Block]]:
    for group, file in zip(book.rulebook.manifest.groups, book.rulebook.files, strict=True):
        name = f"blocks/{group}"
        for index, block in enumerate(file.blocks):
            yield _Spot(name, ("blocks", index), block.id), block


def _operation_spots(book: _Book) -> Iterator[tuple[_Spot, Block, Operation]]:
    for spot, block in _block_spots(book):
        for index, operation in enumerate(block.operations):
            yield _Spot(spot.file, (*spot.path, "operations", index), f"{block.id}.{operation.id}"), block, operation


def _value_spots(book: _Book) -> Iterator[tuple[_Spot, str, Cited]]:
    """Yield every dated value of the rulebook with its default act."""
    for spot, block, operation in _operation_spots(book):
        for index, value in enumerate(operation.values):
            yield _Spot(spot.file, (*spot.path, "values", index), spot.name), block.act, value
        for index, cap in enumerate(getattr(operation.award, "caps", ())):
            yield _Spot(spot.file, (*spot.path, "award", "caps", index), spot.name), block.act, cap
    for name in ("gates", "coefficients", "programmes"):
        for position, owner in enumerate(getattr(book.rulebook, name)):
            for index, value in enumerate(owner.values):
                yield _Spot(name, (position, "values", index), owner.id), "", value


def _ids(book: _Book) -> None:
    """id-reused: a block, an operation of a block, an act, a reading, a gate or a programme is named twice."""
    for spot, block in _block_spots(book):
        if block.id in book.blocks:
            book.fail("id-reused", spot, "такой узел уже есть", "this block exists already")
        book.blocks[block.id] = block
        seen: set[str] = set()
        for index, operation in enumerate(block.operations):
            if operation.id in seen or operation.id in block.facts or operation.id == "fitted":
                inner = _Spot(spot.file, (*spot.path, "operations", index), f"{block.id}.{operation.id}")
                book.fail("id-reused", inner, "имя операции занято", "this operation's name is taken")
            seen.add(operation.id)
    for name in ("acts", "readings", "gates", "coefficients", "programmes"):
        known: set[str] = set()
        for index, record in enumerate(getattr(book.rulebook, name)):
            if record.id in known:
                book.fail("id-reused", _Spot(name, (index,), record.id), "имя уже занято", "this name is taken")
            known.add(record.id)


def _acts(book: _Book) -> None:
    """unknown-act: a value or a block names an act that `acts.yaml` does not have."""
    for spot, block in _block_spots(book):
        if block.act not in book.acts:
            book.fail("unknown-act", spot, f"нет акта «{block.act}»", f"no act '{block.act}'")
    for spot, default, value in _value_spots(book):
        act = value.act or default
        if not act:
            book.fail("unknown-act", spot, "у значения не указан акт", "the value names no act")
        if act not in book.acts:
            book.fail("unknown-act", spot, f"нет акта «{act}»", f"no act '{act}'")
        if value.ended_by not in {None, WORDS} and value.ended_by not in book.acts:
            book.fail("unknown-act", spot, f"нет акта «{value.ended_by}»", f"no act '{value.ended_by}'")


def _cites(book: _Book) -> None:
    """missing-cite: a dated value without place or hash; a programme's bar outside the law needs a source instead."""
    loose = {id(bar) for programme in book.rulebook.programmes for bar in programme.values if _standing(programme, bar) != "law"}
    for spot, _, value in _value_spots(book):
        if id(value) in loose:
            continue
        if not value.place or not value.hash:
            book.fail("missing-cite", spot, "у значения нет места или хеша статьи", "the value has no place or no hash")


def _sources(book: _Book) -> None:
    """bar-without-source: a bar that is not law must say where it is known from."""
    for position, programme in enumerate(book.rulebook.programmes):
        for index, bar in enumerate(programme.values):
            if _standing(programme, bar) != "law" and not bar.source:
                spot = _Spot("programmes", (position, "values", index), programme.id)
                book.fail("bar-without-source", spot, "у порога не из закона нет источника", "a bar that is not law has no source")


def _standing(programme: Programme, bar: Bar) -> Standing:
    return bar.standing or programme.standing


def _ends(book: _Book) -> None:
    """end-without-act: a value ends but nothing says what ended it; reversed-span: it ends before it begins."""
    for spot, default, value in _value_spots(book):
        if (value.to is None) != (value.ended_by is None):
            book.fail(
                "end-without-act", spot, "нужны и `to`, и `ended_by`: акт или words", "both `to` and `ended_by` are needed: an act or words"
            )
        start = start_of(value, book.acts, default)
        if value.to is not None and value.to < start:
            book.fail("reversed-span", spot, f"конец {value.to} раньше начала {start}", f"the end {value.to} is before the start {start}")


def _readings(book: _Book) -> None:
    """unknown-reading, unknown-option, bad-default, unused-reading."""
    known = {reading.id: reading for reading in book.rulebook.readings}
    used: set[str] = set()
    for index, reading in enumerate(book.rulebook.readings):
        spot = _Spot("readings", (index,), reading.id)
        if reading.default not in reading.options:
            book.fail("bad-default", spot, f"нет варианта «{reading.default}»", f"no option '{reading.default}'")
    for spot, choice in _choices(book):
        if choice.by_reading not in known:
            ru, en = _hint(choice.by_reading, known)
            book.fail("unknown-reading", spot, f"нет толкования «{choice.by_reading}»{ru}", f"no reading '{choice.by_reading}'{en}")
        extra = set(choice.options) - set(known[choice.by_reading].options)
        if extra:
            option = min(extra)
            book.fail(
                "unknown-option",
                spot,
                f"у «{choice.by_reading}» нет варианта «{option}»",
                f"'{choice.by_reading}' has no option '{option}'",
            )
        used.add(choice.by_reading)
    for index, misprint in enumerate(book.rulebook.misprints):
        if misprint.reading is not None and misprint.reading not in known:
            ru, en = _hint(misprint.reading, known)
            spot = _Spot("misprints", (index,), misprint.place)
            book.fail("unknown-reading", spot, f"нет толкования «{misprint.reading}»{ru}", f"no reading '{misprint.reading}'{en}")
    for index, reading in enumerate(book.rulebook.readings):
        if reading.id not in used:
            book.fail(
                "unused-reading", _Spot("readings", (index,), reading.id), "толкование ничего не меняет", "the reading changes nothing"
            )


def _hint(name: str, known: Iterable[str]) -> tuple[str, str]:
    found = nearest(name, known)
    return (f", возможно «{found}»", f", did you mean '{found}'") if found else ("", "")


def _choices(book: _Book) -> Iterator[tuple[_Spot, ByReading[Any]]]:
    """Yield every choice, first those whose value or operation is known: it has the nearest line."""
    for spot, _, part in (*_value_spots(book), *_operation_spots(book)):
        for choice in choices_in(part):
            yield spot, choice
    for spot, block in _block_spots(book):
        for choice in choices_in(block):
            yield spot, choice
    for name in ("gates", "coefficients", "programmes"):
        for index, owner in enumerate(getattr(book.rulebook, name)):
            for choice in choices_in(owner):
                yield _Spot(name, (index,), owner.id), choice


def _alternatives(book: _Book) -> None:
    """alternatives-straddle: an arm names an operation outside the block; alternatives-twice: one stands in two groups."""
    for spot, block in _block_spots(book):
        own = {operation.id for operation in block.operations}
        seen: set[str] = set()
        for index, group in enumerate(block.alternatives):
            inner = _Spot(spot.file, (*spot.path, "alternatives", index), block.id)
            for name in (name for arm in group.arms for name in arm):
                if name not in own:
                    book.fail(
                        "alternatives-straddle", inner, f"«{name}» — операция не этого узла", f"'{name}' is not an operation of this block"
                    )
                if name in seen:
                    book.fail("alternatives-twice", inner, f"«{name}» стоит в двух местах", f"'{name}' stands twice")
                seen.add(name)


def _cycles(book: _Book) -> None:
    """cyclic-reference: blocks whose `fitted` point at each other in a ring."""
    for spot, block in _block_spots(book):
        seen, at = {block.id}, block.fitted
        while at and at.endswith(".fitted") and at.split(".")[0] in book.blocks:
            owner = at.split(".")[0]
            if owner in seen:
                book.fail("cyclic-reference", spot, "признаки `fitted` ссылаются по кругу", "`fitted` refers in a circle")
            seen.add(owner)
            at = book.blocks[owner].fitted


def _tests(block: Block | None, needs: tuple[Test | str, ...]) -> Iterator[Test]:
    for need in needs:
        if isinstance(need, Test):
            yield need
            yield from _tests(block, need.any)


def _facts(book: _Book) -> None:
    """undeclared-fact, wrong-kind, unknown-gate: what conditions and awards name must exist and fit."""
    gates = {gate.id for gate in book.rulebook.gates}
    for spot, block in _block_spots(book):
        if block.fitted not in {None, ALWAYS}:
            _fact(book, spot, str(block.fitted), ("flag",))
    for spot, block, operation in _operation_spots(book):
        for name, kinds in _award_facts(operation):
            _fact(book, spot, full_name(block, name), kinds)
        _words(book, spot, block, operation)
        tests = [*_tests(block, operation.requires or ())]
        tests += [test for value in (*operation.values, *getattr(operation.award, "caps", ())) for test in _tests(block, value.when)]
        for test in tests:
            _test(book, spot, block, test, gates)
    for name in ("coefficients", "programmes"):
        for index, owner in enumerate(getattr(book.rulebook, name)):
            for number, value in enumerate(owner.values):
                for test in _tests(None, getattr(value, "requires", ()) or getattr(value, "when", ())):
                    _test(book, _Spot(name, (index, "values", number), owner.id), None, test, gates)


def _words(book: _Book, spot: _Spot, block: Block, operation: Operation) -> None:
    for word in (need for need in operation.requires or () if isinstance(need, str)):
        if word != DONE:
            ru, en = f"«{word}» — не условие, словом пишут только `{DONE}`", f"'{word}' is no condition, the only word is `{DONE}`"
            book.fail("bad-test", spot, ru, en)
        _fact(book, spot, full_name(block, operation.id), ("flag",))


def _award_facts(operation: Operation) -> Iterator[tuple[str, tuple[str, ...]]]:
    award = operation.award
    ratio = award.ratio if isinstance(award, Ladder) else award
    if isinstance(ratio, Ratio):
        yield from ((name, ("count",)) for name in (*(options(ratio.of)), *([ratio.count] if ratio.count else [])))
    if isinstance(award, PerUnit):
        yield award.amount, ("money",)
        yield award.base, ("money",)


def options(choice: str | ByReading[str]) -> tuple[str, ...]:
    """Return every literal that a choice can be."""
    return tuple(choice.options.values()) if isinstance(choice, ByReading) else (choice,)


def _test(book: _Book, spot: _Spot, block: Block | None, test: Test, gates: set[str]) -> None:
    given = [test.is_ is not None, test.at_least is not None, test.at_most is not None, test.reaches is not None, bool(test.any)]
    if sum(given) != 1 or bool(test.any) == bool(test.fact):
        ru, en = "условие — это один факт с одним сравнением или `any`", "a condition is one fact with one comparison, or `any`"
        book.fail("bad-test", spot, ru, en)
    if test.any:
        return
    if test.reaches is not None and test.reaches not in gates:
        book.fail("unknown-gate", spot, f"нет планки «{test.reaches}»", f"no gate '{test.reaches}'")
    name = full_name(block, test.fact) if block else test.fact
    _fact(book, spot, name, ("flag",) if test.is_ is not None else _NUMBERS)


def _fact(book: _Book, spot: _Spot, name: str, kinds: tuple[str, ...]) -> None:
    fact = book.facts.get(name)
    if fact is None:
        ru, en = _hint(name, book.facts)
        book.fail("undeclared-fact", spot, f"факт «{name}» не объявлен{ru}", f"the fact '{name}' is not declared{en}")
    elif fact.kind not in kinds:
        book.fail(
            "wrong-kind", spot, f"«{name}» — {fact.kind}, а нужно {'/'.join(kinds)}", f"'{name}' is {fact.kind}, needed {'/'.join(kinds)}"
        )


def _bands(book: _Book) -> None:
    """band-missing: a ladder's value without a band, or a band elsewhere."""
    for spot, _, operation in _operation_spots(book):
        for index, value in enumerate(operation.values):
            inner = _Spot(spot.file, (*spot.path, "values", index), spot.name)
            if isinstance(operation.award, Ladder) and value.band is None:
                book.fail("band-missing", inner, "у ступени лестницы нет `band`", "the ladder's rung has no `band`")
            if not isinstance(operation.award, Ladder) and value.band is not None:
                book.fail("band-missing", inner, "`band` бывает только у ступени лестницы", "only a ladder's rung has `band`")


def _overlaps(book: _Book) -> None:
    """overlap: two values of one operation hold for the same vehicle on the same day."""
    for spot, block, operation in _operation_spots(book):
        for values, path in ((operation.values, ("values",)), (getattr(operation.award, "caps", ()), ("award", "caps"))):
            plain = [(index, value) for index, value in enumerate(values) if not value.when and value.printed == "yes"]
            for position, (index, value) in enumerate(plain):
                for _, other in plain[:position]:
                    if _meet(book, block, value, other):
                        inner = _Spot(spot.file, (*spot.path, *path, index), spot.name)
                        book.fail("overlap", inner, "два значения действуют одновременно", "two values are in force at once")


def _meet(book: _Book, block: Block, one: Value, two: Value) -> bool:
    days = max(start_of(one, book.acts, block.act), start_of(two, book.acts, block.act)) <= min(
        end_of(one, book.acts, date.max), end_of(two, book.acts, date.max)
    )
    return days and _share(one.category, two.category) and _share(_first(one.powertrain), _first(two.powertrain)) and _same_band(one, two)


def _first(choice: Any) -> Any:  # noqa: ANN401  a literal or a choice of them
    return next(iter(choice.options.values()), None) if isinstance(choice, ByReading) else choice


def _share(one: tuple[str, ...] | None, two: tuple[str, ...] | None) -> bool:
    return one is None or two is None or bool(set(one) & set(two))


def _same_band(one: Value, two: Value) -> bool:
    first, second = _first(one.band), _first(two.band)
    if first is None or second is None:
        return True
    top = float("inf")
    return bool(max(first[0], second[0]) < min(first[1] or top, second[1] or top))


def _gaps(book: _Book) -> None:
    """undeclared-gap: between two values of one operation for the same vehicle there are days without any."""
    for spot, block, operation in _operation_spots(book):
        for index, value in enumerate(operation.values):
            if value.to is None or value.when:
                continue
            same = [each for each in operation.values if _kin(each, value)]
            later = [start_of(each, book.acts, block.act) for each in same]
            later = [day for day in later if day > value.to]
            covered = any(start_of(each, book.acts, block.act) <= value.to + timedelta(days=1) <= (each.to or date.max) for each in same)
            if later and not covered:
                inner = _Spot(spot.file, (*spot.path, "values", index), spot.name)
                ru, en = f"после {value.to} до {min(later)} нет значения", f"no value between {value.to} and {min(later)}"
                book.fail("undeclared-gap", inner, ru, en)


def _kin(one: Value, two: Value) -> bool:
    return one.category == two.category and one.powertrain == two.powertrain and one.band == two.band


def _programme_refs(book: _Book) -> None:
    """unknown-block: a coefficient names a block, group or programme that does not exist."""
    groups = {f"@{file.group}" for file in book.rulebook.files}
    programmes = {programme.id for programme in book.rulebook.programmes}
    for index, coefficient in enumerate(book.rulebook.coefficients):
        spot = _Spot("coefficients", (index,), coefficient.id)
        lists = coefficient.blocks.options.values() if isinstance(coefficient.blocks, ByReading) else (coefficient.blocks,)
        for name in (name for names in lists for name in names):
            if name not in book.blocks and name not in groups:
                book.fail("unknown-block", spot, f"нет узла «{name}»", f"no block '{name}'")
        if coefficient.programme is not None and coefficient.programme not in programmes:
            book.fail("unknown-block", spot, f"нет меры «{coefficient.programme}»", f"no programme '{coefficient.programme}'")


CHECKS: tuple[Callable[[_Book], None], ...] = (
    _acts,
    _sources,
    _cites,
    _ends,
    _readings,
    _alternatives,
    _cycles,
    _facts,
    _bands,
    _overlaps,
    _gaps,
    _programme_refs,
)
