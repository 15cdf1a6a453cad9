"""Verbs from the factory's papers to a dossier and back: intake, evidence, export, template."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lokal.cli.common import BAD_INPUT, DOSSIER, FORMAT, KNOWN, LANG, ON, print_json, print_page, speaking
from lokal.errors import DossierError, Lang, Place

if TYPE_CHECKING:
    from lokal.engine.dossier import Basis, Dossier
    from lokal.intake.bom import Bom
    from lokal.intake.bom_diff import BomDiff
    from lokal.intake.bom_dossier import Import
    from lokal.rulebook.model import Rulebook

OUT = click.option("-o", "--output", "out", type=click.Path(path_type=Path), required=True, help="File to write.")
FILE = click.argument("file", type=click.Path(path_type=Path))
_WORKBOOK = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


@click.group()
def intake() -> None:
    """Make dossiers of bills of materials, component acts and filled-in Excel books."""


@click.group()
def evidence() -> None:
    """Say what is claimed but not proved, and ask suppliers for it."""


@click.group()
def export() -> None:
    """Write a dossier in another form."""


@intake.command("bom")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="Saved mapping of this source.")
@click.option(
    "--new-mapping", "draft", type=click.Path(path_type=Path), help="Write a first mapping with suggestions as comments, and stop."
)
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder for one dossier per variant.")
@click.option("--keep/--no-keep", default=True, help="Remember this import beside the mapping, to show what the next one changes.")
@click.option("--strict", is_flag=True, help="Exit code 2 when some row could not be read.")
@ON
@FORMAT
@LANG
@speaking
def bom(  # noqa: PLR0913  one option each
    files: tuple[Path, ...],
    *,
    mapping_file: Path | None,
    draft: Path | None,
    folder: Path | None,
    keep: bool,
    strict: bool,
    on: date,
    form: str,
    lang: Lang,
) -> None:
    """Read bills of materials (XLSX, XLS, ODS, CSV of 1C:ERP, SAP, Windchill, Teamcenter or our template) into dossiers."""
    import lokal  # noqa: PLC0415  the package's verbs load on use
    from lokal.intake.bom_diff import compare_imports, kept, read_kept, write_kept  # noqa: PLC0415
    from lokal.intake.mapping import Source  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    if mapping_file is None:
        _first_look(lokal.read_bom(files, Source(), on), rulebook, draft, form, lang)
        return
    mapping = lokal.read_mapping(mapping_file, rulebook)
    done = lokal.map_bom(lokal.read_bom(files, mapping.source, on), mapping, rulebook, on, files=files, lang=lang)
    memory = mapping_file.with_suffix(".last.json")
    before, now = read_kept(memory), kept(done, mapping.source.id, on, rulebook)
    diff = compare_imports(before, now) if before else None
    if folder:
        _write_variants(done, rulebook, folder, lang)
    if keep:
        write_kept(now, memory)
    _show_import(done, diff, rulebook, form, lang)
    if strict and done.bom.codes:
        sys.exit(BAD_INPUT)


def _first_look(read: "Bom", rulebook: "Rulebook", draft: Path | None, form: str, lang: Lang) -> None:
    """Show what was found without a mapping, or write a first mapping whose suggestions are comments."""
    from lokal.intake.bom_dossier import Import  # noqa: PLC0415
    from lokal.intake.suggest import mapping_draft, suggest  # noqa: PLC0415

    done = Import(read, (), read.lines, ())
    if draft is None:
        _show_import(done, None, rulebook, form, lang)
        return
    if draft.exists():
        raise DossierError("файл уже есть, он не перезаписывается", "the file exists and is not overwritten", Place(str(draft)))
    draft.write_text(mapping_draft(read, suggest(read.lines, rulebook)), encoding="utf-8")
    click.echo(f"написано: {draft}; снимите # с верных правил" if lang == "ru" else f"written: {draft}; uncomment the rules that are right")


def _write_variants(done: "Import", rulebook: "Rulebook", folder: Path, lang: Lang) -> None:
    import lokal  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DossierError(
            f"папка не создаётся: {problem.strerror}", f"cannot make the folder: {problem.strerror}", Place(str(folder))
        ) from problem
    head = (
        "Составлено из спецификации; чего здесь нет, то неизвестно."
        if lang == "ru"
        else "Made of a bill of materials; what is not here is unknown."
    )
    for variant in done.variants:
        name = "".join(char if char.isalnum() or char in "-_." else "_" for char in variant.dossier.vehicle.id).lstrip(".")
        lokal.write_dossier(variant.dossier, rulebook, folder / f"{name}.yaml", head)


def _show_import(done: "Import", diff: "BomDiff | None", rulebook: "Rulebook", form: str, lang: Lang) -> None:
    from lokal.intake.bom_data import import_data  # noqa: PLC0415
    from lokal.intake.suggest import suggest  # noqa: PLC0415

    suggested = suggest(done.unmapped, rulebook)
    if form == "json":
        print_json(import_data(done, diff, suggested, lang))
        return
    from lokal.report.evidence_text import import_page  # noqa: PLC0415  tables only for people

    print_page(import_page(done, diff, suggested, rulebook, lang))


@intake.command("xlsx")
@FILE
@OUT
@LANG
@speaking
def xlsx(file: Path, out: Path, lang: Lang) -> None:
    """Read a dossier workbook (see `lokal template`) and write it as YAML."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    dossier = lokal.read_workbook(file, rulebook)
    lokal.write_dossier(dossier, rulebook, out)
    count = len(dossier.statements)
    click.echo(
        f"{out}: сведений {count}, подтверждений {len(dossier.evidence)}"
        if lang == "ru"
        else f"{out}: {count} statements, {len(dossier.evidence)} documents"
    )


@intake.command("acts")
@DOSSIER
@click.argument("acts", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "out", type=click.Path(path_type=Path), help="Dossier to write, under the suppliers' worst choice on the day."
)
@click.option("--basis", type=click.Choice(["claimed", "documented", "committed"]), default="documented", help="Which facts count.")
@ON
@KNOWN
@FORMAT
@LANG
@speaking
def acts(  # noqa: PLR0913  one option each
    dossier: Path,
    acts: tuple[Path, ...],
    *,
    out: Path | None,
    basis: "Basis",
    on: date,
    known: date | None,
    form: str,
    lang: Lang,
) -> None:
    """Add component acts to a dossier; several makers of one part give guaranteed and expected points."""
    import lokal  # noqa: PLC0415
    from lokal.intake.bom_data import sourcing_data  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    own = _read(dossier, rulebook)
    every = tuple(act for path in acts for act in lokal.read_acts(path, rulebook))
    result = lokal.sourcing(own, every, rulebook, on, basis=basis, known=known or date.max)
    supplied = lokal.with_acts(own, every, rulebook, result.worst_choice)
    if out:
        lokal.write_dossier(supplied.dossier, rulebook, out, _choice_words(result.worst_choice, on, lang))
    if form == "json":
        print_json(sourcing_data(supplied, result))
        return
    from lokal.report.evidence_text import acts_page  # noqa: PLC0415

    print_page(acts_page(supplied.codes, result, lang))


def _choice_words(choice: dict[str, str], on: date, lang: Lang) -> str:
    """Return the comment that says under which choice of suppliers a dossier was written."""
    if not choice:
        return ""
    makers = "; ".join(f"{component}: {inn}" for component, inn in choice.items())
    if lang == "ru":
        return f"Поставщики взяты худшие по баллам на {on:%d.%m.%Y}: {makers}"
    return f"Suppliers are those worst in points on {on.isoformat()}: {makers}"


@evidence.command("gaps")
@DOSSIER
@click.option("--within", type=click.IntRange(0, 36_500), default=400, help="Days ahead to look for documents that end.")
@ON
@KNOWN
@FORMAT
@LANG
@speaking
def gaps(dossier: Path, *, within: int, on: date, known: date | None, form: str, lang: Lang) -> None:  # noqa: PLR0913  one option each
    """List what is claimed but not proved, what ends when, and the points at risk."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    found = lokal.evidence_gaps(_read(dossier, rulebook), rulebook, on, known=known or date.max, horizon=within)
    if form == "json":
        print_json(lokal.evidence_gaps_data(found))
        return
    from lokal.report.evidence_text import gaps_page  # noqa: PLC0415

    print_page(gaps_page(found, rulebook, lang))


@evidence.command("request")
@click.argument("supplier")
@DOSSIER
@OUT
@click.option("--within", type=click.IntRange(0, 36_500), default=400, help="Ask again for documents that end within so many days.")
@ON
@LANG
@speaking
def request(supplier: str, dossier: Path, *, out: Path, within: int, on: date, lang: Lang) -> None:  # noqa: PLR0913  one option each
    """Write an Excel request to a supplier (INN or part of a name) with only the lines that are worth points."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    read = _read(dossier, rulebook)
    found = lokal.evidence_gaps(read, rulebook, on, horizon=within)
    worth = [fact for each in found.unproved if each.points for fact in each.facts]
    worth += [fact for risk in sorted(found.papers, key=lambda risk: -risk.points) for fact in risk.facts]
    asked = lokal.make_request(read, supplier, worth)
    lokal.write_request(asked, read, rulebook, on, out, lang=lang)
    count = len(asked.facts)
    click.echo(f"{out}: строк {count}" if lang == "ru" else f"{out}: {count} lines")


@evidence.command("reply")
@FILE
@DOSSIER
@OUT
@ON
@LANG
@speaking
def reply(file: Path, dossier: Path, *, out: Path, on: date, lang: Lang) -> None:
    """Read a supplier's answer to a request and write the dossier with it."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    result = lokal.read_reply(file, _read(dossier, rulebook), rulebook, on)
    lokal.write_dossier(result.dossier, rulebook, out)
    click.echo(f"{out}: принято строк {result.taken}" if lang == "ru" else f"{out}: {result.taken} rows taken")
    for code in result.codes:
        click.echo(f"{code.place}: [{code.code}] {code.words.text(lang)}", err=True)
    if result.codes:
        sys.exit(BAD_INPUT)


@export.command("xlsx")
@DOSSIER
@OUT
@LANG
@speaking
def export_xlsx(dossier: Path, *, out: Path, lang: Lang) -> None:
    """Write a dossier as an Excel book that `lokal intake xlsx` reads back unchanged."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    lokal.write_workbook(_read(dossier, rulebook), rulebook, out, lang)
    click.echo(str(out))


@click.command()
@click.argument("what", type=click.Choice(["dossier", "bom", "acts"]), default="dossier")
@OUT
@LANG
@speaking
def template(what: Any, *, out: Path, lang: Lang) -> None:  # noqa: ANN401  a choice of words
    """Write an Excel template to fill in: a dossier, a bill of materials or component acts."""
    import lokal  # noqa: PLC0415

    lokal.write_template(what, lokal.load_rulebook(), out, lang)
    click.echo(str(out))


def _read(path: Path, rulebook: "Rulebook") -> "Dossier":
    """Return a dossier from YAML or from an Excel book."""
    import lokal  # noqa: PLC0415

    return lokal.read_workbook(path, rulebook) if path.suffix.lower() in _WORKBOOK else lokal.read_dossier(path, rulebook)
