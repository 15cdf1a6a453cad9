"""The most points that a variant can reach under the law of a day."""

from collections.abc import Mapping
from fractions import Fraction

from lokal.engine.dossier import Dossier, Vehicle
from lokal.engine.interpret import interpret
from lokal.engine.known import Look, State, known_facts
from lokal.engine.outcome import Outcome
from lokal.rulebook.model import Category, Powertrain
from lokal.scale.model import Need, Scale

_NO = State(Fraction(0), Fraction(0))


def maximum(scale: Scale, category: Category, powertrain: Powertrain, fitted: Mapping[str, bool] | None = None) -> Outcome:
    """Return the outcome whose high end is the maximum: nothing is known of the vehicle but what its powertrain implies.

    `fitted` narrows it: flags of components that the variant has or lacks. Coefficients for meeting a regulation are left out, as
    they reward the vehicle and not a localised operation.
    """
    vehicle = Dossier(Vehicle("maximum", "", "", category, powertrain))
    states = dict.fromkeys(_coefficient_flags(scale), _NO)
    states |= known_facts(vehicle, scale.facts, Look(scale.on))
    states |= {name: State(Fraction(has), Fraction(has)) for name, has in (fitted or {}).items()}
    return interpret(scale, category, powertrain, states)


def _coefficient_flags(scale: Scale) -> set[str]:
    needs = (need for block in scale.blocks for each in block.coefficients for case in each.cases for need in case.needs)
    return {name for need in needs for name in _facts(need)}


def _facts(need: Need) -> set[str]:
    return {need.fact} if need.fact else {name for each in need.any for name in _facts(each)}
