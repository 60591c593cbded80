"""Saved lists for the gallery, pulled in this process."""

import os

from lib.lists.values import Options
from lib.services.connections.chosen import choose
from lib.services.lists import saved as service
from lib.services.lists.pulls import PullOrder, pull_once
from lib.services.log import Log
from lib.store import pull_rows, pulls

_TIDY = Options(no_duplicates=True, no_empty=True, no_bounced=True, no_converted=True)
_LONG = "Everyone in the eastern region who came to a webinar in the last twelve months"
_QUERIES = {
    "Porto customers": "SELECT FirstName, LastName, Email FROM Contact WHERE Email != null",
    _LONG: "SELECT FirstName, LastName, Email, Account.Name FROM Contact ORDER BY LastName",
    "New Leads": "SELECT Email, Company FROM Lead WHERE CreatedDate = LAST_N_DAYS:30",
    "Webinar, not pulled yet": "SELECT Email FROM Lead",
}


def save(log: Log, connection: str) -> None:
    """The lists; someone on the second is noted, to unsubscribe."""
    made: list[str] = []
    chosen = choose(log, dict(os.environ), connection)
    for name, soql in _QUERIES.items():
        made.append(service.save(log, connection, name, soql, _TIDY))
        if "not pulled" in name:
            continue
        pull_id = pulls.start(
            log.store,
            connection=connection,
            soql=soql,
            options={
                "no_duplicates": True,
                "no_empty": True,
                "no_bounced": True,
                "no_converted": True,
            },
            pulled_by="Dana Kim",
            list_id=made[-1],
        )
        pull_once(log, chosen, PullOrder("", "", pull_id=pull_id))
    [last] = pulls.of_list(log.store, made[1], limit=1)
    gone = pull_rows.listed(log.store, last.id, limit=1)[0].shown
    (log.store.home / "gone.txt").write_text(gone, encoding="utf-8")
    (log.store.home / "ids.txt").write_text("\n".join(made), encoding="utf-8")


_STRANGE = (
    "<b>Bold</b> & <script>alert(1)</script>",
    "*stars*, _lines_, `code`, [link](https://example.org) and :material/home:",
    "🎉 Party people 🎈",
    "קהל היעד של הניוזלטר",
)
_OF_A_CITY = "SELECT FirstName, LastName, Email FROM Contact WHERE MailingCity = 'City {}'"
_MANY = 200


def save_many(log: Log, connection: str) -> None:
    """200 lists that no one has pulled, some with names that could be markup."""
    for number in range(_MANY):
        strange = _STRANGE[number] if number < len(_STRANGE) else f"{number} {_LONG}"
        service.save(log, connection, strange[:80], _OF_A_CITY.format(number), _TIDY)
