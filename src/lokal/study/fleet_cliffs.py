"""The dates ahead for a fleet: distinct profiles are studied once, and each counts with the units that share it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec

from lokal.engine.dossier import Basis, Dossier
from lokal.engine.outcome import ZERO, Bounds
from lokal.result.document import Data, bounds
from lokal.rulebook.model import Rulebook
from lokal.study.cliffs import Cliff, cliffs
from lokal.study.regimes import Regimes
from lokal.study.sums import change, times


@dataclass
class FleetCliff:
    """A day on which something changes for some units: how many fall, rise, lose or gain a programme, and what the blocks bring.

    A unit falls or rises by its sure points (the low end). `lost` and `gained` count units by programme, `blocks` add the change of
    points over all units.
    """

    day: date
    units: int = 0
    fell: int = 0
    rose: int = 0
    change: Bounds = ZERO
    lost: dict[str, int] = field(default_factory=dict)
    gained: dict[str, int] = field(default_factory=dict)
    blocks: dict[str, Bounds] = field(default_factory=dict)


@dataclass(frozen=True)
class FleetHorizon:
    """A fleet from a day to another: units and profiles studied, the days in order."""

    units: int
    profiles: int
    start: date
    until: date
    cliffs: tuple[FleetCliff, ...]


def cliffs_fleet(  # noqa: PLR0913  a question has this many parts
    profiles: Iterable[tuple[Dossier, int]],
    rulebook: Rulebook,
    until: date,
    *,
    start: date | None = None,
    basis: Basis = "claimed",
    readings: Mapping[str, str] | None = None,
) -> FleetHorizon:
    """Return the days ahead on which points or programmes of a fleet change; `profiles` are distinct dossiers with their units.

    Raises what `cliffs` raises. The law is compiled once for all profiles.
    """
    start = start or date.today()  # noqa: DTZ011  calendar days have no zone
    regimes = Regimes(rulebook, readings=readings)
    days: dict[date, FleetCliff] = {}
    total = studied = 0
    for dossier, units in profiles:
        total, studied = total + units, studied + 1
        for cliff in cliffs(dossier, rulebook, until, start=start, basis=basis, regimes=regimes).cliffs:
            _add(days.setdefault(cliff.day, FleetCliff(cliff.day)), cliff, units)
    return FleetHorizon(total, studied, start, until, tuple(days[day] for day in sorted(days)))


def count_profiles(dossiers: Iterable[Dossier]) -> list[tuple[Dossier, int]]:
    """Return the distinct profiles of many dossiers with their units: names of vehicles do not tell profiles apart."""
    counts: dict[bytes, tuple[Dossier, int]] = {}
    for each in dossiers:
        bare = msgspec.structs.replace(each.vehicle, id="", ru="", en="", maker="", type_approval="")
        key = msgspec.msgpack.encode((bare, each.statements, each.evidence))
        first, units = counts.get(key, (each, 0))
        counts[key] = (first, units + 1)
    return list(counts.values())


def _add(into: FleetCliff, cliff: Cliff, units: int) -> None:
    moved = change(cliff.before, cliff.after)
    into.units += units
    into.fell += units * (moved.low < 0)
    into.rose += units * (moved.low > 0)
    into.change = into.change + times(moved, units)
    for cause in cliff.causes:
        into.blocks[cause.block] = into.blocks.get(cause.block, ZERO) + times(cause.change, units)
    for turn in cliff.turns:
        for into_counts, holds in ((into.lost, turn.lost), (into.gained, turn.gained)):
            if holds:
                into_counts[turn.programme] = into_counts.get(turn.programme, 0) + units


def fleet_cliffs_data(horizon: FleetHorizon) -> Data:
    """Return a fleet's days ahead as plain data."""
    return {
        "units": horizon.units,
        "profiles": horizon.profiles,
        "start": horizon.start.isoformat(),
        "until": horizon.until.isoformat(),
        "cliffs": [
            {
                "day": each.day.isoformat(),
                "units": each.units,
                "fell": each.fell,
                "rose": each.rose,
                "change": bounds(each.change),
                "lost": each.lost,
                "gained": each.gained,
                "blocks": {name: bounds(points) for name, points in each.blocks.items()},
            }
            for each in horizon.cliffs
        ],
    }
