"""The days ahead as a calendar file: each day of change, and each last day to file something, as whole-day events."""

import hashlib
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from lokal.errors import Lang
from lokal.report.ahead_terms import cause_text, filing_text, filings, lost_and_gained, turn_text
from lokal.report.terms import interval_text
from lokal.report.titles import Titles
from lokal.study.cliffs import Horizon

_REMIND = timedelta(days=-14)


def calendar_ics(horizon: Horizon, lang: Lang) -> bytes:
    """Return the days ahead of a vehicle as an iCalendar file; the same question gives the same bytes and the same event ids."""
    titles = Titles(horizon.rulebook, lang)
    vehicle = horizon.dossier.vehicle
    name = vehicle.ru if lang == "ru" else vehicle.en
    calendar = Calendar()
    calendar.add("prodid", "-//lokal//cliffs//RU" if lang == "ru" else "-//lokal//cliffs//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{name}: {'баллы и пороги' if lang == 'ru' else 'points and thresholds'}")
    for cliff in horizon.cliffs:
        points = f"{interval_text(cliff.before, lang)} → {interval_text(cliff.after, lang)}"
        short = lost_and_gained(cliff.turns, titles, lang)
        lines = [cause_text(each, horizon, titles, lang) for each in cliff.causes] + [turn_text(each, titles, lang) for each in cliff.turns]
        head = f"{name}: {points}" if cliff.before != cliff.after else f"{name}: {short}"
        calendar.add_component(_event(horizon, cliff.day, head, "\n".join(lines), f"cliff {cliff.day}"))
        for each in filings(cliff):
            words = filing_text(each, horizon, titles, lang)
            head = f"{name}: {'подать' if lang == 'ru' else 'file'} — {words.split(' — ')[0]}"
            event = _event(horizon, each.by, head, words, f"file {cliff.day} {each.paper} {each.evidence} {each.programme}")
            event.add_component(_reminder(head))
            calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def _event(horizon: Horizon, day: date, head: str, body: str, what: str) -> Event:
    event = Event()
    seed = f"{horizon.dossier.vehicle.id}\0{what}".encode()
    event.add("uid", f"{hashlib.sha256(seed).hexdigest()[:24]}@lokal")
    event.add("dtstamp", datetime(horizon.start.day.year, horizon.start.day.month, horizon.start.day.day, tzinfo=UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", head)
    event.add("description", body)
    event.add("transp", "TRANSPARENT")
    return event


def _reminder(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", _REMIND)
    return alarm
