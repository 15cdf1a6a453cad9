"""Titles of everything a rulebook names, in one language."""

from collections.abc import Iterable, Iterator

from lokal.engine.outcome import BlockOutcome
from lokal.errors import Lang
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook, Titled
from lokal.scale.model import Cite


class Titles:
    """Looks titles up; an unknown name stands for itself."""

    def __init__(self, rulebook: Rulebook, lang: Lang) -> None:
        """Index the rulebook's titles."""
        self._lang = lang
        self._rulebook = rulebook
        self._blocks = {block.id: block for block in rulebook.blocks}
        self._facts = declared_facts(rulebook)
        self._acts = {act.id: act for act in rulebook.acts}
        self._readings = {reading.id: reading for reading in rulebook.readings}
        self._programmes = {programme.id: programme for programme in rulebook.programmes}

    def of(self, titled: Titled) -> str:
        """Return a record's title."""
        return titled.ru if self._lang == "ru" else titled.en

    def block(self, name: str) -> str:
        """Return a block's title."""
        return self.of(self._blocks[name])

    def operation(self, block: str, name: str) -> str:
        """Return an operation's title."""
        return next((self.of(each) for each in self._blocks[block].operations if each.id == name), name)

    def fact(self, name: str) -> str:
        """Return a fact's title, with its block where the fact is the block's own."""
        block, _, own = name.partition(".")
        fact = self._facts[name]
        if block in self._blocks and own in self._blocks[block].facts:
            return f"{self.block(block)}: {self.of(fact)}"
        return self.of(fact)

    def full_fact(self, name: str) -> str:
        """Return the title of a fact or operation that names its block where it has one."""
        block = name.partition(".")[0]
        title = self.of(self._facts[name])
        return f"{self.block(block)}: {title}" if block in self._blocks and self.block(block) not in title else title

    def short_fact(self, operation: str, name: str) -> str:
        """Return a fact's title for a row that already names the operation."""
        if name.partition(".")[2] == operation:
            return "выполняется" if self._lang == "ru" else "done"
        return self.of(self._facts[name])

    def record(self, name: str) -> Titled:
        """Return a fact's record."""
        return self._facts[name]

    def kind(self, name: str) -> str:
        """Return a fact's kind."""
        return self._facts[name].kind

    def reading(self, name: str) -> str:
        """Return a reading's title."""
        return self.of(self._readings[name])

    def option(self, reading: str, name: str) -> str:
        """Return an option's title."""
        return self.of(self._readings[reading].options[name])

    def programme(self, name: str) -> str:
        """Return a programme's title."""
        return self.of(self._programmes[name])

    def cite(self, cite: Cite) -> str:
        """Return a citation: act number and place."""
        act = self._acts.get(cite.act)
        return f"№{act.number} {cite.place}".strip() if act else cite.place

    def grouped(self, blocks: Iterable[BlockOutcome]) -> Iterator[tuple[str, list[BlockOutcome]]]:
        """Yield blocks by the file that holds them, under its title."""
        outcomes = {block.id: block for block in blocks}
        for file in self._rulebook.files:
            yield self.of(file), [outcomes[block.id] for block in file.blocks]
