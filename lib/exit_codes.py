"""The exit codes of `sync.py` and what they mean: their one home (contract.md)."""

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3
    OVER_LIMIT = 4
    BUSY = 5


MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.DONE: "done; also if there was nothing to do, and after any dry run",
    ExitCode.FAILED: (
        "failed: a check failed, or Salesforce or JangoMail refused or couldn't be reached"
    ),
    ExitCode.USAGE: (
        "the command line or the configuration is wrong; nothing was contacted or changed"
    ),
    ExitCode.PARTIAL: (
        "partly done: Salesforce refused some records, or the API calls or our cap ran out; "
        "lint: some queries are refused"
    ),
    ExitCode.OVER_LIMIT: "stopped at the safety limit, before the first write",
    ExitCode.BUSY: "another run of the same connection is in progress",
}
"""In the words of `--help`."""
