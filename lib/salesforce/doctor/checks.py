"""Every check about Salesforce, in the order in which things are fixed."""

from collections.abc import Mapping

from lib.call_cap import USUAL, CallCap
from lib.salesforce.access import Access, access
from lib.salesforce.doctor import reach, session
from lib.salesforce.doctor.affected import UNKNOWN, Affected
from lib.salesforce.doctor.clocks import clock_check
from lib.salesforce.doctor.permissions import permissions
from lib.salesforce.doctor.records import record_checks
from lib.salesforce.door import Door
from lib.values import Check, Org


def checks(
    door: Door,
    org: Org,
    affected: Affected = UNKNOWN,
    rights: Mapping[str, Access] | None = None,
    cap: CallCap = USUAL,
) -> list[Check]:
    """Every line of `test` about Salesforce, sign-in first. Costs 3 API calls, rarely more.

    It's 1 more with person accounts, and 1 more if Salesforce doesn't answer about converted Leads.
    `affected` says what the log knows about the people of this org. `rights` are asked for if they
    aren't known yet, and `cap` is what runs may use of the org's calls. Raises SalesforceError if
    Salesforce answers nothing at all.
    """
    rights = access(door) if rights is None else rights
    held = permissions(door)
    url = door.session.instance_url
    calls_left = session.api_calls_left(door, org, affected, cap)
    return [
        session.signed_in(door, held),
        session.method(door.login.flow),
        session.api_answers(None, affected),
        *record_checks(rights, org, url, affected),
        *(reach.reach_check(name, held, url, affected) for name in rights),
        reach.converted_check(held, url, affected),
        reach.person_accounts_check(rights["Contact"]),
        reach.locale_check(door),
        clock_check(door),
        calls_left,
    ]
