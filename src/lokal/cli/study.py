"""Verbs about days and changes: eligibility, cliffs, compare, margin, next, reconcile."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lokal.cli.common import BASIS, DOSSIER, LANG, READING, Day, print_json, print_page, score_file, scoring, speaking
from lokal.errors import DossierError, Lang, Place

if TYPE_CHECKING:
    from lokal.engine.dossier import Dossier
    from lokal.rulebook.model import Rulebook

_FAR = date(2030, 1, 1)
DOSSIERS = click.argument("dossiers", nargs=-1, required=True, type=click.Path(path_type=Path))
UNITS = click.option("--units", "units", multiple=True, metavar="ID=N", help="Units of a vehicle in the fleet or in the year's output.")
OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to a file.")


@click.command()
@DOSSIERS
@scoring
@click.option("--filed", type=Day(), default=None, help="Say what an application filed on a day must meet (quarter IV: both years).")
@UNITS
@speaking
def eligibility(
    dossiers: tuple[Path, ...],
    *,
    filed: date | None,
    units: tuple[str, ...],
    form: str,
    lang: Lang,
    **asked: Any,  # noqa: ANN401  the shared options
) -> None:
    """Say which programmes a dossier opens: verdict, margin, the clause or the source behind the bar and how it is known.

    With --units the dossiers are one maker's year: each variant with the units made, for the bar on a part of the output (Decree 191).
    """
    import lokal  # noqa: PLC0415  the package's verbs load on use
    from lokal.study.eligibility import output_data, verdict_data  # noqa: PLC0415
    from lokal.study.filing import filing_data  # noqa: PLC0415

    results = [score_file(each, asked) for each in dossiers]
    rulebook = results[0][0]
    scores = [scored for _, scored in results]
    readings = dict(asked["readings"])
    checks = [
        lokal.check_filing(each.dossier, rulebook, filed, basis=asked["basis"], readings=readings) if filed else None for each in scores
    ]
    counts = dict(map(_count, units))
    made = lokal.output_eligibility([(each, _units(each.dossier, counts)) for each in scores], rulebook) if units else ()
    if form == "json":
        rows = [
            {
                "vehicle": scored.dossier.vehicle.id,
                "on": scored.scale.on.isoformat(),
                "programmes": [verdict_data(each) for each in lokal.eligibility(scored, rulebook)],
                "filing": filing_data(check) if check else None,
            }
            for scored, check in zip(scores, checks, strict=True)
        ]
        print_json({"vehicles": rows, "output": [output_data(each) for each in made]})
        return
    from lokal.report.ahead_text import eligibility_page, output_page  # noqa: PLC0415

    for scored, check in zip(scores, checks, strict=True):
        print_page(eligibility_page(scored, rulebook, lang, check))
    if made:
        print_page(output_page(made, rulebook, lang))


@click.command()
@DOSSIERS
@click.option("--until", type=Day(), default=_FAR, help="Last day looked at; by default 2030-01-01.")
@click.option("--from", "start", type=Day(), default=date.today, help="First day; by default today.")
@BASIS
@READING
@UNITS
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "svg", "ics"]), default="text", help="Text, JSON, a chart or a calendar."
)
@OUT
@LANG
@speaking
def cliffs(  # noqa: PLR0913  one argument per option
    dossiers: tuple[Path, ...],
    *,
    until: date,
    start: date,
    basis: Any,  # noqa: ANN401  one of the bases
    readings: tuple[tuple[str, str], ...],
    units: tuple[str, ...],
    form: str,
    out: Path | None,
    lang: Lang,
) -> None:
    """List the days ahead on which points or programmes change by enacted law and filed evidence, and what to file by when.

    Several dossiers, or a CSV with the columns dossier and units, are a fleet.
    """
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    profiles = list(_profiles(dossiers, units, rulebook))
    if len(profiles) > 1 or dossiers[0].suffix == ".csv":
        fleet = lokal.cliffs_fleet(profiles, rulebook, until, start=start, basis=basis, readings=dict(readings))
        if form == "json":
            from lokal.study.fleet_cliffs import fleet_cliffs_data  # noqa: PLC0415

            _give_json(fleet_cliffs_data(fleet), out)
            return
        if form != "text":
            raise DossierError("для парка есть только text и json", "a fleet has text and json only")
        from lokal.report.ahead_text import fleet_cliffs_page  # noqa: PLC0415

        print_page(fleet_cliffs_page(fleet, rulebook, lang))
        return
    horizon = lokal.cliffs(profiles[0][0], rulebook, until, start=start, basis=basis, readings=dict(readings))
    if form == "json":
        from lokal.study.documents import horizon_data  # noqa: PLC0415

        _give_json(horizon_data(horizon), out)
    elif form == "svg":
        from lokal.report.timeline_svg import timeline_svg  # noqa: PLC0415

        _give(timeline_svg(horizon, lang).encode(), out)
    elif form == "ics":
        from lokal.report.calendar_ics import calendar_ics  # noqa: PLC0415

        _give(calendar_ics(horizon, lang), out)
    else:
        from lokal.report.ahead_text import cliffs_page  # noqa: PLC0415

        print_page(cliffs_page(horizon, lang))


@click.command()
@DOSSIERS
@click.option("--amendment", "amendment_file", type=click.Path(path_type=Path), help="An enacted or draft amendment as a file.")
@READING
@click.option("--on", type=Day(), default=None, help="Day compared; by default the first on which all provisions hold, or today.")
@BASIS
@UNITS
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="A table for people or JSON for programs.")
@LANG
@speaking
def compare(  # noqa: PLR0913  one argument per option
    dossiers: tuple[Path, ...],
    *,
    amendment_file: Path | None,
    readings: tuple[tuple[str, str], ...],
    on: date | None,
    basis: Any,  # noqa: ANN401  one of the bases
    units: tuple[str, ...],
    form: str,
    lang: Lang,
) -> None:
    """Show what an amendment, or another reading, does to a dossier or a fleet, provision by provision."""
    import lokal  # noqa: PLC0415
    from lokal.study.documents import comparison_data, fleet_comparison_data  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    amendment = lokal.read_amendment(amendment_file) if amendment_file else None
    day = on or (amendment.last_start() if amendment else date.today())  # noqa: DTZ011  calendar days have no zone
    changes = lokal.Changes(rulebook, day, amendment=amendment, readings=dict(readings), file=str(amendment_file or ""))
    profiles = list(_profiles(dossiers, units, rulebook))
    if len(profiles) > 1 or dossiers[0].suffix == ".csv":
        fleet = lokal.compare_fleet(profiles, changes, basis=basis)
        if form == "json":
            print_json(fleet_comparison_data(fleet))
            return
        from lokal.report.change_text import fleet_comparison_page  # noqa: PLC0415

        print_page(fleet_comparison_page(fleet, changes, lang))
        return
    found = lokal.compare(profiles[0][0], changes, basis=basis)
    if form == "json":
        print_json(comparison_data(found))
        return
    from lokal.report.change_text import comparison_page  # noqa: PLC0415

    print_page(comparison_page(found, changes, lang))


@click.command()
@DOSSIER
@scoring
@speaking
def margin(dossier: Path, *, form: str, lang: Lang, **asked: Any) -> None:  # noqa: ANN401  the shared options
    """Find the fewest claims whose rejection loses each programme, the document behind most points, the loss without one supplier."""
    import lokal  # noqa: PLC0415
    from lokal.study.margin import margin_data  # noqa: PLC0415

    rulebook, scored = score_file(dossier, asked)
    found = lokal.margin(scored, rulebook)
    if form == "json":
        print_json(margin_data(found))
        return
    from lokal.report.change_text import margin_page  # noqa: PLC0415

    print_page(margin_page(found, rulebook, lang))


@click.command()
@DOSSIER
@click.option("--target", default=None, help="A programme whose bar is to be reached.")
@click.option("--top", default=25, show_default=True, help="How many operations to list.")
@scoring
@speaking
def next(dossier: Path, *, target: str | None, top: int, form: str, lang: Lang, **asked: Any) -> None:  # noqa: A001, ANN401  the verb's name; the shared options
    """Rank what one more operation is worth today after tiers, ratios and caps, with what proves it."""
    import lokal  # noqa: PLC0415
    from lokal.study.next_steps import next_data  # noqa: PLC0415

    if target and not asked["programme"]:
        asked["programme"] = target if target in {each.id for each in lokal.load_rulebook().programmes} else None
    rulebook, scored = score_file(dossier, asked)
    found = lokal.next_steps(scored, rulebook, target)
    if form == "json":
        print_json(next_data(found))
        return
    from lokal.report.change_text import next_page  # noqa: PLC0415

    print_page(next_page(found, rulebook, lang, top))


@click.command()
@DOSSIERS
@click.option("--with", "table", type=click.Path(path_type=Path), required=True, help="CSV: vehicle, on, points (or low, high), source.")
@READING
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="A table for people or JSON for programs.")
@LANG
@speaking
def reconcile(dossiers: tuple[Path, ...], *, table: Path, readings: tuple[tuple[str, str], ...], form: str, lang: Lang) -> None:
    """Compare published numbers with dossiers: match, within the open interval, or break, with our explanation."""
    import lokal  # noqa: PLC0415
    from lokal.study.reconcile import reconciled_data  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    rows = lokal.reconcile(table, [lokal.read_dossier(each, rulebook) for each in dossiers], rulebook, readings=dict(readings))
    if form == "json":
        print_json(reconciled_data(rows))
        return
    from lokal.report.change_text import reconcile_page  # noqa: PLC0415

    print_page(reconcile_page(rows, rulebook, lang))


def _profiles(paths: tuple[Path, ...], units: tuple[str, ...], rulebook: "Rulebook") -> "Iterator[tuple[Dossier, int]]":
    """Yield dossiers with their units: of files, and of CSV lists with the columns dossier and units."""
    import lokal  # noqa: PLC0415

    counts = dict(map(_count, units))
    for path in paths:
        if path.suffix.lower() == ".csv":
            for file, count in _listed(path):
                yield lokal.read_dossier(file, rulebook), count
        else:
            read = lokal.read_dossier(path, rulebook)
            yield read, counts.get(read.vehicle.id, 1)


def _listed(path: Path) -> Iterator[tuple[Path, int]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise DossierError(
            "список парка не читается (CSV в UTF-8)", "cannot read the fleet's list (CSV in UTF-8)", Place(str(path))
        ) from problem
    for line, row in enumerate(csv.DictReader(text.splitlines()), 2):
        name, count = (row.get("dossier") or "").strip(), (row.get("units") or "1").strip()
        if not name or not count.isdecimal():
            raise DossierError(
                f"ожидались столбцы dossier и units, а стоит «{name}», «{count}»",
                f"expected the columns dossier and units, got '{name}', '{count}'",
                Place(str(path), line),
            )
        yield path.parent / name, int(count)


def _count(text: str) -> tuple[str, int]:
    name, sign, count = text.partition("=")
    if not sign or not count.isdecimal():
        raise click.BadParameter(f"{text!r}: ID=N", param_hint="--units")
    return name, int(count)


def _units(dossier: "Dossier", counts: dict[str, int]) -> int:
    if dossier.vehicle.id not in counts:
        raise DossierError(
            f"для «{dossier.vehicle.id}» не указан выпуск: --units {dossier.vehicle.id}=N",
            f"the units of '{dossier.vehicle.id}' are missing: --units {dossier.vehicle.id}=N",
        )
    return counts[dossier.vehicle.id]


def _give(content: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(content, nl=False)
        return
    out.write_bytes(content)


def _give_json(data: object, out: Path | None) -> None:
    from lokal.result.document import encode  # noqa: PLC0415

    _give(encode(data) + b"\n", out)
