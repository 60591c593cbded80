"""The states of the gallery: each fills the log of a dashboard, through the program itself."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from lib.clock import to_text
from tests.browser.dashboard import ROOT, Dashboard
from tests.waiting import wait_until

PRACTICE = "practice"
_LONG = "a-very-long-name.of-someone-with-many-names.in-sales@subsidiary.example.org"
_APPROVE = (
    "proposal.approve(log, os.environ, proposal.proposal(log, glance(log, os.environ, 'practice')))"
)
State = Callable[[Dashboard], None]


def first(_dashboard: Dashboard) -> None:
    """No one has been here."""


def tested(dashboard: Dashboard) -> None:
    """Connected, and no run yet."""
    _practice(dashboard)
    _store(dashboard, "acme")


def previewed(dashboard: Dashboard) -> None:
    """A preview is ready."""
    _practice(dashboard)
    _run(dashboard, "--dry-run")


def previewed_twice(dashboard: Dashboard) -> None:
    """A preview is ready, and there is a second connection."""
    previewed(dashboard)
    _store(dashboard, "second")


def well(dashboard: Dashboard) -> None:
    """Everyone is opted out."""
    _practice(dashboard)
    _run(dashboard)
    _run(dashboard)
    dashboard.sync("test", "--connection", PRACTICE)


def needs(dashboard: Dashboard) -> None:
    """Refused records, people who wait, and boxes to decide about."""
    well(dashboard)
    for number in range(3):
        _person(dashboard, f"locked{number}@example.org", is_locked=True)
    _person(dashboard, _LONG, is_locked=True)
    _run(dashboard)
    dashboard.act("unsubscribe-some", count=12)
    read_unsubscribes(dashboard)


def held(dashboard: Dashboard) -> None:
    """A whole domain is on the list, and all else is well."""
    well(dashboard)
    for number in range(3):
        values = {"LastName": f"Held {number}", "Email": f"p{number}@held.example.org"}
        dashboard.act("create-record", sobject="Contact", values=values)
    dashboard.act("unsubscribe", entry="@held.example.org", asked="")
    _run(dashboard)


def many(dashboard: Dashboard) -> None:
    """Many domains on hold, and 80 boxes cleared at once."""
    needs(dashboard)
    for number in range(9):
        values = {"LastName": f"Held {number}", "Email": f"p@held{number}.example.org"}
        dashboard.act("create-record", sobject="Contact", values=values)
        dashboard.act("unsubscribe", entry=f"@held{number}.example.org", asked="")
    dashboard.act("clear-box", count=80)
    _run(dashboard)


def paused(dashboard: Dashboard) -> None:
    """Salesforce refuses the password."""
    needs(dashboard)
    dashboard.act("change-password")
    _run(dashboard)


def missing(dashboard: Dashboard) -> None:
    """Permissions are missing, one of them for person accounts too."""
    well(dashboard)
    dashboard.act("org-switch", person_accounts=True)
    dashboard.act("field-access", access="hidden", sobject="Contact")
    dashboard.act("object-edit", sobject="Lead", on=False)
    dashboard.act("org-switch", sharing="None")
    dashboard.sync("test", "--connection", PRACTICE)


def old(dashboard: Dashboard) -> None:
    """JangoMail was last read long ago."""
    well(dashboard)
    with sqlite3.connect(dashboard.home / "optback.sqlite") as log:
        long_ago = to_text(datetime.now(UTC) - timedelta(days=4))
        log.execute("update reading set read_at = ?", [long_ago])


def several(dashboard: Dashboard) -> None:
    """Three connections, one of them paused by a person."""
    well(dashboard)
    for name in ("acme", "acme-sandbox-for-the-eastern-region"):
        _store(dashboard, name)
    dashboard.sync("pause", "acme")


def month(dashboard: Dashboard) -> None:
    """30 days of runs."""
    _practice(dashboard)
    command = [sys.executable, "-m", "lib.services.practice.month", "--home", str(dashboard.home)]
    subprocess.run(command, cwd=ROOT, env=_environment(dashboard), check=True)


def asking(dashboard: Dashboard) -> None:
    """A file of which it isn't certain who asked."""
    well(dashboard)
    _file(dashboard, ["blocked"] * 3 + ["active"] * 2 + ["removed"])


def named(dashboard: Dashboard) -> None:
    """A file that says who asked, with a line that names no one."""
    well(dashboard)
    _file(dashboard, ["unsubscribed"] * 3 + ["subscribed"] * 2)


def file_previewed(dashboard: Dashboard) -> None:
    """The preview of a file waits for a decision."""
    named(dashboard)
    for number in range(3):
        values = {"LastName": f"File {number}", "Email": f"file{number}@example.org"}
        dashboard.act("create-record", sobject="Contact", values=values)
    upload = "uploads.waiting(log, 'practice')"
    _started(dashboard, f"proposal.preview_file(log, os.environ, 'practice', {upload}, 'Email')")


def result(dashboard: Dashboard) -> None:
    """A run that was approved here, in part refused."""
    needs(dashboard)
    _started(dashboard, "proposal.preview(log, os.environ, 'practice')")
    _started(dashboard, _APPROVE)


def limit(dashboard: Dashboard) -> None:
    """A run that stopped at the safety limit."""
    _practice(dashboard)
    _run(dashboard, "--max-changes", "10")


def running(dashboard: Dashboard) -> None:
    """A run that was approved here, while Salesforce answers slowly."""
    needs(dashboard)
    _started(dashboard, "proposal.preview(log, os.environ, 'practice')")
    dashboard.act("fault", kind="slow", area="data", seconds=30, times=None)
    _in_python(dashboard, _APPROVE)


def lists(dashboard: Dashboard) -> None:
    """Saved lists: up to date, out of date with a long name, and not pulled yet."""
    well(dashboard)
    more = "from tests.browser import gallery_lists"
    _in_python(dashboard, f"gallery_lists.save(log, {PRACTICE!r})", more)
    gone = (dashboard.home / "gone.txt").read_text(encoding="utf-8")
    dashboard.act("unsubscribe", entry=gone, asked="")
    _in_python(dashboard, f"freshness.read_unsubscribes(log, os.environ, {PRACTICE!r})")


def many_lists(dashboard: Dashboard) -> None:
    """200 saved lists, some with names that could be markup."""
    well(dashboard)
    more = "from tests.browser import gallery_lists"
    _in_python(dashboard, f"gallery_lists.save_many(log, {PRACTICE!r})", more)


STATES: Mapping[str, State] = {
    state.__name__: state
    for state in (
        *(first, tested, previewed, well, needs, held, many, paused, missing, old, several, month),
        *(asking, named, file_previewed, result, limit, running, lists, many_lists),
    )
}


def read_unsubscribes(dashboard: Dashboard) -> None:
    """Read JangoMail, as a page does."""
    _in_python(dashboard, f"freshness.read_unsubscribes(log, os.environ, {PRACTICE!r})")


def _practice(dashboard: Dashboard) -> None:
    """The practice org of a dashboard, as its first page makes it."""
    _in_python(dashboard, "process.ensure(log, os.environ)")
    wait_until((dashboard.home / "practice.ready").exists)


def _file(dashboard: Dashboard, states: list[str]) -> None:
    """An uploaded file of a person for each state."""
    lines = "".join(f"file{n}@example.org,{state}\\n" for n, state in enumerate(states))
    content = f"b'Email,State\\n{lines}nobody,unsubscribed\\n'"
    name = "people who left the autumn campaign of the eastern region.csv"
    _in_python(dashboard, f"uploads.keep(log, 'practice', {name!r}, {content})")


def _started(dashboard: Dashboard, statement: str) -> None:
    """Start a run as the dashboard does, and wait for its end."""
    before = len(dashboard.runs())
    _in_python(dashboard, statement)
    wait_until(lambda: len(found := dashboard.runs()) > before and bool(found[0]["finished_at"]))


def _in_python(dashboard: Dashboard, statement: str, more: str = "pass") -> None:
    code = (
        "import os; from pathlib import Path; from lib.services.log import open_log; "
        "from lib.services.lists import freshness; from lib.services.practice import process; "
        "from lib.services.runs import proposal, uploads; "
        "from lib.services.runs.overview import glance\n"
        f"{more}\n"
        "with open_log(Path(os.environ['OPTBACK_HOME']), os.environ) as log: " + statement
    )
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=ROOT, env=_environment(dashboard), check=True)


def _run(dashboard: Dashboard, *options: str) -> None:
    dashboard.sync("run", "--connection", PRACTICE, *options)


def _person(dashboard: Dashboard, address: str, *, is_locked: bool) -> None:
    values = {"LastName": "Featherstonehaugh-Cholmondeley", "Email": address}
    made = dashboard.act("create-record", sobject="Contact", values=values)
    dashboard.act("unsubscribe", entry=address, asked="")
    if is_locked:
        dashboard.act("in-approval", record=made["id"])


def _store(dashboard: Dashboard, name: str) -> None:
    """Another connection to the same practice org."""
    ready = json.loads((dashboard.home / "practice.ready").read_text(encoding="utf-8"))
    command = [sys.executable, "sync.py", "connect", name, "--home", str(dashboard.home)]
    environment = {**_environment(dashboard), **ready}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def _environment(dashboard: Dashboard) -> dict[str, str]:
    return {**os.environ, "OPTBACK_HOME": str(dashboard.home)}
