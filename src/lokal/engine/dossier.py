"""A dossier as frozen values: one vehicle variant, what is stated of it, and the documents behind the statements."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from lokal.rulebook.model import Category, Powertrain

Basis = Literal["claimed", "documented", "committed"]
EvidenceKind = Literal["own", "component_act", "register_record", "supplier", "spic", "official", "press"]
DOCUMENTS: tuple[EvidenceKind, ...] = ("own", "component_act", "register_record")
"""Kinds of evidence that prove a fact to an expert; the others only support a claim."""


class Frozen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base settings of the dossier's records."""


class Wording(Frozen, frozen=True):
    """A text of the dossier's author in both languages."""

    ru: str
    en: str


class Vehicle(Frozen, frozen=True):
    """One variant (modification) with its category and powertrain."""

    id: str
    ru: str
    en: str
    category: Category
    powertrain: Powertrain
    maker: str = ""
    type_approval: str = ""


class Evidence(Frozen, frozen=True):
    """A document: kind, issuer, number, days of issue and end, page, address, file with its SHA-256."""

    kind: EvidenceKind
    ru: str
    en: str
    issued: date | None = None
    valid_until: date | None = None
    issuer: str = ""
    number: str = ""
    page: str = ""
    url: str = ""
    file: str = ""
    sha256: str = ""


class Statement(Frozen, frozen=True):
    """One thing stated of a fact: bounds (equal for a known value), days, performer, evidence.

    Flags are 0 and 1. `high` is None where nothing bounds the value from above.
    """

    fact: str
    low: Decimal
    high: Decimal | None
    from_: date | None = None
    to: date | None = None
    known: date | None = None
    by: str = "own"
    evidence: tuple[str, ...] = ()
    committed: bool = False
    note: str = ""


class Published(Frozen, frozen=True):
    """A total that others published: shown and compared, never mixed into the computation."""

    ru: str
    en: str
    on: date
    low: int = 0
    high: int | None = None
    evidence: tuple[str, ...] = ()


class Dossier(Frozen, frozen=True):
    """A vehicle with its statements and evidence."""

    vehicle: Vehicle
    statements: tuple[Statement, ...] = ()
    evidence: dict[str, Evidence] = {}
    published: tuple[Published, ...] = ()
    note: Wording | None = None
