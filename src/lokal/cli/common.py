"""What all verbs share: languages, days, readings, the options of a score, one-line errors."""

import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from lokal.errors import Lang, LokalError

if TYPE_CHECKING:
    from lokal.result.score import Score
    from lokal.rulebook.model import Rulebook

P = ParamSpec("P")
BAD_INPUT = 2
DIFFERENT = 1
_PIPE_WIDTH = 160


def locale_lang() -> Lang:
    """Return Russian where the environment's locale is Russian, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ru" if value.lower().startswith("ru") else "en"
    return "en"


class Day(click.ParamType[date]):
    """A day as 2026-12-01 or 01.12.2026."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401  click's own signature
        """Return the day, or fail with the forms that are accepted."""
        if isinstance(value, date):
            return value
        for form in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007  a calendar day has no zone
            except ValueError:
                continue
        return self.fail(f"{value!r}: YYYY-MM-DD / дд.мм.гггг", param, ctx)


class ReadingOption(click.ParamType[tuple[str, str]]):
    """A reading chosen as NAME=OPTION."""

    name = "name=option"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:  # noqa: ANN401  click's own signature
        """Return name and option."""
        if isinstance(value, tuple):
            return value
        name, sign, option = value.partition("=")
        if not sign or not option:
            self.fail(f"{value!r}: NAME=OPTION", param, ctx)
        return name, option


def speaking(function: Callable[P, None]) -> Callable[P, None]:
    """Turn the package's errors into one line on the error stream and exit code 2."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except LokalError as error:
            lang = kwargs.get("lang")
            click.echo(error.text("ru" if lang == "ru" else "en"), err=True)
            sys.exit(BAD_INPUT)

    return wrapped


LANG = click.option("--lang", type=click.Choice(["ru", "en"]), default=locale_lang, help="Language of the output; by default the locale's.")
ON = click.option("--on", type=Day(), default=date.today, help="Day of the law and of the facts; by default today.")
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="A table for people or JSON for programs."
)
BASIS = click.option("--basis", type=click.Choice(["claimed", "documented", "committed"]), default="claimed", help="Which facts count.")
KNOWN = click.option(
    "--known-as-of", "known", type=Day(), default=None, help="Score as it would have come out with what was known on a day."
)
READING = click.option(
    "--reading", "readings", type=ReadingOption(), multiple=True, help="Read an uncertain clause another way: NAME=OPTION."
)
PROGRAMME = click.option("--programme", default=None, help="Total as one programme counts it.")
DOSSIER = click.argument("dossier", type=click.Path(path_type=Path))


def scoring(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every scoring verb takes: day, basis, day of knowledge, readings, programme, format, language."""
    for option in (LANG, FORMAT, PROGRAMME, READING, KNOWN, BASIS, ON):
        function = option(function)
    return function


def score_file(dossier: Path, asked: dict[str, Any]) -> "tuple[Rulebook, Score]":
    """Return the rulebook and the score of a dossier file under the shared options."""
    import lokal  # noqa: PLC0415  the package's verbs load on use

    rulebook = lokal.load_rulebook()
    look = lokal.Look(asked["on"], asked["known"] or date.max, asked["basis"])
    read = lokal.read_dossier(dossier, rulebook)
    return rulebook, lokal.score(read, rulebook, asked["on"], look=look, readings=dict(asked["readings"]), programme=asked["programme"])


def print_json(data: object) -> None:
    """Print canonical JSON."""
    from lokal.result.document import encode  # noqa: PLC0415

    click.echo(encode(data))


def print_page(page: Any) -> None:  # noqa: ANN401  any renderable of Rich
    """Print a page of tables; in a pipe it keeps a readable width."""
    from rich.console import Console  # noqa: PLC0415  tables only for people

    console = Console()
    Console(width=None if console.is_terminal else max(console.width, _PIPE_WIDTH)).print(page)
