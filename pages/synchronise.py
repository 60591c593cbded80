"""Sync: who is waiting, a preview, the run itself, and what came of it."""

from lib.services.runs import proposal
from lib.services.runs.overview import glance
from lib.services.schedules.setting import upcoming
from lib.services.started_by import DASHBOARD
from lib.ui.arrival import draw_arrival
from lib.ui.cached import everyone_of
from lib.ui.empty_states import need_connection
from lib.ui.errors import stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.runs.live import watch
from lib.ui.session import environment, opened
from lib.ui.sync.answer import SyncState
from lib.ui.sync.closing import closed_run
from lib.ui.sync.file import draw_file
from lib.ui.sync.jangomail import draw_jangomail
from lib.ui.sync.tabs import draw_tabs

draw_head("Sync")
name = need_connection()

with stops_on_error(), opened() as log:
    proposal.discard_finished_upload(log, name)
    now = glance(log, environment(), name)
    state = SyncState(
        now,
        everyone_of(log, name),
        proposal.proposal(log, now),
        proposal.why_not(log, environment(), now),
        upcoming(log, environment(), name),
        closed_run(),
    )
    jangomail, file = draw_tabs(log, now)
    if jangomail.open:
        with jangomail:
            draw_jangomail(log, state)
    if file.open:
        with file:
            draw_file(log, state)
    if now.live is None:
        watch(name, None)
        if now.latest is None or now.latest.started_by == DASHBOARD:
            draw_arrival(now.latest.id if now.latest else "no run")
