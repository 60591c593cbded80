"""A process gets exactly what the page asked for."""

from pathlib import Path

import pytest

from lib.cli.parser import parse
from lib.services.runs.start import RunStart, arguments_of
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where, choice_from
from lib.sync.safety_limit import Allowance

HARD = Where('-Status="x"', ("a,b", '"', "", "-v", "line\nbreak"))


@pytest.mark.parametrize(
    "choice", [UNDECIDED, Choice(everyone=True), Choice((HARD, Where("List", ("all",))))]
)
def test_the_choice_reaches_the_process(choice):
    wanted = RunStart(
        "-default-",
        dry_run=True,
        file=Path("-list.csv"),
        column="-E-Mail",
        choice=choice,
        allowance=Allowance(max_changes=7),
    )

    options = parse(["run", *arguments_of(wanted, Path("/home"), "r1")])

    assert choice_from(options.where, everyone=options.everyone) == choice
    assert (options.file, options.column) == ("-list.csv", "-E-Mail")
    assert (options.connection, options.run_id) == ("-default-", "r1")
    assert (options.dry_run, options.max_changes) == (True, 7)
