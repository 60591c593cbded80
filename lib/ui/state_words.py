"""Words about the state of things that several pages share."""

from lib.services.alerts.overview import AlertsView
from lib.services.runs.overview import Glance
from lib.store.run import Run
from lib.words import by_count, closed, listed, people


def waiting_in_words(waiting: int) -> str:
    """How many people the next run can opt out; "" for no one."""
    return by_count(
        waiting,
        "",
        "1 person is waiting to be opted out",
        "{n} people are waiting to be opted out",
    )


def before_today(now: Glance, run: Run) -> str:
    """Goes before the result of a first run, which is large: it has all past unsubscribes."""
    if now.has_read_source or run.source == "file" or not run.addresses:
        return ""
    return f"{people(run.addresses)} unsubscribed before today. "


def who_is_told(now: AlertsView) -> str:
    """Who gets alerts about this connection, in a sentence."""
    if now.problem is not None:
        return f"No one gets alerts: {closed(now.problem.message)}"
    if not now.receivers:
        return "No one gets alerts. Problems only show up here."
    return closed(f"Alerts go to {listed(now.receivers)}")


def what_leaves(now: AlertsView) -> str:
    """What the practice org sends anywhere: alerts, if there is a way to send them."""
    if not now.receivers:
        return "Nothing leaves this computer."
    return f"Only alerts leave this computer. They go to {closed(listed(now.receivers))}"
