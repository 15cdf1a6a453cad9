"""Days ahead in words: causes, turns of programmes and what must be filed, for pages, charts and calendars alike."""

from collections.abc import Iterable

from lokal.errors import Lang
from lokal.report.terms import ANSWERS, STANDINGS, day_text, interval_text, say
from lokal.report.titles import Titles
from lokal.study.cliffs import Cause, Cliff, Filing, Horizon, Turn
from lokal.study.deadlines import Paper

_SHORT = 3
PAPERS: dict[Paper, tuple[str, str]] = {
    "component_act": ("новый акт экспертизы на компоненты: заявка в ТПП", "a new component act: apply to the Chamber"),
    "vehicle_act": ("новая реестровая запись: заявка", "a new register record: apply"),
    "change": ("изменение записи", "a change of the record"),
}


def cause_text(cause: Cause, horizon: Horizon, titles: Titles, lang: Lang) -> str:
    """Return a cause as one line: the block, what happened, the clause or the document."""
    ru = lang == "ru"
    what = ", ".join(titles.operation(cause.block, name) for name in cause.operations[:2]) + (" …" if len(cause.operations) > 2 else "")  # noqa: PLR2004
    head = f"{titles.block(cause.block)}: {what} {interval_text(cause.change, lang, sign=True)}"
    if cause.source == "law":
        ended = ", ".join(titles.cite(cite) for cite in cause.ended[:3])
        begun = ", ".join(titles.cite(cite) for cite in cause.begun[:3])
        parts = [f"{'кончается' if ru else 'ends'} {ended}"] if ended else []
        parts += [f"{'начинается' if ru else 'begins'} {begun}"] if begun else []
        return f"{head} ({'закон' if ru else 'law'}: {'; '.join(parts) or '—'})"
    papers = [horizon.dossier.evidence[name] for name in cause.papers]
    if papers:
        return f"{head} ({'кончается' if ru else 'ends'}: {'; '.join(paper.ru if ru else paper.en for paper in papers)})"
    return f"{head} ({'меняются сведения' if ru else 'the facts change'}: {', '.join(titles.fact(name) for name in cause.facts[:2])})"


def turn_text(turn: Turn, titles: Titles, lang: Lang) -> str:
    """Return a programme's turn as one line: answers before and after, the bar's change, its standing."""
    one, two = turn.before, turn.after
    answers = say(ANSWERS[two.answer], lang)
    if one.answer != two.answer:
        answers = f"{say(ANSWERS[one.answer], lang)} → {answers}"
    bar = ""
    if two.bar is not None and one.bar != two.bar:
        was = f"{interval_text(one.bar, lang)} → " if one.bar is not None else ""
        bar = f", {'порог' if lang == 'ru' else 'bar'} {was}{interval_text(two.bar, lang)}"
    standing = "" if two.standing == "law" else f" ({say(STANDINGS[two.standing], lang)})"
    return f"{titles.programme(turn.programme)}: {answers}{bar}{standing}"


def filing_text(filing: Filing, horizon: Horizon, titles: Titles, lang: Lang) -> str:
    """Return what must be filed by when, as one line with its clause; a day already past is said to be."""
    ru = lang == "ru"
    about = ""
    if filing.evidence:
        paper = horizon.dossier.evidence[filing.evidence]
        about = f" ({paper.ru if ru else paper.en})"
    elif filing.programme:
        about = f" ({titles.programme(filing.programme)}: {'добрать баллы' if ru else 'more points'})"
    words = f"{say(PAPERS[filing.paper], lang)}{about} — {'до' if ru else 'by'} {day_text(filing.by, lang)}"
    if filing.slow < filing.by:
        words += f", {'с запросами и возвратом до' if ru else 'with requests and a return by'} {day_text(filing.slow, lang)}"
    if filing.window:
        days = f"{day_text(filing.window.first, lang)} … {day_text(filing.window.last, lang)}"
        words += f"; {'окно' if ru else 'window'} {days}"
        if filing.outside:
            words += f" {'(этого окна уже не хватит)' if ru else '(too late for this window)'}"
    if filing.by < horizon.start.day:
        words += f"; {'срок прошёл' if ru else 'already past'}"
    return f"{words} [{filing.clause}]"


def filings(cliff: Cliff) -> tuple[Filing, ...]:
    """Return a day's filings, one where several programmes ask for the same."""
    seen: dict[tuple[object, ...], Filing] = {}
    for each in cliff.filings:
        seen.setdefault((each.paper, each.by, each.evidence, bool(each.programme)), each)
    return tuple(seen.values())


def lost_and_gained(turns: Iterable[Turn], titles: Titles, lang: Lang) -> str:
    """Return in short which programmes go and come on a day."""
    turns = tuple(turns)
    lost = ", ".join(titles.programme(turn.programme) for turn in turns if turn.lost)
    gained = ", ".join(titles.programme(turn.programme) for turn in turns if turn.gained)
    parts = [f"− {lost}"] if lost else []
    parts += [f"+ {gained}"] if gained else []
    bars = [turn for turn in turns if not turn.lost and not turn.gained and turn.before.bar != turn.after.bar]
    if bars and not parts:
        parts.append(", ".join(dict.fromkeys(_bar_move(turn, titles, lang) for turn in bars[:2])))
    return "; ".join(parts)


def causes_short(cliff: Cliff, horizon: Horizon, titles: Titles, lang: Lang) -> str:
    """Return in short why points change on a day: documents that end, then the blocks that the law moves most."""
    papers = dict.fromkeys(name for cause in cliff.causes for name in cause.papers)
    named = [horizon.dossier.evidence[name] for name in papers]
    parts = (
        [f"{'кончается' if lang == 'ru' else 'ends'}: {', '.join(each.ru if lang == 'ru' else each.en for each in named)}"] if named else []
    )
    moved = sorted((cause for cause in cliff.causes if not cause.papers), key=lambda cause: min(cause.change.low, -abs(cause.change.high)))
    words = [f"{titles.block(cause.block)} {interval_text(cause.change, lang, sign=True)}" for cause in moved[:_SHORT]]
    rest = len(moved) - _SHORT
    if rest > 0:
        words.append(f"{'и ещё' if lang == 'ru' else 'and'} {rest}{'' if lang == 'ru' else ' more'}")
    return "; ".join([*parts, *([", ".join(words)] if words else [])])


def _bar_move(turn: Turn, titles: Titles, lang: Lang) -> str:
    was = interval_text(turn.before.bar, lang) if turn.before.bar else "—"
    now = interval_text(turn.after.bar, lang) if turn.after.bar else "—"
    return f"{titles.programme(turn.programme)} {was} → {now}"
