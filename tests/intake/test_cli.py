"""The verbs on the command line, from papers to a score."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from intake import exports
from intake.story import ACTS, CLAIMED, OWN, OWN_POINTS
from lokal.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples" / "bom"


def run(*words: object, code: int = 0) -> Result:
    """Run a verb and check its exit code."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def test_from_a_bill_to_scored_dossiers(tmp_path: Path) -> None:
    """One command makes a dossier per variant, which the scoring verbs take; the second import shows no change."""
    path = exports.sap_cs12(exports.truth(), tmp_path / "sap.csv")
    mapping = tmp_path / "m.yaml"
    mapping.write_text((EXAMPLES / "mapping.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    first = run("intake", "bom", path, "--mapping", mapping, "-o", tmp_path / "out", "--on", "2026-11-20", "--format", "json")
    data = json.loads(first.output)
    assert (data["lines"], len(data["variants"]), data["changes"]) == (exports.size(exports.truth()) - 1 + 8, 3, None)
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [f"example-car-{name}.yaml" for name in exports.VARIANTS]
    scored = json.loads(run("score", tmp_path / "out" / "example-car-Lux.yaml", "--on", "2026-11-20", "--format", "json").output)
    belts = next(block for block in scored["blocks"] if block["id"] == "seat_belts")
    assert belts["points"]["low"] == next(op for op in belts["operations"] if op["id"] == "webbing")["points"]["low"] > 0
    again = run("intake", "bom", path, "--mapping", mapping, "--on", "2026-11-20", "--format", "json")
    assert json.loads(again.output)["changes"]["changed"] == []
    assert "Lux" in run("intake", "bom", path, "--mapping", mapping, "--on", "2026-11-20", "--lang", "ru").output
    run("intake", "bom", path, "--mapping", mapping, "--on", "2026-11-20", "--strict", code=2)


def test_a_first_look_writes_a_draft_once(tmp_path: Path) -> None:
    """Without a mapping the lines and suggestions are shown, or drafted into a file that is never overwritten."""
    path = exports.neutral_csv(exports.truth(), tmp_path / "b.csv", "cp1251", ";")
    assert "Ремень" in run("intake", "bom", path, "--lang", "ru").output
    run("intake", "bom", path, "--new-mapping", tmp_path / "m.yaml")
    assert "not overwritten" in run("intake", "bom", path, "--new-mapping", tmp_path / "m.yaml", "--lang", "en", code=2).output


def test_from_acts_to_the_work_list_and_excel(tmp_path: Path) -> None:
    """Acts join a dossier, the gaps are listed, Excel carries it there and back."""
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "acts.yaml").write_text(ACTS, encoding="utf-8")
    car, book, back = tmp_path / "car.yaml", tmp_path / "car.xlsx", tmp_path / "back.yaml"
    sourced = json.loads(
        run("intake", "acts", tmp_path / "own.yaml", tmp_path / "acts.yaml", "-o", car, "--on", "2026-10-15", "--format", "json").output
    )
    assert (sourced["guaranteed"], sourced["expected"]) == (CLAIMED, CLAIMED)
    gaps = json.loads(run("evidence", "gaps", car, "--on", "2026-10-16", "--format", "json").output)
    assert (gaps["claimed"], gaps["documented"]) == (CLAIMED, OWN_POINTS)
    assert [each["evidence"] for each in gaps["unproved"]] == [["act 900-01-00001"], ["act 900-01-00002"]]
    page = run("evidence", "gaps", car, "--on", "2026-10-10", "--lang", "ru").output
    assert "900-01-00001" in page
    assert "16.10.2026" in page
    run("export", "xlsx", car, "-o", book)
    run("intake", "xlsx", book, "-o", back)
    assert back.read_text(encoding="utf-8") == car.read_text(encoding="utf-8")
    request, replied = tmp_path / "r.xlsx", tmp_path / "replied.yaml"
    run("evidence", "request", "7700000016", car, "-o", request, "--on", "2026-10-16")
    assert "0" in run("evidence", "reply", request, car, "-o", replied, "--on", "2026-10-20").output
    none = run("evidence", "request", "7700000016", tmp_path / "own.yaml", "-o", request, "--lang", "en", code=2)
    assert "has no supplier" in none.output


def test_templates_are_written_in_both_languages(tmp_path: Path) -> None:
    """Every template can be written and, filled in or not, is understood by its reader."""
    for what in ("dossier", "bom", "acts"):
        for lang in ("ru", "en"):
            run("template", what, "-o", tmp_path / f"{what}-{lang}.xlsx", "--lang", lang)
    assert run("intake", "xlsx", tmp_path / "dossier-ru.xlsx", "-o", tmp_path / "d.yaml", "--lang", "en").output.endswith(
        "0 statements, 0 documents\n"
    )


def test_errors_are_one_line_with_exit_code_two(tmp_path: Path) -> None:
    """A missing file ends in one line on the error stream, in the asked language."""
    assert "файл не читается" in run("intake", "bom", tmp_path / "no.xlsx", "--lang", "ru", code=2).output
    assert "cannot read" in run("evidence", "gaps", tmp_path / "no.yaml", "--lang", "en", code=2).output
    assert "cannot read" in run("export", "xlsx", tmp_path / "no.yaml", "-o", tmp_path / "x.xlsx", "--lang", "en", code=2).output
