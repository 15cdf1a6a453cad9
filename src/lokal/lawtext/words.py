"""Normal form of the decree's words: one spelling for spaces, dashes, quotes and look-alike letters."""

import hashlib
import re
import unicodedata

_LATIN = "ABCEHKMOPTXaceopxy"
_CYRILLIC = "АВСЕНКМОРТХасеорху"
_LOOKALIKE = str.maketrans(_LATIN, _CYRILLIC)
_QUOTES = str.maketrans("«»“”„–—−", '"""""---')
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC_LETTER = re.compile("[а-яёА-ЯЁ]")
_HASH_LENGTH = 12


def normalise(text: str) -> str:
    r"""Return the text with single spaces, plain dashes and quotes, and Cyrillic letters inside Cyrillic words.

    >>> normalise("сбоpка,\u00a0 сварка –  (5 бaллов)")
    'сборка, сварка - (5 баллов)'
    """
    plain = unicodedata.normalize("NFC", text).translate(_QUOTES).replace("\u00ad", "")
    cyrillic = _WORD.sub(_unmix, plain)
    return re.sub(r"\s+", " ", cyrillic).strip()


def clause_hash(*parts: str) -> str:
    """Return the short hash that a citation carries: 12 hex digits of SHA-256 over the normalised parts.

    >>> clause_hash("узел", "сборка  (5 баллов);") == clause_hash("узел:", "сборка (5 баллов)")
    True
    """
    body = "\n".join(normalise(part).rstrip(" ;:.|").lower() for part in parts)
    return hashlib.sha256(body.encode()).hexdigest()[:_HASH_LENGTH]


def _unmix(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_LOOKALIKE) if _CYRILLIC_LETTER.search(word) else word
