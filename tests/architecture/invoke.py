"""The command line, called in this process."""

from click.testing import CliRunner, Result

from swgdata.cli import cli

WIDTH = 100


def invoke(*words: str) -> Result:
    """Call a command with a terminal of fixed width; a failure is raised by nothing."""
    return CliRunner().invoke(cli, list(words), prog_name="swgdata", terminal_width=WIDTH)
