"""The highest score a vehicle variant can reach under section II, derived by hand from the official text.

Independent of the package: nothing is imported from it and no number comes from its rule data. Every block of the common list is
transcribed below in the order of the text, with a short label of our own, the lines of section-II.txt it stands on, its points, and its
sum written out by hand; ``mismatches()`` recomputes each written sum from the lines. Assumptions are those of a formal maximum:
everything the powertrain does not rule out is fitted at once, count ratios are 1, gates of other sections are reached, R&D is at its
cap, no factor (ecology, procurement) applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

CATEGORIES = ("M1", "N1", "N2", "N3", "M2", "M3")
POWERTRAINS = ("ice", "hybrid", "ev")
DAYS = (date(2024, 6, 1), date(2024, 9, 1), date(2026, 1, 1), date(2027, 6, 1), date(2028, 6, 1))

FIRST_DAY = date(2024, 3, 21)
LADDERS_FROM = date(2024, 8, 1)
MIDDLE_RUNGS_TO = date(2027, 12, 31)


class Variant(NamedTuple):
    """What the points depend on."""

    category: str
    powertrain: str
    day: date


@dataclass(frozen=True)
class Pt:
    """A value by powertrain: with a combustion engine (ice, hybrid), or purely electric."""

    engine: int
    ev: int

    def worth(self, v: Variant) -> int:
        """The value of the variant's powertrain."""
        return self.ev if v.powertrain == "ev" else self.engine


@dataclass(frozen=True)
class Cat:
    """A value by category: cars and light commercials (M1, N1), trucks (N2, N3), buses (M2, M3)."""

    light: int
    trucks: int
    buses: int

    def worth(self, v: Variant) -> int:
        """The value of the variant's category."""
        light, trucks = v.category in ("M1", "N1"), v.category in ("N2", "N3")
        return self.light if light else self.trucks if trucks else self.buses


@dataclass(frozen=True)
class Dated:
    """A hand-written sum that changes when the ladders come: up to 2024-07-31, and from 2024-08-01."""

    old: int
    new: int

    def worth(self, v: Variant) -> int:
        """The sum of the variant's day."""
        return self.old if v.day < LADDERS_FROM else self.new


@dataclass(frozen=True)
class Ladder:
    """Electronics: the lowest rung by year (2024, 2026, 2028), the four middle rungs (to the end of 2027), the rung 245+."""

    lowest: tuple[int, int, int]
    middle: tuple[int, int, int, int]
    top: int

    def worth(self, v: Variant) -> int:
        """The best rung in force on the variant's day."""
        if v.day < LADDERS_FROM:
            return 0
        lowest = self.lowest[0 if v.day.year < 2026 else 1 if v.day.year < 2028 else 2]
        middle = self.middle if v.day <= MIDDLE_RUNGS_TO else ()
        return max(lowest, *middle, self.top)


class Old:
    """Lines in force to 2024-07-31."""

    def __init__(self, *lines: Item) -> None:
        self.lines = list(lines)

    def worth(self, v: Variant) -> int:
        """The sum of the lines while they are in force."""
        return worth(self.lines, v) if v.day < LADDERS_FROM else 0


class New:
    """Lines that count from 2024-08-01."""

    def __init__(self, *lines: Item) -> None:
        self.lines = list(lines)

    def worth(self, v: Variant) -> int:
        """The sum of the lines once they are in force."""
        return worth(self.lines, v) if v.day >= LADDERS_FROM else 0


class Best:
    """Alternatives, only the best of which counts; an alternative is one line or a list of lines."""

    def __init__(self, *options: Item | list[Item]) -> None:
        self.options = options

    def worth(self, v: Variant) -> int:
        """The best alternative."""
        return max(worth(option, v) for option in self.options)


Item = int | Pt | Cat | Dated | Ladder | Old | New | Best


def worth(item: Item | list[Item], v: Variant) -> int:
    """Points of a line, a group of lines or a hand-written sum, for the variant."""
    if isinstance(item, list):
        return sum(worth(line, v) for line in item)
    return item if isinstance(item, int) else item.worth(v)


# Who can have a block. "text": the words of the text exclude the others; "part": the part does not exist without that machine.
ANY = frozenset(POWERTRAINS)
NO_EV_TEXT = frozenset({"ice", "hybrid"})
ENGINE_PART = frozenset({"ice", "hybrid"})
NO_ICE_TEXT = frozenset({"hybrid", "ev"})
TRACTION_PART = frozenset({"hybrid", "ev"})
FUEL_CELL_PART = frozenset({"hybrid", "ev"})


class Block(NamedTuple):
    """A block: our label, lines of section-II.txt, lines with points, the sum written by hand, who can have it."""

    label: str
    at: tuple[int, int]
    lines: list[Item]
    total: Item
    fit: frozenset[str] = ANY


# The six ladders that occur.
L400 = Ladder((267, 133, 100), (281, 296, 311, 341), 400)
L300 = Ladder((200, 100, 75), (211, 222, 234, 256), 300)
L200 = Ladder((133, 67, 50), (141, 148, 156, 171), 200)
L130 = Ladder((87, 43, 33), (92, 96, 101, 111), 130)
L100 = Ladder((67, 33, 25), (70, 74, 78, 85), 100)
L40 = Ladder((27, 13, 10), (28, 30, 31, 34), 40)


BODY = [
    Block("body welding, painting", (5, 6), [400, 500], 900),
    Block("body stamping share", (7, 12), [Best(Cat(100, 100, 30), Cat(200, 200, 65), Cat(300, 300, 100))], Cat(300, 300, 100)),
    Block("body Russian metal share", (14, 16), [Best(150, 200)], 200),
]

ENGINE = [
    Block("combustion engine", (18, 33), [25, 95, 95, 95, 95, 20, 15, 5, 25, 20, 10, 15, 10, 10, 30], 565, ENGINE_PART),
    Block("bearing shells", (35, 40), [5, 5, 5], 15, ENGINE_PART),
    Block("connecting rod", (42, 43), [40], 40, ENGINE_PART),
    Block("viscous torsional damper", (44, 46), [10, 10], 20, ENGINE_PART),
    Block("dual-mass flywheel", (47, 50), [15, 5, 15], 35, ENGINE_PART),
    Block("hydraulic lash adjuster", (51, 52), [15], 15, ENGINE_PART),
    Block("valve springs", (53, 54), [10], 10, ENGINE_PART),
    Block("valve stem seals", (55, 56), [10], 10, ENGINE_PART),
    Block("air filter", (57, 58), [5], 5, ENGINE_PART),
    Block("oil filter", (59, 60), [5], 5, ENGINE_PART),
    Block("spark or glow plugs", (61, 62), [10], 10, ENGINE_PART),
    Block("crankshaft, camshaft seals", (64, 65), [20], 20, ENGINE_PART),
    Block("cam phaser", (66, 67), [30], 30, ENGINE_PART),
    Block("cam phaser actuators", (68, 69), [10], 10, ENGINE_PART),
    Block("cylinder head gasket", (70, 71), [5], 5, ENGINE_PART),
    Block("traction motor", (72, 79), [80, 60, 80, 150, 150, 40, 40], 600, TRACTION_PART),
    Block("thermostat", (80, 81), [40], 40),
]

GEARBOXES = [
    Block("manual gearbox, motor reducer", (82, 84), [Pt(30, 15), Pt(120, 35)], Pt(150, 50)),
    Block("manual gearbox shafts", (85, 87), [Pt(40, 20), Pt(30, 15)], Pt(70, 35)),
    Block("manual gearbox gears", (88, 90), [Pt(140, 70), Pt(90, 45)], Pt(230, 115)),
    Block(
        "clutch",
        (91, 102),
        [Pt(30, 20), Pt(10, 5), Pt(10, 5), Pt(10, 5), Pt(25, 15), Pt(20, 10), Pt(10, 5), Pt(10, 5), Pt(25, 15), Pt(10, 5)],
        Pt(160, 90),
    ),
    Block("automatic gearbox", (103, 110), [30, Pt(120, 70), Pt(80, 55), Pt(150, 100), Pt(30, 20), Pt(10, 5), 100], Pt(520, 380)),
    Block("automatic gearbox shafts", (111, 113), [45, 35], 80),
    Block("automatic gearbox gears", (114, 116), [180, 120], 300),
    Block("variator", (117, 124), [30, Pt(120, 70), Pt(80, 55), Pt(150, 100), Pt(30, 20), Pt(10, 5), 140], Pt(560, 420)),
    Block("variator shafts", (125, 127), [40, 30], 70),
    Block("variator gears", (128, 130), [140, 90], 230),
    Block("gearbox valve actuators", (131, 133), [15], 15),
    Block("gearbox pump", (134, 136), [20, 20], 40),
    Block("gearbox shaft seals", (137, 138), [10], 10),
    Block("friction drums", (139, 140), [40], 40),
    Block("disc springs", (141, 142), [20], 20),
    Block("gearbox heat exchanger", (143, 144), [20], 20),
    Block("clutch hydraulics", (145, 146), [30], 30),
    Block("synchronisers", (147, 151), [40, 40, 5, 5], 90),
    Block("gearbox bearings", (152, 154), [20, 30], 50),
]

ELECTRONICS = [
    Block("engine control unit", (155, 168), [Old(75, 75, 75, 75), L300], Dated(300, 300), ENGINE_PART),
    Block("engine and motion sensors", (169, 170), [45], 45),
    Block("brake control unit", (172, 186), [Old(50, 50, 20, 30, 50), L200], Dated(200, 200)),
    Block("acceleration, yaw sensors", (188, 190), [10], 10),
    Block("speed sensors, plain", (191, 192), [5], 5),
    Block("speed sensors, diagnostic", (193, 194), [10], 10),
    Block("steering angle sensors", (195, 196), [10], 10),
    Block("brake hydraulic unit", (197, 206), [10, 60, 30, 10, 30, 20, 10, 30], 200),
    Block("transmission control unit", (207, 220), [Old(50, 50, 50, 50), L200], Dated(200, 200)),
    Block("transmission sensors", (222, 223), [30], 30),
    Block("body control unit", (224, 237), [Old(50, 50, 50, 50), L200], Dated(200, 200)),
    Block("body sensors", (239, 240), [30], 30),
    Block("instrument cluster unit", (241, 254), [Old(30, 40, 30, 30), L130], Dated(130, 130)),
    Block("cluster sensors", (256, 257), [10], 10),
    Block("driver assistance, old list", (258, 265), [Old(80, 80, 80, 90, 90, 80)], Dated(500, 0)),
    Block("telematics", (266, 279), [Old(50, 50, 50, 50), L200], Dated(200, 200)),
    Block("emergency call", (280, 315), [Old(25, 10, 10, 10, 10, 10, 25), L100], Dated(100, 100)),
    Block("emergency call sensors", (317, 318), [10], 10),
    Block("driver assistance cameras", (319, 320), [New(25)], Dated(0, 25)),
    Block("driver assistance radars", (321, 322), [New(25)], Dated(0, 25)),
    Block("driver assistance lidars", (323, 324), [New(25)], Dated(0, 25)),
    Block("driver assistance sensors", (325, 326), [New(25)], Dated(0, 25)),
    Block("driver assistance units, levels 0-3", (327, 358), [Best(L100, L200, L300, L400)], Dated(0, 400)),
]

ENERGY = [
    Block("traction battery", (359, 359), [630], 630, TRACTION_PART),
    Block("lithium-ion cells", (360, 361), [520], 520, TRACTION_PART),
    Block("battery sensors", (363, 364), [15], 15, TRACTION_PART),
    Block("fuel cell stack", (365, 371), [45, 60, 200, 130, 70, 150], 655, FUEL_CELL_PART),
    Block("hydrogen pump, ejector", (372, 375), [30, 15, 15], 60, FUEL_CELL_PART),
    Block("hydrogen pressure reducer", (376, 379), [10, 10, 15], 35, FUEL_CELL_PART),
    Block("hydrogen supply valve", (380, 383), [10, 10, 15], 35, FUEL_CELL_PART),
    Block("hydrogen purge valve", (384, 387), [10, 10, 15], 35, FUEL_CELL_PART),
    Block("hydrogen lines", (388, 389), [45], 45, FUEL_CELL_PART),
    Block("fuel cell air compressor", (390, 394), [10, 30, 10, 30], 80, FUEL_CELL_PART),
    Block("fuel cell humidifier", (395, 396), [10], 10, FUEL_CELL_PART),
    Block("fuel cell ion filter", (397, 398), [5], 5, FUEL_CELL_PART),
    Block("fuel cell air flow sensor", (399, 400), [5], 5, FUEL_CELL_PART),
    Block("fuel cell control unit", (401, 405), [20, 20, 30, 20], 90, FUEL_CELL_PART),
    Block("fuel cell sensors", (406, 407), [5], 5, FUEL_CELL_PART),
    Block("hydrogen tank unit", (408, 412), [10, 10, 20, 10], 50, FUEL_CELL_PART),
    Block("hydrogen tank sensors", (413, 414), [5], 5, FUEL_CELL_PART),
    Block("hydrogen leak unit", (415, 416), [40], 40, FUEL_CELL_PART),
    Block("hydrogen leak sensors", (417, 418), [10], 10, FUEL_CELL_PART),
    Block("fuel cell converter", (419, 421), [20, 50], 70, FUEL_CELL_PART),
    Block("fuel cell converter sensors", (422, 423), [5], 5, FUEL_CELL_PART),
    Block("power contactors", (424, 425), [20], 20, NO_ICE_TEXT),
    Block("hydrogen cylinders", (426, 428), [35, 50], 85, FUEL_CELL_PART),
    Block("hydrogen high-pressure valve", (429, 432), [10, 10, 10], 30, FUEL_CELL_PART),
    Block("hydrogen receptacle", (433, 436), [10, 10, 10], 30, FUEL_CELL_PART),
]
# line 437 is the R&D line, see research() below

BRAKE_TYPES: list[Item] = [Best([20, 10, 5], [5, 5, 5, 10, 10], [5, 10, 10, 10], [20, 15], [10, 15, 10])]

CHASSIS = [
    Block("frame", (438, 443), [15, 30, Best(40, 60)], 105),
    Block("subframes", (444, 454), [15, 10, 25, 15, Best(5, 10), Best(5, 10)], 85),
    Block("exterior plastics", (456, 460), [20, 20, 15, 10], 65),
    Block("steering gear", (461, 469), [60, Best([60, 50], [50, 60, 70]), 20, 5], 265),
    Block("steering column", (470, 475), [5, 10, 5, 5, 20], 45),
    Block("power steering, hydraulic or electric", (476, 485), [Best([15, 15, 10, 15, 15], [15, 5, 15, 5])], 70),
    Block("steering knuckles", (486, 488), [5, 10], 15),
    Block("front brake discs, linings", (489, 491), [10, 5], 15),
    Block("front brakes, one of five types", (492, 513), BRAKE_TYPES, 35),
    Block("rear brake discs, linings", (514, 516), [10, 5], 15),
    Block("rear brakes, one of five types", (517, 538), BRAKE_TYPES, 35),
    Block("brake system parts", (539, 545), [35, 35, 5, 5, 5, 5], 90),
    Block("air brake compressor", (546, 549), [5, 5, 10], 20),
    Block("suspension", (550, 561), [10, 10, 10, 10, 15, 5, 20, 5, 5, 5, 5], 100),
    Block("shock absorbers", (562, 564), [10, 5], 15),
    Block("axles", (565, 569), [Cat(10, 15, 15), Cat(40, 55, 55), Cat(50, 180, 180), 10], Cat(110, 260, 260)),
    Block("transfer case", (570, 575), [10, Cat(25, 40, 40), Cat(65, 90, 90), 10, 10], Cat(120, 160, 160)),
    Block("drive shafts", (576, 582), [10, 50, 20, 10, 25, 5], 120),
    Block("cardan shafts", (583, 589), [10, 50, 20, 10, 25, 10], 125),
    Block("hub bearings", (590, 592), [20, 30], 50),
    Block("wheels", (593, 593), [10], 10),
    Block("tyres", (594, 594), [10], 10),
    Block("body to frame mounts", (595, 597), [5, 5], 10),
]

POWER_ELECTRONICS = [
    Block("traction inverter", (598, 605), [40, 30, 30, 50, 50, 150, 100], 450, NO_ICE_TEXT),
    Block("inverter sensors", (606, 606), [15], 15, TRACTION_PART),
    Block("on-board network converters", (607, 614), [5, 10, 15, 20, 20, 20, 30], 120, NO_ICE_TEXT),
    Block("on-board network sensors", (615, 616), [15], 15, NO_ICE_TEXT),
    Block("on-board charger", (617, 624), [5, 10, 15, 20, 20, 20, 30], 120, NO_ICE_TEXT),
]

FUEL_AND_EXHAUST = [
    Block("fuel tank", (625, 627), [10, 15], 25, NO_EV_TEXT),
    Block("compressed gas cylinders", (628, 630), [35, 50], 85, NO_EV_TEXT),
    Block("liquefied gas tanks", (631, 633), [35, 50], 85, NO_EV_TEXT),
    Block("petrol port injection", (634, 639), [25, 50, 25, 10], 110, NO_EV_TEXT),
    Block("petrol direct injection", (640, 646), [50, 15, 25, 10, 5, 10], 115, NO_EV_TEXT),
    Block("diesel injection", (647, 654), [50, 5, 50, 5, 10, 20, 20], 160, NO_EV_TEXT),
    Block("gas injection", (655, 656), [300], 300, NO_EV_TEXT),
    Block("low-pressure fuel module", (657, 660), [10, 25, 25], 60, NO_EV_TEXT),
    Block("fuel lines, fittings", (661, 663), [10, 10], 20, NO_EV_TEXT),
    Block("turbocharger", (664, 672), [10, 10, 30, 10, 30, 15, 15, 15], 135, NO_EV_TEXT),
    Block("exhaust system", (673, 679), [5, 10, 10, 10, Best(15, 20)], 55, NO_EV_TEXT),
    Block("catalytic converter", (680, 685), [10, Best([40, 25], [70, 40])], 120, ENGINE_PART),
    Block("exhaust gas recirculation", (686, 688), [20, 10], 30, ENGINE_PART),
    Block("selective catalytic reduction", (689, 693), [10, 5, 15, 10], 40, ENGINE_PART),
]

COOLING_AND_DRIVES = [
    Block("radiators, mechanical", (694, 696), [5, 5], 10),
    Block("radiators, brazed", (697, 699), [10, 5], 15),
    Block("charge air coolers", (700, 702), [5, 5], 10, ENGINE_PART),
    Block("cooling pipes", (703, 704), [5], 5),
    Block("air conditioning condenser", (705, 707), [10, 5], 15),
    Block("timing drive", (708, 713), [20, 20, 20, Best(30, 30)], 90, NO_EV_TEXT),
    Block("engine, gearbox mounts", (714, 716), [10, 10], 20),
    Block("oil pump", (717, 720), [10, 5, 10], 25, ENGINE_PART),
    Block("coolant pump", (721, 727), [5, 5, 5, 10, 5, 15], 45),
    Block("independent heaters", (728, 728), [20], 20),
    Block("lamps", (729, 739), [5, 5, 5, 5, 15, 5, Best(20, 25), Best(10, 15)], 80),
    Block("accessory belts", (740, 743), [20, 10, 25], 55),
]

INTERIOR = [
    Block("seats", (744, 752), [5, 5, 10, 10, 5, 5, 5, 5], 50),
    Block("ventilation, heating, cooling", (753, 757), [5, 5, 5, 5], 20),
    Block("air conditioning compressors", (758, 761), [20, 50, 15], 85),
    Block("steering wheel", (762, 766), [5, 5, 5, 5], 20),
    Block("interior trim, dashboard", (767, 772), [5, 5, 20, 5, 10], 45),
    Block("switches", (773, 780), [20, 20, 20, 10, 20, 20, 20], 130),
    Block("small electric drives", (781, 795), [15, 15, 15, 5, 15, 15, 15, 5, 15, 15, 15, 15], 160),
    Block("seat belts", (796, 799), [20, 15, 10], 45),
    Block("airbags", (800, 803), [75, 75, 90], 240),
    Block("outside mirrors", (804, 806), [5, 5], 10),
    Block("handles, hinges, locks, checks", (807, 813), [5, 5, 5, 5, 5, 5], 30),
]

OLD_40 = Old(10, 10, 10, 10)

CONTROL_UNITS = [
    Block("steering unit", (814, 827), [OLD_40, L40], Dated(40, 40)),
    Block("steering sensors", (829, 830), [10], 10),
    Block("passive safety unit", (831, 844), [OLD_40, L40], Dated(40, 40)),
    Block("passive safety sensors", (846, 846), [10], 10),
    Block("infotainment", (847, 860), [Old(25, 40, 25, 40), L130], Dated(130, 130)),
    Block("infotainment microphones", (862, 862), [10], 10),
    Block("suspension unit", (863, 876), [OLD_40, L40], Dated(40, 40)),
    Block("suspension sensors", (878, 878), [10], 10),
    Block("lighting unit", (879, 892), [OLD_40, L40], Dated(40, 40)),
    Block("lighting sensors", (894, 894), [10], 10),
    Block("power supply unit", (895, 908), [OLD_40, L40], Dated(40, 40)),
    Block("climate unit", (910, 923), [OLD_40, L40], Dated(40, 40)),
    Block("climate sensors", (925, 925), [10], 10),
    Block("switching, distribution units", (926, 939), [OLD_40, L40], Dated(40, 40)),
    Block("software shell, services", (941, 944), [5, 5, 5], 15),
    Block("software shell, vehicle functions", (945, 949), [5, 5, 5], 15),
    Block("video units", (950, 963), [OLD_40, L40], Dated(40, 40)),
    Block("video sensors", (965, 966), [10], 10),
    Block("comfort unit", (967, 980), [OLD_40, L40], Dated(40, 40)),
    Block("comfort sensors", (981, 982), [10], 10),
    Block("keyless access, immobiliser", (984, 997), [OLD_40, L40], Dated(40, 40)),
    Block("keyless access sensors", (999, 1000), [10], 10),
    Block("vehicle systems unit", (1001, 1014), [OLD_40, L40], Dated(40, 40)),
    Block("tachograph, driver monitoring", (1016, 1029), [OLD_40, L40], Dated(40, 40)),
    Block("tachograph sensors", (1031, 1032), [10], 10),
    Block("displays", (1033, 1046), [OLD_40, L40], Dated(40, 40)),
    Block("electronic throttle", (1048, 1049), [10], 10, NO_EV_TEXT),
    Block("accelerator pedal module", (1050, 1051), [10], 10),
    Block("intake length mechanism", (1052, 1053), [10], 10, NO_EV_TEXT),
    Block("pedal position sensor", (1054, 1055), [10], 10),
]

MATERIALS_AND_WIRING = [
    Block("paint materials", (1056, 1065), [10, 25, 10, 10, 20, 20, 10, 10, 10], 125),
    Block("welding shop mastics", (1066, 1067), [5], 5),
    Block("paint shop plastisols", (1068, 1069), [5], 5),
    Block("glass bonding", (1070, 1071), [5], 5),
    Block("waxes", (1072, 1073), [5], 5),
    Block("seals", (1074, 1077), [10, 10, 10], 30),
    Block("glass", (1078, 1083), [5, Best(5, 10), Best(5, 10)], 25),
    Block("loudspeakers, emergency call", (1084, 1085), [5], 5),
    Block("loudspeakers, infotainment", (1086, 1087), [5], 5),
    Block("starter battery", (1088, 1091), [15, 5, 5], 25),
    Block("battery isolator", (1092, 1093), [15], 15),
    Block("low-voltage harness", (1094, 1097), [5, 5, 10], 20),
    Block("high-voltage harness", (1098, 1101), [10, 10, 20], 40, NO_ICE_TEXT),
    Block("seat heating", (1102, 1103), [5], 5),
    Block("steering wheel heating", (1104, 1105), [5], 5),
    Block("ignition coils", (1106, 1107), [5], 5, ENGINE_PART),
    Block("starter", (1108, 1111), [5, 5, 5], 15, NO_EV_TEXT),
    Block("generator", (1112, 1116), [5, 5, 5, 5], 20, NO_EV_TEXT),
]

GROUPS = {
    "body": BODY,
    "engine": ENGINE,
    "gearboxes": GEARBOXES,
    "electronics": ELECTRONICS,
    "energy": ENERGY,
    "chassis": CHASSIS,
    "power electronics": POWER_ELECTRONICS,
    "fuel and exhaust": FUEL_AND_EXHAUST,
    "cooling and drives": COOLING_AND_DRIVES,
    "interior": INTERIOR,
    "control units": CONTROL_UNITS,
    "materials and wiring": MATERIALS_AND_WIRING,
}
BLOCKS = [block for group in GROUPS.values() for block in group]

# R&D caps of footnote 12: first day, then cars, light commercials, trucks, buses. The first wording for 2026 held to 2026-09-29.
RESEARCH_CAPS = [
    (date(2024, 1, 1), (1283, 1258, 1258, 1168)),
    (date(2025, 1, 1), (1850, 1775, 1775, 1505)),
    (date(2026, 1, 1), (1000, 1000, 1000, 1000)),
    (date(2026, 9, 30), (1500, 1500, 1500, 1500)),
    (date(2027, 1, 1), (1500, 1500, 1500, 1500)),  # K = 1.5 times 1000 (printed 100); buses 1500 as printed
]


def research(category: str, day: date) -> int:
    """R&D points at the cap in force on the day."""
    caps = [caps for first, caps in RESEARCH_CAPS if first <= day][-1]
    return caps[{"M1": 0, "N1": 1, "N2": 2, "N3": 2, "M2": 3, "M3": 3}[category]]


def breakdown(category: str, powertrain: str, day: date) -> dict[str, int]:
    """Points by block label for the variant, R&D included."""
    v = Variant(category, powertrain, day)
    points = {b.label: worth(b.lines, v) if powertrain in b.fit else 0 for b in BLOCKS}
    return points | {"R&D": research(category, day)}


def maximum(category: str, powertrain: str, day: date) -> int:
    """The highest score the variant can reach on the day."""
    if category not in CATEGORIES or powertrain not in POWERTRAINS or day < FIRST_DAY:
        raise ValueError(f"no maximum for {category} {powertrain} on {day}")
    return sum(breakdown(category, powertrain, day).values())


def mismatches() -> list[str]:
    """Labels of blocks whose hand-written sum differs from the sum of their lines, for any variant."""
    variants = [Variant(c, p, d) for c in CATEGORIES for p in POWERTRAINS for d in DAYS]
    return [b.label for b in BLOCKS if any(worth(b.lines, v) != worth(b.total, v) for v in variants)]


def main() -> None:
    """Print the table of maxima."""
    if wrong := mismatches():
        raise SystemExit(f"written sums differ from the lines: {wrong}")
    for category in CATEGORIES:
        for powertrain in POWERTRAINS:
            for day in DAYS:
                print(f"{category:<3} {powertrain:<7} {day} {maximum(category, powertrain, day):>6}")


if __name__ == "__main__":
    main()
