"""JSON Schemas of the file formats, made from the records themselves."""

from typing import Any

import msgspec

from lokal.engine.dossier import Evidence, Published, Vehicle, Wording
from lokal.result.receipt import Receipt
from lokal.rulebook.amendment import Amendment
from lokal.rulebook.model import Rulebook


class StatementForm(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A statement as written in a dossier: `value` is yes, no, a number, bounds `0.3..0.5`, or `unknown`."""

    value: str
    from_: str | None = None
    to: str | None = None
    known: str | None = None
    by: str = "own"
    evidence: tuple[str, ...] = ()
    committed: str = "no"
    note: str = ""


class DossierForm(msgspec.Struct, forbid_unknown_fields=True):
    """A dossier as written: facts by name, each a value, a statement or a list of statements."""

    vehicle: Vehicle
    facts: dict[str, str | StatementForm | list[str]] = {}
    evidence: dict[str, Evidence] = {}
    published: tuple[Published, ...] = ()
    note: Wording | None = None


_FORMS: dict[str, type] = {"rulebook": Rulebook, "dossier": DossierForm, "receipt": Receipt, "amendment": Amendment}


def json_schema(what: str) -> dict[str, Any]:
    """Return the JSON Schema of `rulebook`, `dossier`, `receipt` or `amendment`."""
    return msgspec.json.schema(_FORMS[what])
