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
    from lokal.engine.totals import Totals as Totals
    from lokal.errors import DossierError as DossierError
    from lokal.errors import EngineError as EngineError
    from lokal.errors import LokalError as LokalError
    from lokal.errors import PlanError as PlanError
    from lokal.errors import RulebookError as RulebookError
    from lokal.errors import TextError as TextError
    from lokal.fleet.frames import score_fleet as score_fleet
    from lokal.fleet.job import Asked as Asked
    from lokal.fleet.run import run_fleet as run_fleet
    from lokal.fleet.spark import on_spark as on_spark
    from lokal.intake.acts import read_acts as read_acts
    from lokal.intake.bom import read_bom as read_bom
    from lokal.intake.bom_dossier import map_bom as map_bom
    from lokal.intake.dossier_write import dossier_text as dossier_text
    from lokal.intake.dossier_write import write_dossier as write_dossier
    from lokal.intake.dossier_yaml import parse_dossier as parse_dossier
    from lokal.intake.dossier_yaml import read_dossier as read_dossier
    from lokal.intake.mapping import read_mapping as read_mapping
    from lokal.intake.request import make_request as make_request
    from lokal.intake.request import read_reply as read_reply
    from lokal.intake.request import write_request as write_request
    from lokal.intake.sourcing import sourcing as sourcing
    from lokal.intake.sourcing import with_acts as with_acts
    from lokal.intake.template import write_template as write_template
    from lokal.intake.workbook import read_workbook as read_workbook
    from lokal.intake.workbook import write_workbook as write_workbook
    from lokal.lawtext.clauses import read_clauses as read_clauses
    from lokal.lawtext.derived import check_notes as check_notes
    from lokal.lawtext.draft import draft_yaml as draft_yaml
    from lokal.lawtext.match import match_text as match_text
    from lokal.lawtext.source import read_plain as read_plain
    from lokal.lawtext.source import read_text as read_text
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
    from lokal.scale.compile import compile_scale as compile_scale
    from lokal.schema import json_schema as json_schema
    from lokal.study.brief import settling as settling
    from lokal.study.brief import settling_data as settling_data
    from lokal.study.cliffs import cliffs as cliffs
    from lokal.study.compare import Changes as Changes
    from lokal.study.compare import compare as compare
    from lokal.study.compare import compare_fleet as compare_fleet
    from lokal.study.eligibility import eligibility as eligibility
    from lokal.study.eligibility import output_eligibility as output_eligibility
    from lokal.study.evidence_gaps import evidence_gaps as evidence_gaps
    from lokal.study.evidence_gaps import evidence_gaps_data as evidence_gaps_data
    from lokal.study.filing import check_filing as check_filing
    from lokal.study.fleet_cliffs import cliffs_fleet as cliffs_fleet
    from lokal.study.lawdiff import diff_rulebooks as diff_rulebooks
    from lokal.study.lawdiff import diff_scales as diff_scales
    from lokal.study.margin import margin as margin
    from lokal.study.maximum import maximum as maximum
    from lokal.study.next_steps import next_steps as next_steps
    from lokal.study.plan.answer import plan as plan
    from lokal.study.plan.file import read_project as read_project
    from lokal.study.reconcile import reconcile as reconcile
    from lokal.study.shock import fleet_project as fleet_project
    from lokal.study.shock import robust as robust
    from lokal.study.shock import shock as shock

_HOMES = {
    "lokal.engine.dossier": ("Dossier",),
    "lokal.engine.known": ("Look",),
    "lokal.engine.totals": ("Totals",),
    "lokal.errors": ("DossierError", "EngineError", "LokalError", "PlanError", "RulebookError", "TextError"),
    "lokal.fleet.frames": ("score_fleet",),
    "lokal.fleet.job": ("Asked",),
    "lokal.fleet.run": ("run_fleet",),
    "lokal.fleet.spark": ("on_spark",),
    "lokal.intake.acts": ("read_acts",),
    "lokal.intake.bom": ("read_bom",),
    "lokal.intake.bom_dossier": ("map_bom",),
    "lokal.intake.dossier_write": ("dossier_text", "write_dossier"),
    "lokal.intake.dossier_yaml": ("parse_dossier", "read_dossier"),
    "lokal.intake.mapping": ("read_mapping",),
    "lokal.intake.request": ("make_request", "read_reply", "write_request"),
    "lokal.intake.sourcing": ("sourcing", "with_acts"),
    "lokal.intake.template": ("write_template",),
    "lokal.intake.workbook": ("read_workbook", "write_workbook"),
    "lokal.lawtext.clauses": ("read_clauses",),
    "lokal.lawtext.derived": ("check_notes",),
    "lokal.lawtext.draft": ("draft_yaml",),
    "lokal.lawtext.match": ("match_text",),
    "lokal.lawtext.source": ("read_plain", "read_text"),
    "lokal.result.document": ("score_data",),
    "lokal.result.explain": ("explain", "explanation_data"),
    "lokal.result.receipt": ("make_receipt", "read_receipt", "verify", "write_receipt"),
    "lokal.result.score": ("score",),
    "lokal.rulebook.amendment": ("read_amendment",),
    "lokal.rulebook.overlay": ("overlay",),
    "lokal.rulebook.read": ("load_rulebook",),
    "lokal.scale.compile": ("compile_scale",),
    "lokal.schema": ("json_schema",),
    "lokal.study.brief": ("settling", "settling_data"),
    "lokal.study.cliffs": ("cliffs",),
    "lokal.study.compare": ("Changes", "compare", "compare_fleet"),
    "lokal.study.eligibility": ("eligibility", "output_eligibility"),
    "lokal.study.evidence_gaps": ("evidence_gaps", "evidence_gaps_data"),
    "lokal.study.filing": ("check_filing",),
    "lokal.study.fleet_cliffs": ("cliffs_fleet",),
    "lokal.study.lawdiff": ("diff_rulebooks", "diff_scales"),
    "lokal.study.margin": ("margin",),
    "lokal.study.maximum": ("maximum",),
    "lokal.study.next_steps": ("next_steps",),
    "lokal.study.plan.answer": ("plan",),
    "lokal.study.plan.file": ("read_project",),
    "lokal.study.reconcile": ("reconcile",),
    "lokal.study.shock": ("fleet_project", "robust", "shock"),
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
