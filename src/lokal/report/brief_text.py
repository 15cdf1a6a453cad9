"""The short page of a dossier: what is known, the interval, what would settle each bar."""

from fractions import Fraction

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lokal.errors import Lang
from lokal.report.bar import points_bar
from lokal.report.terms import ANSWERS, REASONS, STANDINGS, interval_text, plural, points_text, say
from lokal.report.text import header, known_facts_text, published_line
from lokal.report.titles import Titles
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.study.brief import Settling, settling

_SHOWN = 5
_NAMED = 2


def brief_page(scored: Score, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the brief of one dossier."""
    titles = Titles(rulebook, lang)
    results = settling(scored, rulebook)
    bars = [each.verdict.bar.high for each in results if each.verdict.bar and each.verdict.bar.high]
    return Group(
        header(scored, rulebook, lang),
        Padding(points_bar(scored.outcome.points, bars, lang), (0, 0, 1, 1)),
        _awarded(scored, titles, lang),
        *(_settling(each, titles, lang) for each in _alike(results)),
        published_line(scored, lang),
    )


def _awarded(scored: Score, titles: Titles, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    lines = [Text("Что известно и засчитано" if ru else "Known and counted", style="bold")]
    lost = [Text("Что известно и баллов не даёт" if ru else "Known and worth nothing", style="bold")]
    for block in scored.outcome.blocks:
        for each in block.operations:
            told = known_facts_text(each, scored, titles, lang)
            place = ", ".join(dict.fromkeys(titles.cite(case.cite) for case in each.cases[:1]))
            name = f"{titles.block(block.id)} — {titles.operation(block.id, each.id)}"
            if each.points.low and each.counted != "no":
                lines.append(Text.assemble("  ", (points_text(each.points.low, lang), "green"), f"  {name}  ", (f"{place}; {told}", "dim")))
            elif each.reason in {"not_done", "below_gate", "below_ladder", "no_rung_value", "expired_document", "not_documented"} and told:
                lost.append(Text.assemble("  0  ", f"{name}: {say(REASONS[each.reason], lang)}  ", (f"{place}; {told}", "dim")))
    if len(lines) == 1:
        lines.append(Text("  ничего" if ru else "  nothing", style="dim"))
    return Padding(Group(*lines, *(lost if len(lost) > 1 else [])), (0, 0, 1, 1))


def _alike(results: tuple[Settling, ...]) -> list[list[Settling]]:
    """Put programmes together that ask the same of the vehicle: bar, margin and answer."""
    groups: dict[object, list[Settling]] = {}
    for each in results:
        verdict = each.verdict
        groups.setdefault((verdict.bar, verdict.margin, verdict.answer, verdict.standing, verdict.share), []).append(each)
    return list(groups.values())


def _settling(alike: list[Settling], titles: Titles, lang: Lang) -> RenderableType:
    each = alike[0]
    ru, verdict = lang == "ru", each.verdict
    if verdict.bar is None:
        return Text("")
    words = Text.assemble(
        " ",
        ("; ".join(titles.programme(one.verdict.programme) for one in alike), "bold"),
        (f" [{say(STANDINGS[verdict.standing], lang)}]", "dim"),
        f" — {'порог' if ru else 'bar'} {interval_text(verdict.bar, lang)}: ",
        (say(ANSWERS[verdict.answer], lang), "green" if verdict.answer == "yes" else "red" if verdict.answer == "no" else "yellow"),
    )
    if verdict.answer != "depends":
        return words
    count = plural(int(each.missing), ("балла", "баллов", "баллов"))
    words.append(f"; {'не хватает' if ru else 'short of'} {points_text(each.missing, lang)} {count if ru else 'points'}")
    return words.append(_steps(each, titles, lang)) if each.reachable else words


def _steps(each: Settling, titles: Titles, lang: Lang) -> Text:
    """Return the largest steps that would settle a bar, and the rest as one line."""
    ru = lang == "ru"
    words = Text(". " + ("Хватило бы подтвердить, например:" if ru else "It would take, for example:") + "\n")
    for step in each.steps[:_SHOWN]:
        names = ", ".join(titles.operation(step.block, name) for name in step.operations[:_NAMED])
        more = " …" if len(step.operations) > _NAMED else ""
        points = points_text(step.points, lang)
        words.append(f"    {'до' if ru else 'up to'} {points:>6}  {titles.block(step.block)}: {names}{more}\n", style="dim")
    rest = each.steps[_SHOWN:]
    if rest:
        points = points_text(sum((step.points for step in rest), Fraction(0)), lang)
        words.append(f"    … {f'и ещё {len(rest)} на {points}' if ru else f'and {len(rest)} more worth {points}'}\n", style="dim")
    return words
