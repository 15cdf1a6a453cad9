"""The verbs on one dossier by the command line: numbers derived by hand, both languages, exit codes, receipts that hold or say why not."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from lokal.cli import main
from lokal.result.receipt import Receipt, _seal, read_receipt, write_receipt

# A made-up car. Points by hand on 2025-06-01: welding 400, painting 500, R&D 25/1000 = 2.5 % x 400 = 1000 under the cap of 1850.
DOSSIER = """\
vehicle: {id: demo, ru: Демо, en: Demo, category: M1, powertrain: ice}
evidence:
  act: {kind: own, ru: Акт цеха, en: Shop act, issued: 2025-03-01, valid_until: 2025-12-31}
  paper: {kind: press, ru: Газета, en: Newspaper, issued: 2025-02-01}
facts:
  body_shell.welding: {value: yes, known: 2025-03-01, evidence: [act]}
  body_shell.painting: {value: yes, known: 2025-02-01, evidence: [paper]}
  body_panels.stamped_share: {value: 0.512345678, committed: yes}
  rnd.cost: {value: 25, known: 2025-05-01}
  rnd.revenue: 1000
"""
NBSP = "\u00a0"
NO_LOCALE = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None}


@pytest.fixture
def dossier(tmp_path: Path) -> str:
    """Write the made-up dossier."""
    path = tmp_path / "demo.yaml"
    path.write_text(DOSSIER, "utf-8")
    return str(path)


def run(*words: str, **env: str | None) -> Result:
    """Call the command line as a user would, with no locale unless given."""
    result = CliRunner().invoke(main, words, env={**NO_LOCALE, "COLUMNS": "200", **env})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def asked(*words: str) -> Any:
    """Return the JSON that a call prints."""
    result = run(*words, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def low(dossier: str, *words: str, on: str = "2025-06-01") -> int | float:
    """Return the points that are sure."""
    points: int | float = asked("score", dossier, "--on", on, *words)["points"]["low"]
    return points


def operation(data: Any, block: str, name: str) -> Any:
    """Return one operation of a score's JSON."""
    found = next(each for each in data["blocks"] if each["id"] == block)
    return next(each for each in found["operations"] if each["id"] == name)


# --- score


def test_score_in_text_english(dossier: str) -> None:
    """The page names the vehicle, the interval, the day, the basis, each operation with its reason, evidence and clause."""
    result = run("score", dossier, "--on", "2025-06-01")
    assert (result.exit_code, result.stderr) == (0, "")
    text = result.stdout.replace(NBSP, " ")
    for words in ("Demo", "1 900 … ", " points", "on 2025-06-01 · basis: claimed", "State procurement (44-FZ)"):
        assert words in text
    row = next(line for line in text.splitlines() if "Body (cab) welding" in line)
    for words in ("400", "awarded", "maker's document: Shop act, 2025-03-01", "№317 1/1"):
        assert words in row


def test_score_in_text_russian(dossier: str) -> None:
    """The same page in Russian, with Russian days."""
    text = run("score", dossier, "--on", "01.06.2025", "--lang", "ru").stdout.replace(NBSP, " ")
    for words in ("Демо", "1 900 … ", " баллов", "на 01.06.2025 · основание: заявлено", "Госзакупки (44-ФЗ)"):
        assert words in text
    row = next(line for line in text.splitlines() if "Сварка кузова" in line)
    for words in ("400", "начислено", "документ изготовителя: Акт цеха, 01.03.2025", "№317 1/1"):
        assert words in row


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "баллов"),
        ({"LANG": "en_US.UTF-8"}, "points"),
        ({}, "points"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C.UTF-8"}, "points"),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "ru_RU.UTF-8"}, "баллов"),
    ],
)
def test_language_follows_the_locale(dossier: str, env: dict[str, str], word: str) -> None:
    """Without --lang the page is Russian where the locale is, as LC_ALL, LC_MESSAGES and LANG say in this order."""
    assert f" {word} " in run("score", dossier, "--on", "2025-06-01", **env).stdout


def test_errors_follow_the_locale(tmp_path: Path) -> None:
    """An error speaks the language of the locale too."""
    missing = str(tmp_path / "none.yaml")
    assert run("score", missing, LANG="ru_RU.UTF-8").stderr == f"{missing}: файл не читается: нет такого файла\n"
    assert run("score", missing).stderr == f"{missing}: cannot read the file: no such file\n"


def test_json_is_the_same_in_both_languages(dossier: str) -> None:
    """Data for programs has no language, and its keys stand in order."""
    russian, english = (run("score", dossier, "--on", "2025-06-01", "--format", "json", "--lang", lang).stdout for lang in ("ru", "en"))
    assert russian == english
    assert list(json.loads(russian)) == sorted(json.loads(russian))


def test_score_in_json(dossier: str) -> None:
    """The JSON holds totals, reasons, clauses and facts of each operation, open facts, programmes."""
    data = asked("score", dossier, "--on", "2025-06-01")
    assert (data["points"]["low"], data["on"], data["known"], data["basis"]) == (1900, "2025-06-01", None, "claimed")
    assert data["vehicle"] == {"id": "demo", "ru": "Демо", "en": "Demo", "category": "M1", "powertrain": "ice"}
    welding = operation(data, "body_shell", "welding")
    assert (welding["points"], welding["reason"], welding["values"][0]["place"]) == ({"low": 400, "high": 400}, "awarded", "1/1")
    assert welding["facts"][0]["statements"] == [{"by": "own", "evidence": ["act"], "from": None, "known": "2025-03-01"}]
    answers = {each["programme"]: (each["answer"], each["bar"]["low"]) for each in data["programmes"] if each["bar"]}
    assert answers["procurement_44fz"] == ("depends", 3200)
    assert answers["corporate_191"] == ("yes", 1400)
    sums = [sum(block["points"][end] for block in data["blocks"]) for end in ("low", "high")]
    assert sums == [data["points"]["low"], data["points"]["high"]]


def test_today_is_the_default_day(dossier: str) -> None:
    """Without --on the law of today counts."""
    before, found, after = date.today(), asked("score", dossier)["on"], date.today()  # noqa: DTZ011  the verb's own default
    assert found in {before.isoformat(), after.isoformat()}


@pytest.mark.parametrize(
    ("basis", "on", "points"),
    [
        ("claimed", "2025-06-01", 1900),
        ("documented", "2025-06-01", 400),  # painting rests on the press, R&D on nothing
        ("documented", "2025-02-28", 0),  # the act is not issued yet
        ("documented", "2026-01-01", 0),  # the act has ended
        ("committed", "2025-06-01", 2100),  # the promised 51 % of stamping is worth 200
    ],
)
def test_basis(dossier: str, basis: str, on: str, points: int) -> None:
    """Which facts count is chosen by --basis."""
    assert low(dossier, "--basis", basis, on=on) == points


def test_basis_names_the_reason(dossier: str) -> None:
    """Under --basis documented each lost operation says whether a document is missing or has ended."""
    valid = asked("score", dossier, "--on", "2025-06-01", "--basis", "documented")
    ended = asked("score", dossier, "--on", "2026-01-01", "--basis", "documented")
    reasons = [operation(data, "body_shell", name)["reason"] for data in (valid, ended) for name in ("welding", "painting")]
    assert reasons == ["awarded", "not_documented", "expired_document", "not_documented"]


@pytest.mark.parametrize(
    ("known", "points"),
    [("2025-01-31", 0), ("2025-02-01", 500), ("2025-03-01", 900), ("2025-04-30", 900), ("2025-05-01", 1900), ("01.05.2025", 1900)],
)
def test_known_as_of(dossier: str, known: str, points: int) -> None:
    """A score as known on an earlier day counts only what was known then."""
    assert low(dossier, "--known-as-of", known) == points


def test_reading(dossier: str) -> None:
    """Whole per cents only: 2 % x 400 = 800, that is 200 points less, which the default score says under its stakes."""
    assert low(dossier, "--reading", "rnd_units=whole") == 1700
    stakes = {(each["reading"], each["option"]): each["change"]["low"] for each in asked("score", dossier, "--on", "2025-06-01")["stakes"]}
    assert stakes["rnd_units", "whole"] == -200


def test_several_readings_and_a_programme(dossier: str) -> None:
    """In 2024 one law multiplies R&D by 1.3: 1000 becomes 1300, cut to the cap of 1283 unless the reading lifts it."""
    law = ("--programme", "procurement_44fz")
    assert low(dossier, on="2024-06-01") == 900 + 1000
    assert low(dossier, *law, on="2024-06-01") == 900 + 1283
    assert low(dossier, *law, "--reading", "rnd_factor_cap=over_cap", on="2024-06-01") == 900 + 1300
    both = ("--reading", "rnd_factor_cap=over_cap", "--reading", "rnd_units=whole")
    assert low(dossier, *law, *both, on="2024-06-01") == 900 + 1040


def test_all_lists_what_nothing_is_known_of(dossier: str) -> None:
    """With --all the page lists operations without any information too."""
    short, long = run("score", dossier, "--on", "2025-06-01").stdout, run("score", dossier, "--on", "2025-06-01", "--all").stdout
    assert "Engine assembly and testing" not in short
    assert "Engine assembly and testing" in long


# --- receipts


@pytest.fixture
def receipt(dossier: str, tmp_path: Path) -> Path:
    """Write a receipt of a question with every option."""
    path = tmp_path / "receipt.json"
    question = ("--on", "2025-06-01", "--known-as-of", "2025-06-30", "--basis", "committed", "--reading", "rnd_units=whole")
    result = run("score", dossier, *question, "--programme", "loan", "--receipt", str(path))
    assert result.exit_code == 0
    return path


def altered(path: Path, change: Any) -> str:
    """Change a receipt's JSON in place."""
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    return str(path)


def test_receipt_holds(receipt: Path) -> None:
    """A receipt as written is verified bit for bit, in both languages, and again after it was written anew."""
    for lang, words in (("ru", "квитанция сходится бит в бит\n"), ("en", "the receipt holds bit for bit\n")):
        result = run("verify", str(receipt), "--lang", lang)
        assert (result.exit_code, result.stdout, result.stderr) == (0, words, "")
    raw = receipt.read_bytes()
    write_receipt(read_receipt(receipt), receipt)
    assert receipt.read_bytes() == raw


def test_receipt_with_other_spacing_holds(receipt: Path) -> None:
    """A receipt that passed through another program's JSON writer says the same and holds."""
    assert run("verify", altered(receipt, lambda data: data["result"].update(dict(sorted(data["result"].items()))))).exit_code == 0


def test_altered_result_is_named(receipt: Path) -> None:
    """A receipt whose total was raised is refused with the place, both numbers and exit code 1."""
    result = run("verify", altered(receipt, lambda data: data["result"]["points"].update(low=3200)))
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0].startswith("seal: ")
    assert lines[1:] == ["result.points.low: 3200 → 1900", "differences: 2 (receipt → recomputed)"]


def test_altered_dossier_is_named(receipt: Path) -> None:
    """A receipt whose dossier was changed and sealed again names the points that no longer follow."""

    def no_welding(data: Any) -> None:
        data["dossier"]["statements"][0].update(low=0, high=0)

    sealed = msgspec.json.decode(Path(altered(receipt, no_welding)).read_bytes(), type=Receipt)
    write_receipt(msgspec.structs.replace(sealed, seal=_seal(sealed)), receipt)
    result = run("verify", str(receipt), "--lang", "ru")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert "result.blocks[body_shell].operations[welding].points.low: 400 → 0" in lines
    assert "result.blocks[body_shell].operations[welding].reason: awarded → not_done" in lines
    assert "result.points.low: 1900 → 1500" in lines
    assert not any(line.startswith("seal: ") for line in lines)
    assert lines[-1] == f"расхождений: {len(lines) - 1} (квитанция → пересчёт)"


def test_altered_question_is_named(receipt: Path) -> None:
    """A receipt whose reading was changed shows that reading's points: 2.5 % instead of 2 % of revenue."""
    lines = run("verify", altered(receipt, lambda data: data["asked"]["readings"].update(rnd_units="proportional"))).stdout.splitlines()
    assert "result.readings.rnd_units: whole → proportional" in lines
    assert "result.points.low: 1900 → 2100" in lines


@pytest.mark.parametrize("name", ["version", "hash"])
def test_receipt_of_another_rulebook_is_named(receipt: Path, name: str) -> None:
    """A receipt made with another rulebook says so."""
    result = run("verify", altered(receipt, lambda data: data["rulebook"].update({name: "other"})))
    assert result.exit_code == 1
    assert any(line.startswith(f"rulebook.{name}: other → ") for line in result.stdout.splitlines())


def test_receipt_with_a_reading_that_is_gone(receipt: Path) -> None:
    """A reading that the rulebook does not have is a difference, not a failure."""
    result = run("verify", altered(receipt, lambda data: data["asked"]["readings"].update(gone="yes")))
    assert result.exit_code == 1
    assert "asked.readings.gone: yes → None" in result.stdout.splitlines()


def test_what_is_no_receipt(dossier: str, tmp_path: Path) -> None:
    """A file that is no receipt is bad input: one line, exit code 2."""
    for path in (dossier, str(tmp_path / "none.json"), str(tmp_path)):
        result = run("verify", path)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert result.stderr.startswith(f"{path}: ")


# --- explain


def test_explain_a_block(dossier: str) -> None:
    """A block's page shows each operation with award, value, days, fact and document."""
    english = run("explain", dossier, "body_shell", "--on", "2025-06-01").stdout
    russian = run("explain", dossier, "body_shell", "--on", "2025-06-01", "--lang", "ru").stdout
    for words in (
        "body_shell.welding",
        "value: 400 · №317 1/1",
        "2024-03-21 — …",
        "maker's document: Shop act; 2025-03-01",
        "press: Newspaper",
    ):
        assert words in english
    for words in ("body_shell.painting", "значение: 500 · №317 1/2", "21.03.2024 — …", "документ изготовителя: Акт цеха; 01.03.2025"):
        assert words in russian


def test_explain_an_operation_in_json(dossier: str) -> None:
    """One operation in JSON: value before rounding, what was read, what was not and why."""
    data = asked("explain", dossier, "rnd.rnd", "--on", "2025-06-01")
    (only,) = data["operations"]
    assert (only["award"], only["points"], only["before_rounding"]) == (
        "per_unit",
        {"low": 1000, "high": 1000},
        {"low": 1000, "high": 1000},
    )
    assert [fact["fact"] for fact in only["facts"]] == ["rnd.cost", "rnd.revenue"]
    assert only["not_read"] == [{"why": "not_yet", "act": "n1254", "place": "94/1", "from": "2026-09-30", "to": None}]
    then = asked("explain", dossier, "rnd.rnd", "--on", "2025-06-01", "--known-as-of", "2025-06-01")
    assert [skip["why"] for skip in then["operations"][0]["not_read"]] == ["not_known_then"]


def test_explain_an_unknown_name(dossier: str) -> None:
    """An unknown node is refused with the nearest known one."""
    result = run("explain", dossier, "body_shell.weldng", "--lang", "ru")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "нет узла или операции «body_shell.weldng», возможно «body_shell.welding»\n"


# --- brief


def test_brief_of_two_dossiers(dossier: str, tmp_path: Path) -> None:
    """A brief says for each dossier what is known and how many points each bar lacks, in both languages."""
    other = tmp_path / "other.yaml"
    other.write_text(DOSSIER.replace("id: demo, ru: Демо, en: Demo", "id: other, ru: Другой, en: Other"), "utf-8")
    english = run("brief", dossier, str(other), "--on", "2025-06-01").stdout.replace(NBSP, " ")
    russian = run("brief", dossier, str(other), "--on", "2025-06-01", "--lang", "ru").stdout.replace(NBSP, " ")
    assert english.index("Demo") < english.index("Other")
    for words in ("Known and counted", "bar 3 200: depends; short of 1 300 points", "bar 1 400: yes"):
        assert english.count(words) >= 2
    for words in ("Что известно и засчитано", "порог 3 200: зависит; не хватает 1 300 баллов", "порог 1 400: да"):
        assert russian.count(words) >= 2


def test_brief_in_json(dossier: str) -> None:
    """The JSON of a brief is a list; missing points are the bar less what is sure, and the steps named cover them."""
    (only,) = asked("brief", dossier, "--on", "2025-06-01")
    settling = {each["programme"]: each for each in only["settling"]}
    assert (only["vehicle"], only["on"], only["points"]["low"]) == ("demo", "2025-06-01", 1900)
    assert {name: settling[name]["missing"] for name in ("procurement_44fz", "loan", "corporate_191")} == {
        "procurement_44fz": 3200 - 1900,
        "loan": 2000 - 1900,
        "corporate_191": 0,
    }
    for each in settling.values():
        assert not each["reachable"] or sum(step["points"] for step in each["steps"]) >= each["missing"]


def test_brief_stops_at_a_bad_dossier(dossier: str, tmp_path: Path) -> None:
    """One unreadable dossier of several is named, with exit code 2."""
    result = run("brief", dossier, str(tmp_path / "none.yaml"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


# --- schema, usage, the program itself


@pytest.mark.parametrize(
    ("what", "required"),
    [
        ("rulebook", {"manifest", "acts", "facts", "readings", "gates", "coefficients", "programmes", "misprints", "files"}),
        ("dossier", {"vehicle"}),
        ("receipt", {"format", "lokal", "rulebook", "scale", "asked", "dossier", "result"}),
    ],
)
def test_schema(what: str, required: set[str]) -> None:
    """Each file format has a JSON Schema that refuses unknown keys and lists the required ones."""
    result = run("schema", what)
    data = json.loads(result.stdout)
    whole = data["$defs"][data["$ref"].rpartition("/")[2]]
    assert result.exit_code == 0
    assert set(whole["required"]) == required
    assert whole["additionalProperties"] is False


def test_schema_knows_every_key_of_the_example() -> None:
    """The dossier's schema allows what the made-up dossier writes."""
    data = json.loads(run("schema", "dossier").stdout)["$defs"]
    assert {"vehicle", "evidence", "facts"} <= data["DossierForm"]["properties"].keys()
    assert {"value", "known", "evidence", "committed"} <= data["StatementForm"]["properties"].keys()
    assert {"kind", "ru", "en", "issued", "valid_until"} <= data["Evidence"]["properties"].keys()


@pytest.mark.parametrize(
    "words",
    [
        ("score",),
        ("scor", "x.yaml"),
        ("score", "x.yaml", "--on", "tomorrow"),
        ("score", "x.yaml", "--on", "31.02.2026"),
        ("score", "x.yaml", "--basis", "hoped"),
        ("score", "x.yaml", "--lang", "de"),
        ("score", "x.yaml", "--format", "xml"),
        ("score", "x.yaml", "--reading", "rnd_units"),
        ("score", "x.yaml", "--reading", "rnd_units="),
        ("explain", "x.yaml"),
        ("brief",),
        ("verify",),
        ("schema", "law"),
    ],
    ids=" ".join,
)
def test_wrong_use(words: tuple[str, ...]) -> None:
    """A call that cannot be understood says how to call, with exit code 2 and nothing on the output."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: " in result.stderr


@pytest.mark.parametrize("verb", ["score", "explain", "brief", "verify", "schema"])
def test_help(verb: str) -> None:
    """Each verb explains itself."""
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert "--" in result.stdout


def test_as_a_program(dossier: str) -> None:
    """`python -m lokal` prints Russian under a Russian locale into a pipe, and its exit codes are the shell's."""
    env = {key: value for key, value in os.environ.items() if key not in NO_LOCALE} | {"LANG": "ru_RU.UTF-8", "PYTHONUTF8": "1"}
    start = [sys.executable, "-m", "lokal", "score", dossier, "--on"]
    good = subprocess.run([*start, "2025-06-01"], env=env, capture_output=True, check=False)
    bad = subprocess.run([*start, "2024-03-20"], env=env, capture_output=True, check=False)
    assert (good.returncode, good.stderr) == (0, b"")
    assert "баллов" in good.stdout.decode()
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.decode() == "[no-law-on-day] свод правил знает закон с 21.03.2024, а спрошен день 20.03.2024\n"
