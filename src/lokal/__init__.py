"""lokal computes the localisation points of motor vehicles by Decree 719 of 2015, annex, section II.

    import lokal
    rulebook = lokal.load_rulebook()
    dossier = lokal.read_dossier(Path("dossier.yaml"), rulebook)
    scored = lokal.score(dossier, rulebook, date(2026, 12, 1))
    print(scored.low, scored.high)

Names load on first use, so importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lokal.engine.dossier import Dossier as Dossier
    from lokal.engine.known import Look as Look
    from lokal.errors import DossierError as DossierError
    from lokal.errors import EngineError as EngineError
    from lokal.errors import LokalError as LokalError
    from lokal.errors import RulebookError as RulebookError
    from lokal.errors import TextError as TextError
    from lokal.intake.dossier_yaml import parse_dossier as parse_dossier
    from lokal.intake.dossier_yaml import read_dossier as read_dossier
    from lokal.result.document import score_data as score_data
    from lokal.result.explain import explain as explain
    from lokal.result.explain import explanation_data as explanation_data
    from lokal.result.receipt import make_receipt as make_receipt
    from lokal.result.receipt import read_receipt as read_receipt
    from lokal.result.receipt import verify as verify
    from lokal.result.receipt import write_receipt as write_receipt
    from lokal.result.score import score as score
    from lokal.rulebook.amendment import read_amendment as read_amendment
    from lokal.rulebook.overlay import overlay as overlay
    from lokal.rulebook.read import load_rulebook as load_rulebook
    from lokal.schema import json_schema as json_schema
    from lokal.study.brief import settling as settling
    from lokal.study.brief import settling_data as settling_data
    from lokal.study.cliffs import cliffs as cliffs
    from lokal.study.compare import Changes as Changes
    from lokal.study.compare import compare as compare
    from lokal.study.compare import compare_fleet as compare_fleet
    from lokal.study.eligibility import eligibility as eligibility
    from lokal.study.eligibility import output_eligibility as output_eligibility
    from lokal.study.filing import check_filing as check_filing
    from lokal.study.fleet_cliffs import cliffs_fleet as cliffs_fleet
    from lokal.study.margin import margin as margin
    from lokal.study.next_steps import next_steps as next_steps
    from lokal.study.reconcile import reconcile as reconcile

_HOMES = {
    "lokal.engine.dossier": ("Dossier",),
    "lokal.engine.known": ("Look",),
    "lokal.errors": ("DossierError", "EngineError", "LokalError", "RulebookError", "TextError"),
    "lokal.intake.dossier_yaml": ("parse_dossier", "read_dossier"),
    "lokal.result.document": ("score_data",),
    "lokal.result.explain": ("explain", "explanation_data"),
    "lokal.result.receipt": ("make_receipt", "read_receipt", "verify", "write_receipt"),
    "lokal.result.score": ("score",),
    "lokal.rulebook.amendment": ("read_amendment",),
    "lokal.rulebook.overlay": ("overlay",),
    "lokal.rulebook.read": ("load_rulebook",),
    "lokal.schema": ("json_schema",),
    "lokal.study.brief": ("settling", "settling_data"),
    "lokal.study.cliffs": ("cliffs",),
    "lokal.study.compare": ("Changes", "compare", "compare_fleet"),
    "lokal.study.eligibility": ("eligibility", "output_eligibility"),
    "lokal.study.filing": ("check_filing",),
    "lokal.study.fleet_cliffs": ("cliffs_fleet",),
    "lokal.study.margin": ("margin",),
    "lokal.study.next_steps": ("next_steps",),
    "lokal.study.reconcile": ("reconcile",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)  # noqa: PLE0605  a sorted list of literal names


def __getattr__(name: str) -> object:
    """Load a public name from its home on first use."""
    if name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'lokal' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
