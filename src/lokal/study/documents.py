"""Days ahead and comparisons as plain data, for programs."""

from lokal.result.document import Data, bounds, number
from lokal.scale.model import Cite
from lokal.study.cliffs import Cause, Cliff, Filing, Horizon, Turn
from lokal.study.compare import Comparison, FleetComparison
from lokal.study.eligibility import verdict_data


def horizon_data(horizon: Horizon) -> Data:
    """Return the days ahead of a vehicle."""
    return {
        "vehicle": horizon.dossier.vehicle.id,
        "rulebook": {"version": horizon.rulebook.manifest.version, "hash": horizon.rulebook.hash},
        "start": horizon.start.day.isoformat(),
        "until": horizon.until.isoformat(),
        "points": bounds(horizon.start.points),
        "programmes": [verdict_data(each) for each in horizon.start.verdicts],
        "cliffs": [_cliff(each) for each in horizon.cliffs],
    }


def _cliff(cliff: Cliff) -> Data:
    return {
        "day": cliff.day.isoformat(),
        "before": bounds(cliff.before),
        "after": bounds(cliff.after),
        "causes": [_cause(each) for each in cliff.causes],
        "programmes": [_turn(each) for each in cliff.turns],
        "filings": [_filing(each) for each in cliff.filings],
    }


def _cause(cause: Cause) -> Data:
    return {
        "source": cause.source,
        "block": cause.block,
        "operations": list(cause.operations),
        "change": bounds(cause.change),
        "ended": [_cite(cite) for cite in cause.ended],
        "begun": [_cite(cite) for cite in cause.begun],
        "facts": list(cause.facts),
        "evidence": list(cause.papers),
    }


def _cite(cite: Cite) -> Data:
    return {"act": cite.act, "place": cite.place, "hash": cite.hash}


def _turn(turn: Turn) -> Data:
    return {
        "programme": turn.programme,
        "lost": turn.lost,
        "gained": turn.gained,
        "before": verdict_data(turn.before),
        "after": verdict_data(turn.after),
    }


def _filing(filing: Filing) -> Data:
    window = filing.window
    return {
        "paper": filing.paper,
        "by": filing.by.isoformat(),
        "slow": filing.slow.isoformat(),
        "clause": filing.clause,
        "evidence": filing.evidence or None,
        "programme": filing.programme or None,
        "window": {"first": window.first.isoformat(), "last": window.last.isoformat()} if window else None,
        "outside_window": filing.outside,
        "law_of": [day.isoformat() for day in filing.requirements],
    }


def comparison_data(found: Comparison) -> Data:
    """Return what an amendment or a reading does to a vehicle."""
    return {
        "vehicle": found.before.scored.dossier.vehicle.id,
        "on": found.day.isoformat(),
        "touches": found.touches,
        "before": bounds(found.before.points),
        "after": bounds(found.after.points),
        "change": bounds(found.change),
        "attribution": "shapley" if found.interacting else "separate",
        "effects": [
            {
                "provision": each.lever.id,
                "ru": each.lever.title.ru,
                "en": each.lever.title.en,
                "from": each.lever.first_day.isoformat() if each.lever.first_day else None,
                "change": bounds(each.change),
                "blocks": {name: bounds(points) for name, points in each.blocks.items()},
                "bars": {name: bounds(points) for name, points in each.bars.items()},
                "with": list(each.with_),
            }
            for each in found.effects
        ],
        "programmes": [_turn(each) for each in found.turns],
    }


def fleet_comparison_data(found: FleetComparison) -> Data:
    """Return what an amendment or a reading does to a fleet."""
    return {
        "on": found.day.isoformat(),
        "units": found.units,
        "won": found.won,
        "lost": found.lost,
        "same": found.same,
        "change": bounds(found.change),
        "effects": {name: bounds(points) for name, points in found.effects.items()},
        "programmes_lost": found.programmes_lost,
        "programmes_gained": found.programmes_gained,
        "average_change": number(found.change.low / found.units) if found.units else None,
    }
