"""The command line: one verb per public function, errors as one line, exit code 2 for bad input and 1 for a difference found."""

from importlib import import_module

import click

VERBS = {
    "score": "lokal.cli.score",
    "explain": "lokal.cli.score",
    "brief": "lokal.cli.score",
    "verify": "lokal.cli.score",
    "schema": "lokal.cli.score",
    "law": "lokal.cli.law",
    "intake": "lokal.cli.intake",
    "evidence": "lokal.cli.intake",
    "export": "lokal.cli.intake",
    "template": "lokal.cli.intake",
    "plan": "lokal.cli.plan",
    "shock": "lokal.cli.plan",
    "fleet": "lokal.cli.fleet",
    "eligibility": "lokal.cli.study",
    "cliffs": "lokal.cli.study",
    "compare": "lokal.cli.study",
    "margin": "lokal.cli.study",
    "next": "lokal.cli.study",
    "reconcile": "lokal.cli.study",
}
"""Each verb and the module that holds it; a module is imported when its verb is asked for."""


class LazyGroup(click.Group):
    """A group whose verbs are imported on use, so that a cold start stays short."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's own signature
        """List the verbs."""
        return [*VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's own signature
        """Import a verb's module and return its command, named as the verb."""
        home = VERBS.get(cmd_name)
        if home is None:
            return None
        command: click.Command = getattr(import_module(home), cmd_name.replace("-", "_"))
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lokal")
def main() -> None:
    """Localisation points of motor vehicles by Decree 719, section II: scored, explained to the clause, reproducible."""
