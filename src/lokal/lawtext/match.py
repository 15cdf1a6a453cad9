"""Hold an official text against the rulebook, clause by clause and number by number, both ways."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import zip_longest

from lokal.errors import Words
from lokal.lawtext.clauses import Clause, frame_of, read_clauses
from lokal.lawtext.derived import check_derived
from lokal.lawtext.finding import Finding, Match
from lokal.lawtext.grammar import CATEGORIES, POWERTRAINS, Parsed, parse_claims
from lokal.lawtext.words import normalise
from lokal.rulebook.model import Act, Block, ByReading, Operation, Powertrain, Rulebook, Test, Value
from lokal.rulebook.timeline import WORDS, start_of

_PLACE = re.compile(r"^\d+/\d+$")
_PERCENT = re.compile(r"не (?:менее|более) (\d+) процент")
_MARK = re.compile(r"N (\d+)")


@dataclass(frozen=True)
class _Law:
    """What the comparison of days needs of the rulebook."""

    starts: date
    acts: dict[str, Act]


@dataclass(frozen=True)
class _Claimed:
    """One dated value of the rulebook that says it is printed at a place."""

    block: Block
    operation: Operation
    value: Value

    @property
    def name(self) -> str:
        return f"{self.block.id}.{self.operation.id}"


def match_text(text: str, rulebook: Rulebook) -> Match:
    """Return how the plain text of section II and the rulebook agree."""
    clauses = read_clauses(text)
    claimed = _claims_by_place(rulebook)
    law = _Law(rulebook.manifest.starts, {act.id: act for act in rulebook.acts})
    findings: list[Finding] = []
    agreed = numbers = 0
    for place, clause in _aligned(claimed, clauses):
        ours = claimed.get(place or "", ())
        found = list(_compare(place, ours, clause, law))
        findings.extend(found)
        if clause is not None and ours and not found:
            agreed += 1
            numbers += len(clause.claims)
    findings.extend(check_derived(rulebook))
    findings.extend(_frame(text, rulebook))
    return Match(agreed, numbers, tuple(findings))


def frame_hash(text: str) -> str:
    """Return the hash of what stands around the clauses: the other columns, marks of amendments, remarks."""
    return hashlib.sha256(normalise(frame_of(text)).encode()).hexdigest()[:12]


def place_key(place: str) -> tuple[int, ...]:
    """Return a place's ordinals for sorting."""
    return tuple(int(part) for part in place.split("/"))


def _claims_by_place(rulebook: Rulebook) -> dict[str, list[_Claimed]]:
    found: dict[str, list[_Claimed]] = {}
    for block in rulebook.blocks:
        for operation in block.operations:
            for value in operation.values:
                if value.printed == "yes" and _PLACE.match(value.place):
                    found.setdefault(value.place, []).append(_Claimed(block, operation, value))
    return dict(sorted(found.items(), key=lambda item: place_key(item[0])))


def _aligned(claimed: dict[str, list[_Claimed]], clauses: tuple[Clause, ...]) -> Iterator[tuple[str | None, Clause | None]]:
    """Pair places of the rulebook with clauses of the text: equal hashes first, what lies between them in order."""
    places = list(claimed)
    ours = [claimed[place][0].value.hash for place in places]
    theirs = [clause.hash for clause in clauses]
    for tag, one, two, three, four in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(places[one:two], clauses[three:four], strict=True)
        else:
            yield from zip_longest(places[one:two], clauses[three:four])


def _compare(place: str | None, ours: Iterable[_Claimed], clause: Clause | None, law: _Law) -> Iterator[Finding]:
    ours = list(ours)
    name = ours[0].name if ours else ""
    if clause is None:
        yield Finding("missing", place or "", name, Words("статьи нет в тексте", "the clause is not in the text"))
        return
    if place is None:
        points = ", ".join(str(claim.points) for claim in clause.claims)
        shown = normalise(clause.text)[:90]
        yield Finding("extra", clause.place, "", Words(f"нет в своде ({points}): {shown}", f"not in the rulebook ({points}): {shown}"))
        return
    if clause.hash not in {each.value.hash for each in ours} or len({each.value.hash for each in ours}) > 1:
        yield Finding(
            "different", clause.place, name, Words("слова статьи изменились (хеш другой)", "the clause's words differ (another hash)")
        )
    yield from _numbers(place, ours, clause, law)


def _numbers(place: str, ours: list[_Claimed], clause: Clause, law: _Law) -> Iterator[Finding]:
    name, left = ours[0].name, list(ours)
    for parsed in parse_claims(clause):
        fit = next((each for each in left if not _mismatch(each, parsed, clause, law)), None)
        if fit is not None:
            left.remove(fit)
            continue
        near = next((each for each in left if each.value.points == parsed.points), left[0] if left else None)
        what = _mismatch(near, parsed, clause, law) if near else Words("числа нет в своде", "the number is not in the rulebook")
        if near:
            left.remove(near)
        ru, en = (f"{parsed.points}: {what.ru}", f"{parsed.points}: {what.en}") if what else ("", "")
        yield Finding("different", clause.place, name, Words(ru, en))
    for each in left:
        yield Finding(
            "extra", place, name, Words(f"{each.value.points}: такого числа в статье нет", f"{each.value.points}: not printed there")
        )
    yield from _gates(place, ours, clause)


def _mismatch(ours: _Claimed, parsed: Parsed, clause: Clause, law: _Law) -> Words | None:
    """Return the first thing in which a dated value and a printed number differ, or None."""
    value, block = ours.value, ours.block
    act = value.act or block.act
    checks = (
        (value.points == parsed.points, "баллы", "points", value.points, parsed.points),
        (value.place == clause.place or clause.hash != value.hash, "место", "place", value.place, clause.place),
        (_same_category(block, value, parsed), "категория", "category", value.category, parsed.category),
        (_same_drive(block, value, parsed), "силовая установка", "powertrain", value.powertrain or block.powertrain, parsed.powertrain),
        (_same_start(ours, parsed, law), "начало", "start", value.from_, parsed.start),
        (value.to == parsed.end or value.ended_by not in {None, WORDS}, "конец", "end", value.to, parsed.end),
        (parsed.band in _literals(value.band), "ступень", "band", value.band, parsed.band),
        (_same_act(act, clause, law.acts), "акт", "act", act, clause.amended),
    )
    for good, ru, en, mine, printed in checks:  # the first that fails speaks
        if not good:
            return Words(
                f"{ru}: в своде {_shown(mine)}, в тексте {_shown(printed)}", f"{en}: rulebook {_shown(mine)}, text {_shown(printed)}"
            )
    return None


def _literals(choice: object) -> tuple[object, ...]:
    return tuple(choice.options.values()) if isinstance(choice, ByReading) else (choice,)


def _same_category(block: Block, value: Value, parsed: Parsed) -> bool:
    allowed = set(block.category or CATEGORIES) & set(value.category or CATEGORIES)
    return allowed == set(parsed.category)


def _same_drive(block: Block, value: Value, parsed: Parsed) -> bool:
    own, whole = _drives(value.powertrain), _drives(block.powertrain)
    return any(one & two == set(parsed.powertrain) for one in own for two in whole)


def _drives(choice: tuple[Powertrain, ...] | ByReading[tuple[Powertrain, ...]] | None) -> list[set[str]]:
    options = choice.options.values() if isinstance(choice, ByReading) else [choice or POWERTRAINS]
    return [set(each) for each in options]


def _same_start(ours: _Claimed, parsed: Parsed, law: _Law) -> bool:
    """The value starts when the text says; where it is silent, or names a year before the first day, some value covers the start."""
    value, first = ours.value, law.starts
    start = start_of(value, law.acts, ours.block.act)
    if parsed.start is not None and start == parsed.start:
        return True
    same = [each for each in ours.operation.values if each.place == value.place and parsed.points in _literals(each.points)]
    earliest = min((start_of(each, law.acts, ours.block.act) for each in same), default=start)
    return earliest == max(parsed.start or first, first) and (parsed.start is None or parsed.start < first or value.from_ is not None)


def _same_act(act: str, clause: Clause, acts: dict[str, Act]) -> bool:
    """A row's amendment mark names the act; a value brought later by a footnote's act is not marked in the row."""
    marks = _MARK.findall(clause.amended)
    return acts[act].number == (marks[-1] if marks else "317")


def _gates(place: str, ours: list[_Claimed], clause: Clause) -> Iterator[Finding]:
    """Every share gate of the operation must be a percentage that the clause prints."""
    printed = {Decimal(number) / 100 for number in _PERCENT.findall(f"{clause.heading} {clause.text}")}
    for each in ours[:1]:
        for bound in _bounds(each.operation.requires or ()):
            if bound not in printed:
                words = Words(f"доля {bound} в статье не напечатана", f"the share {bound} is not printed there")
                yield Finding("different", place, each.name, words)


def _bounds(needs: tuple[Test | str, ...]) -> Iterator[Decimal]:
    for need in needs:
        if isinstance(need, Test):
            yield from (each for each in (need.at_least, need.at_most) if isinstance(each, Decimal))


def _frame(text: str, rulebook: Rulebook) -> Iterator[Finding]:
    expected = rulebook.manifest.frame
    if expected and frame_hash(text) != expected:
        ru, en = (
            "изменилось обрамление таблицы: коды, отметки о редакциях или замечания",
            "the table's frame differs: codes, marks or remarks",
        )
        yield Finding("frame", "0/0", "", Words(ru, en))


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, tuple):
        return "–".join("…" if each is None else str(each) for each in value)
    if isinstance(value, ByReading):
        return "/".join(_shown(each) for each in value.options.values())
    return value.isoformat() if isinstance(value, date) else str(value)
