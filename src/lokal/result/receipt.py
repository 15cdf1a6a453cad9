"""A receipt reproduces a score bit for bit: versions, hashes, the whole dossier and the result, sealed by a hash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from lokal.engine.dossier import Basis, Dossier
from lokal.engine.known import Look
from lokal.errors import EngineError, Place
from lokal.result.document import Data, encode, score_data
from lokal.result.score import Score, score
from lokal.rulebook.model import Rulebook

FORMAT = 1
_MAX_BYTES = 32_000_000
_LINE = 80


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question that a receipt answers."""

    on: date
    known: date | None
    basis: Basis
    readings: dict[str, str]
    programme: str | None


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that reproduces a score: what was asked, of which dossier and rulebook, and what came out."""

    format: int
    lokal: str
    rulebook: dict[str, str]
    scale: str
    asked: Asked
    dossier: Dossier
    result: dict[str, Any]
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a receipt and the recomputation disagree."""

    path: str
    receipt: str
    recomputed: str


def make_receipt(scored: Score) -> Receipt:
    """Return the sealed receipt of a score."""
    scale = scored.scale
    result = score_data(scored)
    bare = Receipt(
        format=FORMAT,
        lokal=version("lokal"),
        rulebook=result["rulebook"],
        scale=scale.hash,
        asked=Asked(scale.on, None if scale.known == date.max else scale.known, scored.look.basis, scale.readings, scale.programme),
        dossier=scored.dossier,
        result=result,
    )
    return msgspec.structs.replace(bare, seal=_seal(bare))


def write_receipt(receipt: Receipt, path: Path) -> None:
    """Write a receipt as canonical JSON; a file that cannot be written is an EngineError in one line."""
    try:
        path.write_bytes(encode(receipt) + b"\n")
    except OSError as problem:
        raise EngineError("файл не записывается", f"cannot write the file: {problem.strerror}", Place(str(path))) from problem


def read_receipt(path: Path) -> Receipt:
    """Return the receipt in a file; anything else is an EngineError in one line."""
    place = Place(str(path))
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise EngineError("файл слишком велик для квитанции", "the file is too large for a receipt", place)
        return msgspec.json.decode(path.read_bytes(), type=Receipt)
    except OSError as problem:
        raise EngineError("файл не читается", f"cannot read the file: {problem.strerror}", place) from problem
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise EngineError(f"это не квитанция lokal: {problem}", f"not a receipt of lokal: {problem}", place) from problem


def verify(receipt: Receipt, rulebook: Rulebook) -> tuple[Difference, ...]:
    """Return every difference between a receipt and its recomputation with a rulebook; none means that it holds bit for bit."""
    asked = receipt.asked
    look = Look(asked.on, asked.known or date.max, asked.basis)
    again = make_receipt(
        score(receipt.dossier, rulebook, asked.on, look=look, readings=_known_readings(receipt, rulebook), programme=asked.programme)
    )
    found = [] if receipt.seal == _seal(receipt) else [Difference("seal", receipt.seal, _seal(receipt))]
    found.extend(_compare("", _plain(receipt), _plain(again)))
    return tuple(found)


def _known_readings(receipt: Receipt, rulebook: Rulebook) -> dict[str, str]:
    """Return the receipt's readings that this rulebook still has; a missing one shows up as a difference."""
    known = {reading.id: reading.options for reading in rulebook.readings}
    return {name: option for name, option in receipt.asked.readings.items() if option in known.get(name, {})}


def _seal(receipt: Receipt) -> str:
    return hashlib.sha256(encode(msgspec.structs.replace(receipt, seal=""))).hexdigest()


def _plain(receipt: Receipt) -> Data:
    data: Data = msgspec.json.decode(encode(receipt))
    data.pop("seal")
    return data


def _compare(path: str, one: Any, two: Any) -> Iterator[Difference]:  # noqa: ANN401  plain JSON data
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted(one.keys() | two.keys()):
            yield from _compare(f"{path}.{key}".lstrip("."), one.get(key), two.get(key))
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for index, (left, right) in enumerate(zip(one, two, strict=True)):
            yield from _compare(f"{path}[{_name(left, index)}]", left, right)
    elif one != two:
        yield Difference(path, _short(one), _short(two))


def _name(item: Any, index: int) -> str:  # noqa: ANN401  plain JSON data
    return str(item["id"]) if isinstance(item, dict) and "id" in item else str(index)


def _short(value: Any) -> str:  # noqa: ANN401  plain JSON data
    text = str(value)
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"
