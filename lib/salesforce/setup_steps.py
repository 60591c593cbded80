"""Where to click in Salesforce's Setup to give a user a right, for the edition of the org.

Steps come in the words of Lightning and of Classic, each with the path of its page below the org's
address. Sources: Salesforce Help, "Modify Field Access Settings", "Set Page Layouts and
Field-Level Security", "Object Permissions".
"""

from dataclasses import dataclass, replace

_API_ENABLED = "API Enabled"
HOURS = "The change may take hours to show."
_PROFESSIONAL = "Professional Edition"
_BY_LAYOUT = frozenset(
    {
        _PROFESSIONAL,
        "Team Edition",
        "Contact Manager Edition",
        "Personal Edition",
        "Base Edition",
    }
)
"""Editions in which a field is shown or hidden by the page layout (Organization.OrganizationType).

Salesforce's own lists differ about Professional Edition, so its steps name both pages.
"""
_EDITION_NAMES = {
    "Team Edition": "Group Edition",
    "Base Edition": "Essentials or Starter Edition",
}
_PERMISSION_SETS = ("/lightning/setup/PermSets/home", "/0PS?setupid=PermSets")


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do in Setup; the paths are empty where there is no page for it."""

    lightning: str
    classic: str
    lightning_path: str = ""
    classic_path: str = ""
    note: str = HOURS

    @property
    def remedy(self) -> str:
        """Everything in a text, as remedies are printed."""
        if not self.lightning:
            return self.note
        return " ".join(
            [f"Lightning: {self.lightning}", f"Classic: {self.classic}", self.note]
        ).strip()

    def links(self, instance_url: str) -> tuple[str | None, str | None]:
        """The pages of Setup in Lightning and Classic, if the org's address is known."""
        return _link(instance_url, self.lightning_path), _link(instance_url, self.classic_path)


def edition_in_words(edition: str) -> str:
    """The edition under the name people know: the API calls Group Edition "Team Edition"."""
    return _EDITION_NAMES.get(edition, edition)


def field_steps(sobject: str, label: str, edition: str = "") -> Steps:
    """Show a field to the user and let them edit it. Without an edition, the steps of both."""
    if edition in _BY_LAYOUT:
        return _on_the_layout(sobject, label, edition)
    note = HOURS if edition else f"{_PROFESSIONAL}: put the field on the page layout. {HOURS}"
    return Steps(
        f"Setup > Object Manager > {sobject} > Fields & Relationships > {label} > "
        'Set Field-Level Security: select "Visible", clear "Read-Only", and save.',
        f"Setup > Build > Customize > {sobject}s > Fields > {label} > Set Field-Level Security: "
        'select "Visible", clear "Read-Only", and save.',
        f"/lightning/setup/ObjectManager/{sobject}/FieldsAndRelationships/view",
        f"/p/setup/layout/LayoutFieldList?type={sobject}&setupid={sobject}Fields",
        note,
    )


def contact_steps_for_person_accounts(label: str, edition: str = "") -> Steps:
    """Show a field of person accounts: they have the rights of Contact's field."""
    steps = field_steps("Contact", label, edition)
    return replace(steps, note=f"Person accounts have the rights of Contact's field. {steps.note}")


def object_steps(sobject: str) -> Steps:
    """Let the user see and edit the records of an sObject."""
    return _object_settings(sobject, '"Read" and "Edit"')


def view_all_steps(sobject: str) -> Steps:
    """Let the user see and edit every record of an sObject, whatever sharing says."""
    return _object_settings(
        sobject, '"View All" and "Modify All" (newer orgs add the word "Records")'
    )


def permission_steps(permission: str) -> Steps:
    """Give the user a permission that isn't about an sObject, such as "API Enabled"."""
    return Steps(
        f"Setup > Users > Permission Sets > the user's set > Find Settings: type {permission}, "
        f'open the setting, Edit, select "{permission}", and save.',
        "Setup > Administer > Manage Users > Permission Sets > the user's set > Find Settings: "
        f'type {permission}, open the setting, Edit, select "{permission}", and save.',
        *_PERMISSION_SETS,
    )


def api_steps() -> Steps:
    """Let the user's programs in: the permission, and the editions that have an API at all."""
    steps = permission_steps(_API_ENABLED)
    note = (
        "Professional Edition also needs the API add-on, which Salesforce sells. Group, Contact "
        f"Manager, and Essentials Edition have no API. {HOURS}"
    )
    return replace(steps, note=note)


def company_steps(org_id: str) -> Steps:
    """Where Salesforce shows the API calls of the last 24 hours."""
    return Steps(
        'Setup > Company Information > "API Requests, Last 24 Hours".',
        "Setup > Administer > Company Profile > Company Information > "
        '"API Requests, Last 24 Hours".',
        "/lightning/setup/CompanyProfileInfo/home",
        f"/{org_id}" if org_id else "",
        note="",
    )


def _on_the_layout(sobject: str, label: str, edition: str) -> Steps:
    """Without field-level security, a field is as visible and editable as the layout has it."""
    also = (
        f" Then check {label} > View Field Accessibility under Fields: the user's profile must "
        'have "Editable".'
        if edition == _PROFESSIONAL
        else ""
    )
    layout = (
        f'the layout > drag "{label}" into a section, make sure it isn\'t marked "Read Only", '
        f"and save. Do this for every layout the user has.{also}"
    )
    return Steps(
        f"Setup > Object Manager > {sobject} > Page Layouts > {layout}",
        f"Setup > Build > Customize > {sobject}s > Page Layouts > Edit next to {layout}",
        f"/lightning/setup/ObjectManager/{sobject}/PageLayouts/view",
        f"/ui/setup/layout/PageLayouts?type={sobject}&setupid={sobject}Layouts",
    )


def _object_settings(sobject: str, rights: str) -> Steps:
    return Steps(
        f"Setup > Users > Permission Sets > the user's set > Object Settings > {sobject}s > "
        f"Edit: select {rights}, and save.",
        "Setup > Administer > Manage Users > Permission Sets > the user's set > Object Settings > "
        f"{sobject}s > Edit: select {rights}, and save. Or Profiles > the user's profile > Edit > "
        "Standard Object Permissions.",
        *_PERMISSION_SETS,
    )


def _link(instance_url: str, path: str) -> str | None:
    return f"{instance_url}{path}" if instance_url and path else None
