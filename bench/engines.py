"""The ten blocks in OpenFisca-core (vectorised formulas) and in zen-engine (one expression a car), as their users would write them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import ten_blocks as hand
import zen as gorules
from openfisca_core import entities, periods, simulation_builder, taxbenefitsystems, variables

PERIOD = "2026-12"


def openfisca(file: Path, names: list[str]) -> Callable[[], int]:
    """Return a run of OpenFisca over the cars of a file: read, set as inputs, ten variables calculated."""
    schema = pl.read_parquet_schema(file)
    car = entities.Entity("car", "cars", "A car", "")
    system = taxbenefitsystems.TaxBenefitSystem([car])
    for name in names:
        system.add_variable(_fact(name, car, flag=schema[name] == pl.Boolean))
    for block in hand.FITTED:
        system.add_variable(_block(block, car))

    def run() -> int:
        frame = pl.read_parquet(file, columns=names)
        simulation = simulation_builder.SimulationBuilder().build_default_simulation(system, count=frame.height)
        for name in names:
            simulation.set_input(_plain(name), PERIOD, frame[name].to_numpy())
        return int(sum(simulation.calculate(f"points_{block}", PERIOD).sum() for block in hand.FITTED))

    return run


def _plain(name: str) -> str:
    return name.replace(".", "__")


def _fact(name: str, car: entities.Entity, *, flag: bool) -> type:
    kind = bool if flag else int
    return type(_plain(name), (variables.Variable,), {"value_type": kind, "entity": car, "definition_period": periods.MONTH, "label": name})


def _block(block: str, car: entities.Entity) -> type:
    def formula(cars: Any, period: Any) -> Any:
        def get(name: str) -> Any:
            return cars(_plain(f"{block}.{name}"), period)

        points = _points(block, get, lambda name: cars(_plain(name), period))
        fitted = hand.FITTED[block]
        return points * cars(_plain(fitted), period) if fitted else points

    body = {"value_type": int, "entity": car, "definition_period": periods.MONTH, "label": block, "formula": formula}
    return type(f"points_{block}", (variables.Variable,), body)


def _points(block: str, get: Callable[[str], Any], other: Callable[[str], Any]) -> Any:
    def ratio(name: str, points: int, units: str) -> Any:
        of = get(units)
        return np.where(of > 0, (2 * points * get(name) + of) // np.maximum(2 * of, 1), 0)

    def done(points: dict[str, int]) -> Any:
        return sum(get(name) * worth for name, worth in points.items())

    if block == "door_hardware":
        return 2 * sum((get(one) & (get(share) <= 500_000)) * 5 for one, share in hand.DOORS.items())
    if block == "glass":
        glass = get("side_rear_glass") * 5 + np.maximum(get("glass_roof") * 5, get("glass_roof_dimmable") * 10)
        return 2 * (glass + np.maximum(get("windscreen") * 5, get("windscreen_heated") * 10))
    if block == "exterior_polymer":
        panels = get("bumpers") * 20 + (get("panels") & (get("panels_share") >= 850_000)) * 20
        return 2 * (panels + (get("bumper_polymer_share") >= 500_000) * 15 + (get("panels_polymer_share") >= 500_000) * 10)
    if block == "engine":
        raised = other("vehicle.un_r154_00") | other("vehicle.un_r49_06")
        return done(hand.ENGINE) * np.where(raised, 4, np.where(other("vehicle.un_r83_07"), 3, 2))
    if block == "catalytic_converter":
        parts = {name: ratio(name, points, "converters") for name, points in hand.LAMBDA.items()}
        best = np.maximum(parts["coating_metallic"] + parts["substrate_metallic"], parts["coating_ceramic"] + parts["substrate_ceramic"])
        return 2 * (ratio("assembly", 10, "converters") + best)
    if block == "timing_drive":
        return 2 * (done(hand.TIMING) + np.maximum(get("belt_tensioner") * 30, get("chain_tensioner_and_guides") * 30))
    ratios = {"bearing_shells": (hand.SHELLS, "shells"), "gearbox_synchronizers": (hand.SYNCHRONIZERS, "synchronizers")}
    if block in ratios:
        points, units = ratios[block]
        return 2 * sum(ratio(name, worth, units) for name, worth in points.items())
    return 2 * done({"turbocharger": hand.TURBO, "clutch": hand.CLUTCH}[block])


def zen_expression() -> str:
    """Return the part that the rule engine can express, fixed points of the flags, as one expression."""
    plain = {"engine": hand.ENGINE, "turbocharger": hand.TURBO, "timing_drive": hand.TIMING, "clutch": hand.CLUTCH}
    terms = [f"({_plain(f'{block}.{name}')} ? {points} : 0)" for block, worth in plain.items() for name, points in worth.items()]
    terms += [
        f"({_plain(f'door_hardware.{one}')} and {_plain(f'door_hardware.{share}')} <= 500000 ? 5 : 0)" for one, share in hand.DOORS.items()
    ]
    return " + ".join(terms)


def zen(cars: list[dict[str, Any]]) -> Callable[[], float]:
    """Return a run of GoRules' engine over cars, one decision each."""
    node = {"id": "sum", "key": "points", "value": zen_expression()}
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {"id": "sum", "type": "expressionNode", "name": "sum", "position": {"x": 1, "y": 0}, "content": {"expressions": [node]}},
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "sum", "type": "edge"},
            {"id": "b", "sourceId": "sum", "targetId": "out", "type": "edge"},
        ],
    }
    decision = gorules.ZenEngine().create_decision(json.dumps(graph))
    contexts = [{_plain(name): value for name, value in car.items()} for car in cars]
    return lambda: sum(decision.evaluate(each)["result"]["points"] for each in contexts)
