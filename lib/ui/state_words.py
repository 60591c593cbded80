"""How things stand, in one sentence: with its "as of" on Overview, as what is going on on Sync."""

from lib.services.runs.overview import Everyone, Glance
from lib.store.run import Run
from lib.ui.times import told
from lib.values import RunStatus
from lib.words import cause, headline, people, records


def state_of_people(now: Glance, people_now: Everyone) -> str:
    """Overview's sentence: are all who unsubscribed opted out, as of when?"""
    if people_now.as_of is None:
        return _nothing_read_yet(now)
    as_of = f"As of {told(people_now.as_of)}"
    if people_now.mailable:
        return f"{as_of}, {people(people_now.mailable)} who unsubscribed can still be mailed"
    if not people_now.standing.opted_out:
        return f"{as_of}, nobody who unsubscribed is mailable in Salesforce"
    everybody = people(people_now.standing.opted_out)
    are = "are" if people_now.standing.opted_out > 1 else "is"
    return f"{as_of}, all {everybody} who unsubscribed and {are} in Salesforce {are} opted out"


def beside(people_now: Everyone) -> str:
    """Who is not among them, and why; empty when nobody is."""
    if people_now.as_of is None:
        return ""
    standing = people_now.standing
    parts = [
        f"{standing.opted_out:,} opted out" if people_now.mailable and standing.opted_out else "",
        f"{standing.kept:,} made mailable again by a colleague" if standing.kept else "",
        f"{standing.unmatched:,} on no record that can be opted out" if standing.unmatched else "",
    ]
    told_parts = [part for part in parts if part]
    return f"Beside them: {', '.join(told_parts)}." if told_parts else ""


def state_of_work(now: Glance) -> str:
    """Sync's sentence: what is going on, or what waits for a decision."""
    if now.live is not None:
        if now.live.dry_run:
            return "A preview is under way. Nothing is written"
        return "A run is under way"
    if now.is_paused:
        return f"Paused: {_paused(now)}"
    if now.latest is None:
        return "No runs yet. Preview the first one: nothing is written"
    return _ended(now, now.latest)


def before_today(now: Glance, run: Run) -> str:
    """The first run's own words: it brings the whole past, and is expected to be large."""
    if now.has_read_source or run.source == "file" or not run.addresses:
        return ""
    return f"{people(run.addresses).capitalize()} unsubscribed before today. "


def _ended(now: Glance, run: Run) -> str:
    past = before_today(now, run)
    if run.status == RunStatus.DRY_RUN and run.planned == 0:
        return f"{past}Preview: nothing to do, no record would change"
    if run.status == RunStatus.DRY_RUN:
        return f"{past}Preview: {records(run.planned or 0)} would be opted out. Nothing is written"
    if run.status == RunStatus.OVER_LIMIT:
        return (
            f"{past}Stopped for your decision: {records(run.planned or 0)} would be opted out, "
            f"more than the {run.safety_limit or 0:,} allowed in one run. Look at them first"
        )
    if run.status == RunStatus.FAILED:
        return f"The last {'preview' if run.dry_run else 'run'} failed: {cause(run)}"
    return f"Nothing is going on. {headline(run)}, {told(run.started_at)}"


def _nothing_read_yet(now: Glance) -> str:
    so_far = "Nobody is opted out yet" if now.last_good is None else "Only files were read so far"
    if now.latest is not None and now.latest.planned:
        return f"{before_today(now, now.latest)}{so_far}: {records(now.latest.planned)} would be"
    if now.latest is not None and now.latest.status == RunStatus.FAILED:
        return f"{so_far}. The last run failed: {cause(now.latest)}"
    return f"{so_far}. Preview the first run from JangoMail: nothing is written"


def _paused(now: Glance) -> str:
    return (now.state.paused_message if now.state else None) or "the credentials were refused"
