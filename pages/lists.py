"""Lists: who to email, pulled from Salesforce without the people who opted out."""

from lib.services.lists.saved import lists_now
from lib.ui.arrival import draw_arrival
from lib.ui.empty_states import need_connection
from lib.ui.errors import stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.frame.picker import connection_name
from lib.ui.lists.all import draw_all
from lib.ui.lists.one import draw_one
from lib.ui.lists.opened import settle
from lib.ui.session import environment, opened

name = connection_name()
if name is None:
    draw_head("Lists")
    name = need_connection()

with stops_on_error(), opened() as log:
    shown = settle(log, name)
    now = lists_now(log, environment(), name)
    if shown.is_one:
        draw_one(log, now, shown.saved)
    else:
        draw_all(log, now, is_unknown=shown.is_unknown)
    draw_arrival(f"lists {shown.saved.id if shown.saved else shown.is_one}")
