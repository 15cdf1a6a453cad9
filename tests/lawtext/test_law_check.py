"""The rulebook against the official text: every clause both ways, every number change caught, drafts right or marked."""

import random
import re
from pathlib import Path

import pytest

from lokal.errors import LokalError
from lokal.lawtext.clauses import read_clauses
from lokal.lawtext.derived import check_notes
from lokal.lawtext.draft import draft_values, draft_yaml
from lokal.lawtext.match import match_text
from lokal.rulebook.model import BlockFile, ByReading, Rulebook
from lokal.rulebook.read import BUNDLED, load_rulebook, parse_rulebook
from lokal.rulebook.timeline import start_of
from lokal.rulebook.tree import convert, parse_tree

LAW = Path(__file__).parents[3] / "shared" / "law" / "text"
needs_text = pytest.mark.skipif(not (LAW / "section-II.txt").exists(), reason="the official text is not beside the checkout")
RULEBOOK = load_rulebook()

MADE_UP = """# II|

из 1|товары|выполнение на территории Российской Федерации следующих операций (условий) (при наличии):
клёпка борта (40 баллов);
покраска борта (50 баллов)|
||мачта (выполнение одного из следующих условий):
строгание не менее 30 процентов массы мачты (10 баллов кроме автобусов; 5 баллов для автобусов);
строгание не менее 60 процентов массы мачты (20 баллов кроме автобусов; 8 баллов для автобусов)|
||вёсла (количество баллов за выполнение требования рассчитывается с учетом коэффициента, равного отношению количества вёсел):
обработка вёсел (двигателем внутреннего сгорания - 12 баллов, электрической силовой установкой - 6 баллов)|
| |компас:
(до 31 июля 2024 г.)
сборка компаса (30 баллов);
(с 1 августа 2024 г.)
достижение суммарного количества баллов в соответствии с разделом IX на уровне:
от 200 баллов (включительно) до 205 баллов - при расчете баллов с 2024 года (30 баллов), с 2026 года (15 баллов);
от 245 баллов (включительно) (45 баллов)|
"""


def official() -> str:
    """Return the official text of section II."""
    return (LAW / "section-II.txt").read_text(encoding="utf-8")


def contents() -> dict[str, bytes]:
    """Return the bundled rulebook's files."""
    return {path.relative_to(BUNDLED).as_posix(): path.read_bytes() for path in sorted(BUNDLED.rglob("*.yaml"))}


def test_made_up_text_is_cut_into_clauses() -> None:
    """Blocks, lines, points, alternatives, periods and ladders of a small made-up section are read as printed."""
    clauses = read_clauses(MADE_UP)
    assert [clause.place for clause in clauses] == ["1/1", "1/2", "2/1", "2/2", "3/1", "4/1", "4/2", "4/3"]
    assert [[claim.points for claim in clause.claims] for clause in clauses] == [
        [40],
        [50],
        [10, 5],
        [20, 8],
        [12, 6],
        [30],
        [30, 15],
        [45],
    ]
    assert [clause.ladder for clause in clauses] == [False] * 6 + [True] * 2
    assert [clause.period for clause in clauses] == ["always"] * 5 + ["until", "from", "from"]
    assert clauses[2].group == clauses[3].group != 0


def test_draft_of_made_up_text_is_a_rulebook_file_that_matches_it() -> None:
    """What the drafter proposes for a text is valid YAML of the format and agrees with the text it came from."""
    drafted = draft_yaml(read_clauses(MADE_UP), "n317").replace("of: total", "of: total, rounding: down")
    file = convert(parse_tree(f"group: body\nru: x\nen: x\n{drafted}", "draft.yaml", LokalError), BlockFile, LokalError)
    bare = RULEBOOK.manifest.__class__(id="x", version="1", starts=RULEBOOK.manifest.starts, groups=("body",), ru="x", en="x")
    book = Rulebook(bare, RULEBOOK.acts, {}, (), (), (), (), (), (file,))
    match = match_text(MADE_UP, book)
    assert match.findings == ()
    assert (match.clauses, match.numbers) == (8, 12)


def test_clause_put_in_or_taken_out_is_one_finding() -> None:
    """A clause more or less in the text is told once, with its place, and moves nothing else."""
    drafted = draft_yaml(read_clauses(MADE_UP), "n317").replace("of: total", "of: total, rounding: down")
    file = convert(parse_tree(f"group: body\nru: x\nen: x\n{drafted}", "draft.yaml", LokalError), BlockFile, LokalError)
    bare = RULEBOOK.manifest.__class__(id="x", version="1", starts=RULEBOOK.manifest.starts, groups=("body",), ru="x", en="x")
    book = Rulebook(bare, RULEBOOK.acts, {}, (), (), (), (), (), (file,))
    more = MADE_UP.replace("покраска борта (50 баллов)|", "покраска борта (50 баллов);\nсмоление борта (7 баллов)|")
    less = MADE_UP.replace("клёпка борта (40 баллов);\n", "")
    assert [(each.kind, each.place) for each in match_text(more, book).findings] == [("extra", "1/3")]
    assert [(each.kind, each.place) for each in match_text(less, book).findings if each.kind == "missing"] == [("missing", "1/1")]


@needs_text
@pytest.mark.text
def test_every_clause_matches_both_ways() -> None:
    """All 783 scored lines and 867 numbers of section II stand in the rulebook, and nothing else does."""
    match = match_text(official(), RULEBOOK)
    assert match.findings == ()
    assert (match.clauses, match.numbers) == (783, 867)


@needs_text
@pytest.mark.text
def test_every_value_from_the_notes_is_printed_there() -> None:
    """Caps, gates, coefficients and procurement bars stand in the notes' paragraphs that they cite."""
    notes = (LAW / "notes-auto.txt").read_text(encoding="utf-8")
    assert list(check_notes(notes, RULEBOOK)) == []


@needs_text
@pytest.mark.text
def test_any_number_changed_in_the_text_is_caught() -> None:
    """Each of 110 random numbers of the text, changed or deleted, makes the check fail and name a place."""
    text = official()
    numbers = list(re.finditer(r"\d+", text))
    for index, number in enumerate(random.Random(719).sample(numbers, 110)):
        instead = "" if index % 4 == 0 else str(int(number.group()) + 1 + index % 3)
        findings = match_text(text[: number.start()] + instead + text[number.end() :], RULEBOOK).findings
        assert findings, text[number.start() - 80 : number.end() + 40]
        assert all(each.place for each in findings)


@needs_text
@pytest.mark.text
def test_any_number_changed_in_a_value_is_caught() -> None:
    """Each of 140 random numbers of dated values, bands, days and share gates in the YAML, changed, is refused or found."""
    files, text = contents(), official()
    spots = [
        (name, index, match.start(), match.end())
        for name, raw in files.items()
        if name.startswith("blocks/")
        for index, line in enumerate(raw.decode().split("\n"))
        if (line.strip().startswith("- {points") and "fn 12" not in line) or "at_least" in line or "at_most" in line
        for match in re.finditer(r"(?<![\w.])\d+(?!\w)", line)
        if "rnd.cost" not in line
    ]
    for name, index, start, end in random.Random(719).sample(spots, 140):
        lines = files[name].decode().split("\n")
        line = lines[index]
        lines[index] = line[:start] + str(int(line[start:end]) + 1).zfill(end - start) + line[end:]
        try:
            changed, _ = parse_rulebook({**files, name: "\n".join(lines).encode()})
        except LokalError:
            continue
        assert match_text(text, changed).findings, (name, index + 1, line.strip(), line[start:end])


@needs_text
@pytest.mark.text
def test_draft_recovers_the_dated_values() -> None:
    """Drafted without a rulebook, at least 95 % of the printed values are right in every dimension; wrong and unmarked: none."""
    right, unmarked = draft_against(RULEBOOK)
    assert unmarked == []
    assert right >= 0.95


def draft_against(rulebook: Rulebook) -> tuple[float, list[str]]:
    """Return the part of printed values drafted right in points, category, powertrain and dates, and the wrong ones without a mark."""
    acts = {act.id: act for act in rulebook.acts}
    finished: dict[str, list[tuple[object, ...]]] = {}
    for block in rulebook.blocks:
        for operation in block.operations:
            for value in operation.values:
                if value.printed == "yes":
                    drives = value.powertrain or block.powertrain or ("ice", "hybrid", "ev")
                    drives = drives.options["all_under_heading"] if isinstance(drives, ByReading) else drives
                    end = value.to if value.ended_by == "words" else None
                    start = start_of(value, acts, block.act)
                    row = (value.points, frozenset(value.category or ("M1", "N1", "N2", "N3", "M2", "M3")), frozenset(drives), start, end)
                    finished.setdefault(value.place, []).append(row)
    right, unmarked, total = 0, [], 0
    for each in draft_values(read_clauses(official())):
        parsed = each.parsed
        marks = re.findall(r"N (\d+)", each.clause.amended)
        first = acts[f"n{marks[-1]}" if marks else "n317"].in_force
        start = max(parsed.start or first, first)
        row = (parsed.points, frozenset(parsed.category), frozenset(parsed.powertrain), start, parsed.end)
        total += 1
        if row in finished.get(each.clause.place, ()):
            right += 1
        elif not each.doubts:
            unmarked.append(f"{each.clause.place} {parsed.points}")
    return right / total, unmarked
