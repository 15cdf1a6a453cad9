"""Terminal pages about days: eligibility with a filing day, the days ahead of a vehicle and of a fleet."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lokal.engine.outcome import Bounds
from lokal.errors import Lang
from lokal.report.ahead_terms import cause_text, filing_text, filings, turn_text
from lokal.report.terms import ANSWERS, STANDINGS, day_text, interval_text, points_text, say
from lokal.report.text import header, plain_table, programme_table
from lokal.report.titles import Titles
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.study.cliffs import Cliff, Horizon
from lokal.study.eligibility import OutputVerdict, eligibility
from lokal.study.filing import FilingCheck
from lokal.study.fleet_cliffs import FleetHorizon

_TOP = 8


def eligibility_page(scored: Score, rulebook: Rulebook, lang: Lang, filing: FilingCheck | None = None) -> RenderableType:
    """Return every programme's verdict with the clause or source behind its bar, what is not known of others, and a filing day."""
    titles = Titles(rulebook, lang)
    verdicts = eligibility(scored, rulebook)
    missing = [titles.programme(each.programme) for each in verdicts if each.bar is None]
    notes = [
        Text.assemble((f" {titles.of(programme)}: ", "bold"), titles.of(programme.note), style="dim")
        for programme in rulebook.programmes
        if programme.note and programme.id in {each.programme for each in verdicts if each.bar is not None}
    ]
    none = "На этот день порога не знаем" if lang == "ru" else "No bar known on this day"
    parts: list[RenderableType] = [header(scored, rulebook, lang), programme_table(verdicts, titles, lang)]
    parts += [Text(f" {none}: {', '.join(missing)}", style="dim")] if missing else []
    parts += [_filing(filing, titles, lang)] if filing else []
    return Group(*parts, Padding(Group(*notes), (1, 0, 0, 0)))


def _filing(check: FilingCheck, titles: Titles, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    table = plain_table(f"{'Заявка, поданная' if ru else 'An application filed on'} {day_text(check.filed, lang)}")
    table.add_column("Мера" if ru else "Programme")
    for each in check.required:
        table.add_column(f"{'закон на' if ru else 'law of'} {day_text(each.day, lang)}", justify="right")
    table.add_column("Вместе" if ru else "Together")
    for place, name in enumerate(check.answers):
        verdicts = [each.verdicts[place] for each in check.required]
        if all(each.bar is None for each in verdicts):
            continue
        cells = [f"{interval_text(each.points, lang)} / {interval_text(each.bar, lang) if each.bar else '—'}" for each in verdicts]
        table.add_row(titles.programme(name), *cells, say(ANSWERS[check.answers[name]], lang))
    ready = f"{day_text(check.ready, lang)} … {day_text(check.ready_slow, lang)}"
    window = (
        ("окно изменения баллов открыто" if ru else "the window for a change of points is open")
        if check.change_allowed
        else (
            "окно изменения баллов (1 августа — 30 сентября) закрыто"
            if ru
            else "the window for a change of points (1 August to 30 September) is closed"
        )
    )
    line = f" {'запись можно ждать' if ru else 'a record can be expected'} {ready} [R4, R19]; {window}"
    return Group(Text(""), table, Text(line, style="dim"))


def output_page(verdicts: Iterable[OutputVerdict], rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the verdicts on a year's output."""
    ru, titles = lang == "ru", Titles(rulebook, lang)
    table = plain_table("Выпуск за год" if ru else "The year's output")
    for russian, english in (
        ("Мера", "Programme"),
        ("Единиц", "Units"),
        ("Достигает порога", "Reach the bar"),
        ("Нужно", "Asked"),
        ("Ответ", "Answer"),
    ):
        table.add_column(russian if ru else english)
    for each in verdicts:
        reached = interval_text(Bounds(each.reached.low * 100, each.reached.high * 100), lang)
        standing = "" if each.standing == "law" else f" ({say(STANDINGS[each.standing], lang)})"
        answer = say(ANSWERS[each.answer], lang) + standing
        table.add_row(titles.programme(each.programme), f"{each.units}", f"{reached} %", f"{points_text(each.share * 100, lang)} %", answer)
    return table


def cliffs_page(horizon: Horizon, lang: Lang) -> RenderableType:
    """Return the days ahead of a vehicle: points before and after, causes, programmes, what to file by when."""
    ru, titles = lang == "ru", Titles(horizon.rulebook, lang)
    vehicle = horizon.dossier.vehicle
    span = f"{day_text(horizon.start.day, lang)} … {day_text(horizon.until, lang)}"
    head = Text.assemble((vehicle.ru if ru else vehicle.en, "bold"), f" · {span} · {interval_text(horizon.start.points, lang)}")
    if not horizon.cliffs:
        return Group(head, Text(" до конца срока ничего не меняется" if ru else " nothing changes until the end", style="dim"))
    return Group(head, *(part for cliff in horizon.cliffs for part in _cliff(cliff, horizon, titles, lang)))


def _cliff(cliff: Cliff, horizon: Horizon, titles: Titles, lang: Lang) -> Iterable[RenderableType]:
    ru = lang == "ru"
    colour = "red" if cliff.after.low < cliff.before.low or any(turn.lost for turn in cliff.turns) else "green"
    points = interval_text(cliff.after, lang)
    if cliff.before != cliff.after:
        points = f"{interval_text(cliff.before, lang)} → {points}"
    yield Text.assemble("\n", (day_text(cliff.day, lang), f"bold {colour}"), "  ", (points, "bold"))
    ordered = sorted(cliff.causes, key=lambda cause: (cause.change.low, cause.change.high))
    for cause in ordered[:_TOP]:
        yield Text(f"   {cause_text(cause, horizon, titles, lang)}")
    if len(ordered) > _TOP:
        yield Text(f"   … {'и ещё' if ru else 'and'} {len(ordered) - _TOP} {'узлов' if ru else 'blocks more'}", style="dim")
    for turn in cliff.turns:
        style = "red" if turn.lost else "green" if turn.gained else "dim"
        yield Text(f"   {turn_text(turn, titles, lang)}", style=style)
    for filing in filings(cliff):
        yield Text(f"   ⚑ {filing_text(filing, horizon, titles, lang)}", style="yellow")


def fleet_cliffs_page(horizon: FleetHorizon, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the days ahead of a fleet as a table."""
    ru, titles = lang == "ru", Titles(rulebook, lang)
    span = f"{day_text(horizon.start, lang)} … {day_text(horizon.until, lang)}"
    units = f"{horizon.units} {'единиц, профилей' if ru else 'units, profiles'}: {horizon.profiles}"
    table: Table = plain_table(f"{span} · {units}")
    for russian, english in (
        ("День", "Day"),
        ("Задето", "Touched"),
        ("Теряют баллы", "Lose points"),
        ("Баллов в сумме", "Points in all"),
        ("Теряют меру", "Lose a programme"),
        ("Получают меру", "Gain a programme"),
    ):
        table.add_column(russian if ru else english)
    for each in horizon.cliffs:
        lost, gained = (
            ", ".join(f"{titles.programme(name)}: {count}" for name, count in counts.items()) for counts in (each.lost, each.gained)
        )
        change = interval_text(each.change, lang, sign=True)
        table.add_row(
            day_text(each.day, lang), str(each.units), str(each.fell), change, Text(lost, style="red"), Text(gained, style="green")
        )
    return table
