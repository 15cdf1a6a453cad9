"""The errors a caller can meet, each with its message in Russian and English.

LokalError
├── RulebookError     the law as data is broken, or does not know the day asked for
├── DossierError      a vehicle's facts or evidence cannot be read or contradict each other
├── PlanError         a plan file that cannot be read, or asks for what cannot be planned
├── EngineError       a question that cannot be computed: unknown reading, unknown operation, a receipt of another rulebook
└── TextError         an official text that is not section II, is cut short or cannot be decoded
"""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["ru", "en"]


@dataclass(frozen=True)
class Words:
    """One sentence in both languages."""

    ru: str
    en: str

    def text(self, lang: Lang) -> str:
        """Return the sentence in one language."""
        return self.ru if lang == "ru" else self.en


@dataclass(frozen=True)
class Place:
    """Where in a user's file an error stands; line 0 means the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        """Return `file:line`, or the file alone."""
        return f"{self.file}:{self.line}" if self.line else self.file


class LokalError(Exception):
    """Base of all errors; `text(lang)` is one line for a person, `str()` the English one."""

    def __init__(self, ru: str, en: str, place: Place | None = None, code: str = "") -> None:
        """Keep the message in both languages, the place in the user's file and the check's name."""
        super().__init__(en)
        self.words = Words(ru, en)
        self.place = place
        self.code = code

    def text(self, lang: Lang) -> str:
        """Return `place: message`, one line, in the asked language."""
        message = self.words.text(lang)
        if self.code:
            message = f"[{self.code}] {message}"
        return f"{self.place}: {message}" if self.place else message

    def __str__(self) -> str:
        """Return the English line."""
        return self.text("en")


class RulebookError(LokalError):
    """The rulebook is broken or has no law for the day asked."""


class DossierError(LokalError):
    """A dossier cannot be read or contradicts itself."""


class PlanError(LokalError):
    """A plan file cannot be read, or asks for what cannot be planned."""


class EngineError(LokalError):
    """The question cannot be computed."""


class TextError(LokalError):
    """The official text cannot be used."""
