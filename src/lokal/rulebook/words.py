"""Help with misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the known word closest to a misspelt one, or an empty string.

    >>> nearest("body.weldng", ["body.welding", "body.painting"])
    'body.welding'
    """
    found = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return found[0] if found else ""
