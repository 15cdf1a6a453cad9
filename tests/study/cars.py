"""Made-up cars for the studies: each is stated fact by fact, so that its points can be added by hand from section II."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from lokal.engine.dossier import Dossier, Evidence, Statement, Vehicle
from lokal.errors import Place
from lokal.intake.values import parse_value
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Category, Powertrain
from lokal.rulebook.read import load_rulebook

RULEBOOK = load_rulebook()
FACTS = declared_facts(RULEBOOK)
EXAMPLES = Path(__file__).parents[2] / "examples"
Stated = str | dict[str, object]

BODY: dict[str, Stated] = {
    "body_shell.welding": "yes",  # 400
    "body_shell.painting": "yes",  # 500
    "body_panels.stamped_share": "0.72",  # 300, the 70 % tier
    "body_metal.metal_share": "0.70",  # 200, the 70 % tier
}
"""1400 points on every day."""
RND: dict[str, Stated] = {"rnd.cost": "1500000000", "rnd.revenue": "40000000000"}
"""3.75 % of revenue: 400 x 3.75 = 1500 points, the cap of 30.09.2026 to 31.12.2026 and (cost over 0.7 bn) from 2027."""
ENGINE: dict[str, Stated] = {f"engine.{name}": "yes" for name in ("cylinder_block", "cylinder_head", "camshaft", "crankshaft")}
"""4 x 95 = 380 points without an ecological coefficient."""
DEAL = (
    "taxi.kaliningrad_or_siberia",
    "taxi.far_east_or_new_regions",
    "taxi.registered_before_2026_03",
    "spic.party",
    "spic.concluded_2020_2026",
    "spic.concluded_2022_2025",
    "spic.government_decision",
)


def car(
    facts: Mapping[str, Stated],
    category: Category = "M1",
    powertrain: Powertrain = "ice",
    evidence: Mapping[str, Evidence] | None = None,
    name: str = "car",
) -> Dossier:
    """Return a dossier in which everything not stated is an explicit no or zero, what is fitted and implied excepted."""
    statements = []
    for fact, stated in facts.items():
        parts = stated if isinstance(stated, dict) else {"value": stated}
        low, high = parse_value(str(parts["value"]), FACTS[fact].kind, fact, Place("cars.py"))
        rest = {key: value for key, value in parts.items() if key != "value"}
        statements.append(Statement(fact, low, high, **rest))  # type: ignore[arg-type]
    fitted = {block.fitted for block in RULEBOOK.blocks}
    for fact, record in FACTS.items():
        if fact in facts or fact in fitted or fact.endswith(".fitted") or record.implied.get(powertrain):
            continue
        low, high = parse_value("1" if "foreign" in fact else "0", record.kind, fact, Place("cars.py"))
        statements.append(Statement(fact, low, high))
    return Dossier(Vehicle(name, name, name, category, powertrain), tuple(statements), dict(evidence or {}))


def day(text: str) -> date:
    """Return a day from its ISO form."""
    return date.fromisoformat(text)
