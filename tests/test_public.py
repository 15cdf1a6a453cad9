"""The surface of the package: documented names with their twins on the command line, light imports, one direction of imports."""

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import lokal
from lokal.cli import VERBS, main

SOURCE = Path(lokal.__file__).parent
NO_TWIN = {
    "dossier_text": "the text that write_dossier puts into a file",
    "overlay": "`lokal compare --amendment` lays the amendment over by it",
    "parse_dossier": "read_dossier for text that is in memory already",
    "score_fleet": "`lokal fleet score` does the same from files to files",
    "settling": "`lokal brief` prints settling_data, which is made from it",
}
"""Public functions that no verb calls, and why none needs to."""

ORDER = (
    "errors",
    "rulebook",
    # The official text is held against the rulebook and against nothing after it; no score needs it, reports and verbs show its findings.
    "lawtext",
    "scale",
    "engine",
    "result",
    "schema",
    "intake",
    "study",
    "report",
    # Many vehicles: the same scale run over columns, with its own pages.
    "fleet",
    "cli",
    "__main__",
)
"""The way of the data: a folder (or module of the top) imports from itself and from what stands before it."""
HEAVY = ("rich", "click", "yaml", "polars", "narwhals", "pyarrow", "pyspark", "numpy", "highspy", "openpyxl", "python_calamine", "msgspec")
TERMINAL = ("rich", "click")


# --- names


def functions() -> list[str]:
    """Return the public functions."""
    return [name for name in lokal.__all__ if inspect.isfunction(getattr(lokal, name))]


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every verb as its words, loading the module that holds it."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name))


def called_by_verbs() -> set[str]:
    """Return the names that the command line's modules take from the package."""
    names: set[str] = set()
    for path in (SOURCE / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "lokal":
                names.add(node.attr)
            elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lokal."):
                names.update(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("name", lokal.__all__)
def test_public_name_is_documented(name: str) -> None:
    """Every public name exists and has a docstring that somebody wrote, not one that a decorator made up."""
    text = getattr(lokal, name).__doc__
    assert text
    assert not text.startswith(f"{name}(")


@pytest.mark.parametrize("name", functions())
def test_public_function_is_annotated(name: str) -> None:
    """Every public function says what it takes and gives."""
    signature = inspect.signature(getattr(lokal, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(each.annotation is not inspect.Parameter.empty for each in signature.parameters.values())


@pytest.mark.parametrize("verb", VERBS)
def test_verb_loads(verb: str) -> None:
    """Every verb of the table exists and explains itself, so that `lokal --help` can list it."""
    command = main.get_command(click.Context(main), verb)
    assert command is not None
    assert command.help


def test_every_function_has_its_twin() -> None:
    """What the package does, the command line does: a verb of that name, a verb that calls it, or a reason in the table."""
    words = {verb: verb.replace("-", "_").rpartition(" ")[2] for verb in commands(main)}
    reached = set(words.values()) | called_by_verbs()
    assert {name for name in functions() if name not in reached} == set(NO_TWIN)


def test_unknown_name() -> None:
    """A name that the package does not have is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="module 'lokal' has no attribute 'scor'"):
        _ = lokal.scor
    assert dir(lokal) == lokal.__all__


def test_type_checkers_see_the_same_names() -> None:
    """The imports for type checkers name exactly the public names, each from its home."""
    tree = ast.parse((SOURCE / "__init__.py").read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert {alias.asname: node.module for node in imports for alias in node.names} == lokal._HOME_OF


# --- light imports


def loaded_by(code: str) -> set[str]:
    """Return the top packages that a fresh interpreter has loaded after some code."""
    show = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    start = [sys.executable, "-c", f"{code}\n{show}"]
    return set(json.loads(subprocess.run(start, capture_output=True, check=True).stdout))


def test_import_is_light() -> None:
    """Importing the package loads nothing heavy: names are loaded on use."""
    assert loaded_by("import lokal") & set(HEAVY) == set()


def test_library_needs_no_terminal() -> None:
    """Whoever uses every public name in a program of their own loads neither the command line's library nor the one for tables."""
    assert loaded_by("import lokal\nfor name in lokal.__all__: getattr(lokal, name)") & set(TERMINAL) == set()


# --- one direction


def home_of(module: str) -> str:
    """Return the folder or top module that a dotted name belongs to."""
    return module.partition(".")[2].partition(".")[0]


def imports() -> Iterator[tuple[str, str, str]]:
    """Yield every import of the package in itself, at any depth of the code: place, folder of the file, folder imported."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts == ("__init__",):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}:{node.lineno}: imports are written in full"
                names = [f"{node.module}.{alias.name}" if node.module == "lokal" else str(node.module) for alias in node.names]
            for name in names:
                if name.partition(".")[0] == "lokal":
                    yield f"{'/'.join(parts)}.py:{node.lineno}", parts[0], home_of(name)


def test_imports_never_point_backwards() -> None:
    """No module imports from a folder that comes later on the way of the data; a new folder needs its place in the order."""
    wrong = []
    for place, folder, target in imports():
        if not target:
            if folder != "cli":
                wrong.append(f"{place}: only verbs use the package by its public names")
        elif folder not in ORDER or target not in ORDER:
            wrong.append(f"{place}: {folder if folder not in ORDER else target} has no place in the order")
        elif ORDER.index(target) > ORDER.index(folder):
            wrong.append(f"{place}: {folder} imports from {target}, which comes later")
    assert wrong == []


def test_the_order_names_what_there_is() -> None:
    """Every folder and top module has its place, and no place is empty."""
    found = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == set(ORDER)


def test_imports_are_seen() -> None:
    """The walk over the sources does find imports, also those inside functions."""
    seen = {(folder, target) for _, folder, target in imports()}
    assert {("scale", "rulebook"), ("engine", "scale"), ("result", "engine"), ("cli", "report"), ("cli", "")} <= seen
