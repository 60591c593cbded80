"""Whether every record is found: View All, converted Leads, person accounts, the user's locale."""

from lib.salesforce.access import Access
from lib.salesforce.doctor import effects
from lib.salesforce.doctor.affected import Affected
from lib.salesforce.doctor.permissions import Permissions
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.salesforce.setup_steps import Steps, permission_steps, view_all_steps
from lib.values import Check, Level, Stops

CONVERTED = "Lead: converted Leads can be edited"
PERSON_ACCOUNTS = "Person accounts"
LOCALE = "Locale of the user"
EDIT_CONVERTED = "View and Edit Converted Leads"
_SILENT = "Salesforce doesn't say"


def reach_check(sobject: str, held: Permissions, instance_url: str, affected: Affected) -> Check:
    """Whether the user sees all records. Without View All, sharing hides some of them silently."""
    name, reach = f"{sobject}: all records can be seen", held.reach(sobject)
    steps = view_all_steps(sobject)
    if reach.sees_all and reach.edits_all and not reach.by_sharing:
        return Check(name, True, 'with "View All" and "Modify All"', stops=Stops.COMPLETENESS)
    if reach.sees_all and reach.edits_all:
        detail = f"Yes, because the org shares all {sobject}s with everyone"
        return Check(name, True, detail, level=Level.NOTE, stops=Stops.COMPLETENESS)
    if reach.sees_all:
        return _noted(
            name,
            f'This user sees every {sobject}, but doesn\'t have "Modify All"',
            f"Salesforce refuses {sobject}s that sharing lets this user only read. A run shows "
            "each of them with its reason.",
            steps,
            instance_url,
        )
    if reach.sees_all is None:
        detail = f'{_SILENT} whether this user has "View All" on {sobject}'
    else:
        detail = f'This user doesn\'t have "View All" on {sobject}'
    effect = effects.out_of_sight(sobject, affected)
    level = Level.NOTE if reach.sees_all is None else Level.WARNING
    return _noted(name, detail, effect, steps, instance_url, level)


def converted_check(held: Permissions, instance_url: str, affected: Affected) -> Check:
    """Whether the user may edit converted Leads, which most users may not."""
    if held.edits_converted:
        return Check(CONVERTED, True, f'with "{EDIT_CONVERTED}"', stops=Stops.COMPLETENESS)
    detail = (
        f'{_SILENT} whether this user has "{EDIT_CONVERTED}"'
        if held.edits_converted is None
        else f'This user doesn\'t have "{EDIT_CONVERTED}"'
    )
    effect = effects.converted_stay(affected)
    return _noted(CONVERTED, detail, effect, permission_steps(EDIT_CONVERTED), instance_url)


def person_accounts_check(contact: Access) -> Check:
    """Whether the org has person accounts."""
    detail = "This org uses them" if contact.has_person_accounts else "This org doesn't use them"
    level = Level.NOTE if contact.has_person_accounts else Level.FINE
    return Check(PERSON_ACCOUNTS, True, detail, level=level, stops=Stops.COMPLETENESS)


def locale_check(door: Door) -> Check:
    """Turkish and Azeri users are told, because Salesforce compares letters by locale."""
    found = door.session.locale
    if not found:
        stops = Stops.COMPLETENESS
        return Check(LOCALE, True, _SILENT, level=Level.NOTE, stops=stops)
    if not is_turkic(found):
        return Check(LOCALE, True, found, stops=Stops.COMPLETENESS)
    return Check(
        LOCALE,
        ok=True,
        detail=f"{found}: this user's locale is Turkish or Azeri, where Salesforce treats I and i "
        "as different letters",
        remedy="Nothing to do. Optback looks for addresses in both spellings. To avoid it, choose "
        "another locale for this user: Setup > Users > the user > Edit > Locale.",
        level=Level.NOTE,
        effect="No one is missed by runs. Filters that people type on lists compare by this "
        "locale.",
        stops=Stops.COMPLETENESS,
    )


def _noted(
    name: str,
    detail: str,
    effect: str,
    steps: Steps,
    instance_url: str,
    level: Level = Level.NOTE,
) -> Check:
    link, classic_link = steps.links(instance_url)
    return Check(
        name,
        ok=True,
        detail=detail,
        remedy=steps.remedy,
        level=level,
        effect=effect,
        link=link,
        classic_link=classic_link,
        stops=Stops.COMPLETENESS,
    )
