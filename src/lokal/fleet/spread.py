"""Statements spread over matrices of a row a fact and a column a vehicle, in one pass whose steps stay in a core's cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lokal.fleet.long import NAMED, VALUE
from lokal.fleet.states import States
from lokal.fleet.texts import AT_ONCE, cuts, numbers_of

DOUBT_SHIFT = 4
"""How far doubts are moved to the left of what marks say in bits."""


class Field:
    """What `data` says of each value, in a row of cells for each of some facts; zero where nothing is stated."""

    def __init__(self, facts: int, start: int, rows: int, data: Any) -> None:  # noqa: ANN401  an array of numpy
        """Make room for so many facts that stand together in an order, from one on."""
        self._first, self._rows, self._data = start * rows, rows, data
        self._cells = np.zeros(facts * rows + 1, dtype=data.dtype)
        self._said, self._slots = np.empty(AT_ONCE, dtype=data.dtype), np.empty(AT_ONCE, dtype=np.int64)

    def put(self, slots: Any, values: Any, doubts: Any = None) -> None:  # noqa: ANN401  arrays of numpy
        """Put what is said of some values into slots of the whole order; what belongs to other facts lands in a cell nobody reads."""
        said, own, last = self._said[: len(slots)], self._slots[: len(slots)], len(self._cells) - 1
        np.take(self._data, values, out=said, mode="clip")
        if doubts is not None:
            said |= doubts << DOUBT_SHIFT
        if self._first:
            np.subtract(slots, self._first, out=own)
            own[own < 0] = last
            slots = own
        np.minimum(slots, last, out=own)
        self._cells[own] = said

    @property
    def found(self) -> Any:  # noqa: ANN401  an array of numpy
        """Return the cells, a row a fact."""
        return self._cells[:-1].reshape(-1, self._rows)


@dataclass(frozen=True)
class Block:
    """States of some rows, from the first on; all of them stand in the order of rows."""

    states: States
    first: int
    rows: int

    def spread(self, order: Sequence[str], facts: Sequence[str], marks: Field, fields: Sequence[Field]) -> None:
        """Put the states into fields, and with their doubts into the marks; `order` is that of the fields' facts, `facts` the law's."""
        row = self.states.frame["row"].to_numpy()
        here = slice(*np.searchsorted(row, np.array([self.first, self.first + self.rows], dtype=row.dtype)))
        row, value, doubt = (self.states.frame[name].to_numpy()[here] for name in ("row", VALUE, "doubt"))
        number = {name: at for at, name in enumerate(order)}
        start = np.array([number.get(name, len(order)) * self.rows - self.first for name in facts], dtype=np.int64)
        starts, doubtful = start[numbers_of(self.states.values[NAMED], 0)], doubt.any()
        values, slots = np.empty(AT_ONCE, dtype=np.int64), np.empty(AT_ONCE, dtype=np.int64)
        for cut in cuts(len(row)):
            said, slot = values[: len(row[cut])], slots[: len(row[cut])]
            said[:] = value[cut]
            np.take(starts, said, out=slot, mode="clip")
            slot += row[cut]
            marks.put(slot, said, doubt[cut] if doubtful else None)
            for field in fields:
                field.put(slot, said)
