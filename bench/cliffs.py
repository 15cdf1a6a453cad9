"""Days ahead for a fleet of a million cars against one scoring of that fleet on one day: the ratio must stay under 60.

The fleet is made up: a million cars, each with the number of one of a few hundred distinct profiles.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import lokal
from lokal.engine.dossier import Dossier, Evidence, Statement, Vehicle
from lokal.engine.known import Look
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook
from lokal.study.fleet_cliffs import cliffs_fleet
from lokal.study.regimes import Regimes

CARS, PROFILES, LIMIT = 1_000_000, 200, 60
START, UNTIL = date(2026, 12, 1), date(2030, 1, 1)
VALUES = {
    "flag": (0, 1),
    "share": ("0.35", "0.55", "0.75", "0.95"),
    "count": (0, 2, 4),
    "points": (0, 202, 230, 250),
    "money": (10**9, 3 * 10**10),
}


def profile(number: int, facts: dict[str, Fact]) -> Dossier:
    """Return a made-up profile: two facts of three are stated, one of ten by a component act that ends in these years."""
    dice = random.Random(number)  # noqa: S311  a repeatable fleet, not a secret
    papers = {f"act{year}": Evidence("component_act", "Акт", "Act", issued=date(year, 3, 1 + number % 28)) for year in (2024, 2025, 2026)}
    statements = []
    for name, fact in facts.items():
        if dice.random() < 1 / 3 or fact.implied:
            continue
        value = Decimal(dice.choice(VALUES[fact.kind]))
        statements.append(Statement(name, value, value, evidence=(dice.choice([*papers]),) if dice.random() < 0.1 else ()))
    return Dossier(Vehicle(f"p{number}", "", "", "M1", dice.choice(("ice", "ice", "hybrid", "ev"))), tuple(statements), papers)


def timed(label: str, began: float) -> float:
    """Print and return the seconds since a moment."""
    seconds = time.perf_counter() - began
    print(f"  {label}: {seconds:.2f} s")
    return seconds


def counted(profiles: list[Dossier], cars: list[int]) -> Iterator[tuple[Dossier, int]]:
    """Join the cars to their profiles: each profile with its number of cars."""
    counts = Counter(cars)
    return ((each, counts[number]) for number, each in enumerate(profiles) if counts[number])


def one_scoring(profiles: list[Dossier], cars: list[int], rulebook: Rulebook) -> list[int]:
    """Score the fleet on one day: the distinct profiles, then every car by its profile."""
    regimes = Regimes(rulebook)
    points = [int(regimes.moment(each, Look(START)).points.low) for each in profiles]
    return [points[car] for car in cars]


def main() -> int:
    """Print both times and their ratio; exit code 1 where it is over the limit."""
    rulebook = lokal.load_rulebook()
    facts = declared_facts(rulebook)
    profiles = [profile(number, facts) for number in range(PROFILES)]
    dice = random.Random(0)  # noqa: S311
    cars = [dice.randrange(PROFILES) for _ in range(CARS)]
    print(f"cliffs: {CARS:,} cars, {PROFILES} profiles, {START} to {UNTIL}")
    began = time.perf_counter()
    one_scoring(profiles, cars, rulebook)
    once = timed("one scoring on one day, interpreter", began)
    began = time.perf_counter()
    found = cliffs_fleet(counted(profiles, cars), rulebook, UNTIL, start=START)
    ahead = timed(f"days ahead ({len(found.cliffs)} days with changes)", began)
    print(f"  ratio: {ahead / once:.1f} (limit {LIMIT})")
    return int(ahead > LIMIT * once)


if __name__ == "__main__":
    sys.exit(main())
