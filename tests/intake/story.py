"""A made-up car of 3,260 points by hand: two of its operations rest on suppliers' acts that end on the same day."""

from datetime import date

import lokal
from lokal.engine.dossier import Dossier

RULEBOOK = lokal.load_rulebook()
LAST = date(2026, 10, 15)
"""Three years after both acts."""
OWN = """
vehicle: {id: story, ru: Вымышленный, en: Made up, category: M1, powertrain: ice}
evidence:
  own: {kind: own, ru: Документы завода, en: Plant papers, issued: 2024-01-10}
facts:
  body_shell.welding: {value: yes, evidence: [own]}
  body_shell.painting: {value: yes, evidence: [own]}
  body_panels.stamped_share: {value: 0.71, evidence: [own]}
  body_metal.metal_share: {value: 0.8, evidence: [own]}
  rnd.cost: {value: 30000000, evidence: [own]}
  rnd.revenue: {value: 1000000000, evidence: [own]}
  ecu_engine.section_ix: {value: 250, evidence: [own]}
  ecu_abs.fitted: {value: yes, evidence: [own]}
  ecu_abs.section_ix: {value: 250, evidence: [own]}
  gearbox.manual_or_reducer: {value: yes, evidence: [own]}
  thermostat.fitted: {value: yes, evidence: [own]}
"""
ACTS = """
acts:
- {number: 900-01-00001, maker: Поставщик-пример 1, inn: "7700000016", component: Коробка передач, issued: 2023-10-15,
   operations: [{operation: gearbox_manual.housing, points: 120}]}
- {number: 900-01-00002, maker: Поставщик-пример 2, inn: "7700000023", component: Термостат, issued: 2023-10-15,
   operations: [{operation: thermostat.housing_and_valve, points: 40}]}
"""
# welding 400, painting 500, stamping from 70 % 300, metal from 70 % 200, R&D 3 x 400, two control units at the top rung 300 and 200
OWN_POINTS = 400 + 500 + 300 + 200 + 3 * 400 + 300 + 200
GEARBOX, THERMOSTAT = 120, 40
CLAIMED = OWN_POINTS + GEARBOX + THERMOSTAT


def own_dossier() -> Dossier:
    """The car without its suppliers."""
    return lokal.parse_dossier(OWN, "story.yaml", RULEBOOK)


def renewed(issued: str, recorded: str = "") -> str:
    """A later act of the gearbox's maker on the same component, as YAML."""
    late = f", recorded: {recorded}" if recorded else ""
    return (
        f'- {{number: 900-02-1, inn: "7700000016", component: Коробка передач, issued: {issued}{late},'
        " operations: [{operation: gearbox_manual.housing}]}"
    )
