"""Ten blocks of the law of 1 December 2026 written by hand, for a car (M1, combustion engine) of which everything is known.

What a careful analyst would write without this package, in Polars, in SQL and in plain Python; the numbers are those of the rulebook.
"""

from functools import reduce
from operator import add
from typing import Any

import polars as pl

FITTED = {
    "door_hardware": None,
    "glass": None,
    "exterior_polymer": "exterior_polymer.fitted",
    "engine": None,
    "bearing_shells": None,
    "turbocharger": "turbocharger.fitted",
    "timing_drive": None,
    "catalytic_converter": "catalytic_converter.fitted",
    "clutch": "clutch.fitted",
    "gearbox_synchronizers": "gearbox_synchronizers.fitted",
}
"""The flag that says whether the component is there; a combustion engine, doors and glass always are."""
DOORS = {
    "inner_handles": "inner_handle_foreign_share",
    "outer_handles": "outer_handle_foreign_share",
    "side_door_locks": "door_lock_foreign_share",
    "hinges": "hinge_foreign_share",
    "bonnet_tailgate_locks": "lid_lock_foreign_share",
    "check_straps": "check_strap_foreign_share",
}
ENGINE = {
    "assembly": 25, "cylinder_block": 95, "crankshaft": 95, "camshaft": 95, "cylinder_head": 95, "piston_machining": 20, "ring_machining": 15,
    "pin_machining": 5, "piston_blanks": 25, "ring_blanks": 20, "pin_blanks": 10, "liners": 15, "valve_machining": 10, "valve_seats": 10,
    "valve_blanks": 30,
}  # fmt: skip
SHELLS = {"antifriction_material": 5, "machining": 5, "shell_metal": 5}
TURBO = {
    "assembly": 10, "housing_machining": 10, "rotor_machining": 30, "housing_blanks": 10, "rotor_blanks": 30, "valve": 15, "variable_nozzle": 15,
    "valve_actuator": 15,
}  # fmt: skip
TIMING = {"chain_or_belt_forming": 20, "chain_or_belt_materials": 20, "sprockets_and_pulleys": 20}
CLUTCH = {
    "housing": 30, "pressure_plate_machining": 10, "pressure_plate_heat": 10, "pressure_plate_blanks_metal": 10, "pressure_springs_metal": 25,
    "cover_blanks_metal": 20, "driven_disc_machining": 10, "driven_disc_heat": 10, "driven_disc_blanks_metal": 25, "friction_linings": 10,
}  # fmt: skip
SYNCHRONIZERS = {"machining": 40, "blanks": 40, "friction_coating": 5, "friction_material": 5}
LAMBDA = {"coating_metallic": 40, "coating_ceramic": 70, "substrate_metallic": 25, "substrate_ceramic": 40}


def polars_total() -> pl.Expr:
    """Return twice the points as one Polars expression (the ecology factor of 1.5 makes halves)."""
    blocks = {
        "door_hardware": [
            pl.when(_c("door_hardware", one) & (_c("door_hardware", share) <= 500_000)).then(_n(5)).otherwise(_n(0))
            for one, share in DOORS.items()
        ],
        "glass": [
            _p("glass", "side_rear_glass", 5),
            pl.max_horizontal(_p("glass", "glass_roof", 5), _p("glass", "glass_roof_dimmable", 10)),
            pl.max_horizontal(_p("glass", "windscreen", 5), _p("glass", "windscreen_heated", 10)),
        ],
        "exterior_polymer": [
            _p("exterior_polymer", "bumpers", 20),
            pl.when(_c("exterior_polymer", "panels") & (_c("exterior_polymer", "panels_share") >= 850_000)).then(_n(20)).otherwise(_n(0)),
            pl.when(_c("exterior_polymer", "bumper_polymer_share") >= 500_000).then(_n(15)).otherwise(_n(0)),
            pl.when(_c("exterior_polymer", "panels_polymer_share") >= 500_000).then(_n(10)).otherwise(_n(0)),
        ],
        "bearing_shells": [_r("bearing_shells", name, points, "shells") for name, points in SHELLS.items()],
        "turbocharger": [_p("turbocharger", name, points) for name, points in TURBO.items()],
        "timing_drive": [
            *(_p("timing_drive", name, points) for name, points in TIMING.items()),
            pl.max_horizontal(_p("timing_drive", "belt_tensioner", 30), _p("timing_drive", "chain_tensioner_and_guides", 30)),
        ],
        "catalytic_converter": [
            _r("catalytic_converter", "assembly", 10, "converters"),
            pl.max_horizontal(
                _l("coating_metallic") + _l("substrate_metallic"),
                _l("coating_ceramic") + _l("substrate_ceramic"),
            ),
        ],
        "clutch": [_p("clutch", name, points) for name, points in CLUTCH.items()],
        "gearbox_synchronizers": [_r("gearbox_synchronizers", name, points, "synchronizers") for name, points in SYNCHRONIZERS.items()],
    }
    raised = pl.col("vehicle.un_r154_00") | pl.col("vehicle.un_r49_06")
    factor = pl.when(raised).then(_n(4)).when(pl.col("vehicle.un_r83_07")).then(_n(3)).otherwise(_n(2))
    total = _sum([_p("engine", name, points) for name, points in ENGINE.items()]) * factor
    plain = [
        _sum(parts) if not (fitted := FITTED[name]) else pl.when(pl.col(fitted)).then(_sum(parts)).otherwise(_n(0))
        for name, parts in blocks.items()
    ]
    return total + _sum(plain) * _n(2)


def _n(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.Int16)


def _c(block: str, name: str) -> pl.Expr:
    return pl.col(f"{block}.{name}")


def _p(block: str, name: str, points: int) -> pl.Expr:
    return pl.when(_c(block, name)).then(_n(points)).otherwise(_n(0))


def _r(block: str, name: str, points: int, units: str) -> pl.Expr:
    of = _c(block, units)
    return pl.when(of > 0).then((_c(block, name) * (2 * points) + of) // (of * 2)).otherwise(0).cast(pl.Int16)


def _l(name: str) -> pl.Expr:
    return _r("catalytic_converter", name, LAMBDA[name], "converters")


def _sum(parts: list[pl.Expr]) -> pl.Expr:
    return reduce(add, parts)


def sql_total(table: str) -> str:
    """Return the sum of twice the points over a table as SQL, the way one writes it: a CASE a line."""
    blocks = {
        "door_hardware": [
            f"CASE WHEN {_q('door_hardware', one)} AND {_q('door_hardware', share)} <= 500000 THEN 5 ELSE 0 END"
            for one, share in DOORS.items()
        ],
        "glass": [
            _s("glass", "side_rear_glass", 5),
            f"greatest({_s('glass', 'glass_roof', 5)}, {_s('glass', 'glass_roof_dimmable', 10)})",
            f"greatest({_s('glass', 'windscreen', 5)}, {_s('glass', 'windscreen_heated', 10)})",
        ],
        "exterior_polymer": [
            _s("exterior_polymer", "bumpers", 20),
            f"CASE WHEN {_q('exterior_polymer', 'panels')} AND {_q('exterior_polymer', 'panels_share')} >= 850000 THEN 20 ELSE 0 END",
            f"CASE WHEN {_q('exterior_polymer', 'bumper_polymer_share')} >= 500000 THEN 15 ELSE 0 END",
            f"CASE WHEN {_q('exterior_polymer', 'panels_polymer_share')} >= 500000 THEN 10 ELSE 0 END",
        ],
        "bearing_shells": [_t("bearing_shells", name, points, "shells") for name, points in SHELLS.items()],
        "turbocharger": [_s("turbocharger", name, points) for name, points in TURBO.items()],
        "timing_drive": [
            *(_s("timing_drive", name, points) for name, points in TIMING.items()),
            f"greatest({_s('timing_drive', 'belt_tensioner', 30)}, {_s('timing_drive', 'chain_tensioner_and_guides', 30)})",
        ],
        "catalytic_converter": [
            _t("catalytic_converter", "assembly", 10, "converters"),
            f"greatest({_m('coating_metallic')} + {_m('substrate_metallic')}, {_m('coating_ceramic')} + {_m('substrate_ceramic')})",
        ],
        "clutch": [_s("clutch", name, points) for name, points in CLUTCH.items()],
        "gearbox_synchronizers": [_t("gearbox_synchronizers", name, points, "synchronizers") for name, points in SYNCHRONIZERS.items()],
    }
    factor = 'CASE WHEN "vehicle.un_r154_00" OR "vehicle.un_r49_06" THEN 4 WHEN "vehicle.un_r83_07" THEN 3 ELSE 2 END'
    engine = " + ".join(_s("engine", name, points) for name, points in ENGINE.items())
    plain = [f"CASE WHEN {_fitted(name)} THEN {' + '.join(parts)} ELSE 0 END" for name, parts in blocks.items()]
    return f"SELECT sum(({engine}) * ({factor}) + 2 * ({' + '.join(plain)})) FROM {table}"  # noqa: S608  our own names


def _fitted(block: str) -> str:
    fitted = FITTED[block]
    return f'"{fitted}"' if fitted else "true"


def _q(block: str, name: str) -> str:
    return f'"{block}.{name}"'


def _s(block: str, name: str, points: int) -> str:
    return f"CASE WHEN {_q(block, name)} THEN {points} ELSE 0 END"


def _t(block: str, name: str, points: int, units: str) -> str:
    of = _q(block, units)
    return f"CASE WHEN {of} > 0 THEN ({_q(block, name)} * {2 * points} + {of}) // ({of} * 2) ELSE 0 END"


def _m(name: str) -> str:
    return _t("catalytic_converter", name, LAMBDA[name], "converters")


def python_total(car: dict[str, Any]) -> int:
    """Return twice the points of one car in plain Python."""

    def part(block: str, name: str, points: int, units: str) -> int:
        of = car[f"{block}.{units}"]
        return (2 * points * car[f"{block}.{name}"] + of) // (2 * of) if of else 0

    def done(block: str, points: dict[str, int]) -> int:
        return sum(worth for name, worth in points.items() if car[f"{block}.{name}"])

    def fitted(block: str, points: int) -> int:
        return points if not FITTED[block] or car[f"{block}.fitted"] else 0

    door, polymer, cat = "door_hardware", "exterior_polymer", "catalytic_converter"
    doors = sum(5 for one, share in DOORS.items() if car[f"{door}.{one}"] and car[f"{door}.{share}"] <= 500_000)
    glass = done("glass", {"side_rear_glass": 5})
    glass += max(done("glass", {"glass_roof": 5}), done("glass", {"glass_roof_dimmable": 10}))
    glass += max(done("glass", {"windscreen": 5}), done("glass", {"windscreen_heated": 10}))
    panels = 20 * car[f"{polymer}.bumpers"] + 20 * (car[f"{polymer}.panels"] and car[f"{polymer}.panels_share"] >= 850_000)
    panels += 15 * (car[f"{polymer}.bumper_polymer_share"] >= 500_000) + 10 * (car[f"{polymer}.panels_polymer_share"] >= 500_000)
    shells = sum(part("bearing_shells", name, points, "shells") for name, points in SHELLS.items())
    timing = done("timing_drive", TIMING)
    timing += max(done("timing_drive", {"belt_tensioner": 30}), done("timing_drive", {"chain_tensioner_and_guides": 30}))
    exhaust = [part(cat, name, points, "converters") for name, points in LAMBDA.items()]
    converter = part(cat, "assembly", 10, "converters") + max(exhaust[0] + exhaust[2], exhaust[1] + exhaust[3])
    shifting = sum(part("gearbox_synchronizers", name, points, "synchronizers") for name, points in SYNCHRONIZERS.items())
    factor = 4 if car["vehicle.un_r154_00"] or car["vehicle.un_r49_06"] else 3 if car["vehicle.un_r83_07"] else 2
    plain = (
        fitted(door, doors)
        + fitted("glass", glass)
        + fitted(polymer, panels)
        + shells
        + fitted("turbocharger", done("turbocharger", TURBO))
    )
    plain += timing + fitted(cat, converter) + fitted("clutch", done("clutch", CLUTCH)) + fitted("gearbox_synchronizers", shifting)
    return done("engine", ENGINE) * factor + 2 * plain
