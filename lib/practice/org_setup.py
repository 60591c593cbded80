"""An org before it has people: company, profiles, permission sets, users, queue, record types.

Field and object rights are rows, as in a real org. Each profile has a hidden permission set with a
FieldPermissions row for every field that takes permissions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.practice.derived_fields import completed
from lib.practice.ids import IdMaker
from lib.practice.rows import Row, stamp
from lib.practice.schema import SCHEMA
from lib.practice.tables import Tables

OPT_OUT_FIELDS = ("Contact.HasOptedOutOfEmail", "Lead.HasOptedOutOfEmail")
USERNAME = "practice@example.org"
COLLEAGUE = "colleague@example.org"

_DATA = ("Account", "Campaign", "Case", "Contact", "Lead", "Opportunity")
_FOLLOWING = ("AccountContactRelation", "CampaignMember", "Event", "Task")
"""sObjects without object permissions of their own, but with fields that take permissions."""
_ADMIN_RIGHTS = tuple(
    name.name
    for name in SCHEMA["profile"].fields.values()
    if name.name.startswith("Permissions") and "ConvertedLeads" not in name.name
)
_STANDARD_RIGHTS = ("PermissionsApiEnabled", "PermissionsConvertLeads")


@dataclass(slots=True)
class OrgSetup:
    """Writes the first rows of an org; `moment` is when the org was created."""

    tables: Tables
    ids: IdMaker
    moment: datetime
    admin_id: str = ""

    def run(self, seed: int) -> None:
        """Write everything except people; must run inside a transaction."""
        self.admin_id = self.ids.next("005")
        self._add("Organization", _organization(seed))
        licence = self.ids.next("100")
        admins = self._profile("System Administrator", licence, _ADMIN_RIGHTS, delete=True)
        marketers = self._profile("Standard User", licence, _STANDARD_RIGHTS, delete=False)
        self._user("Practice", "Administrator", USERNAME, admins, self.admin_id)
        self._user("Casey", "Colleague", COLLEAGUE, marketers)
        self._user("Robin", "Routing", "routing@example.org", marketers)
        self._add("Group", {"Name": "New Leads", "DeveloperName": "New_Leads", "Type": "Queue"})
        for sobject, name in (("Account", "Household"), ("Account", "Company")):
            self._add(
                "RecordType",
                {"Name": name, "DeveloperName": name, "SobjectType": sobject, "IsActive": True},
            )

    def _add(self, sobject: str, values: Row, record_id: str | None = None) -> str:
        kind = SCHEMA[sobject.lower()]
        made = stamp(self.moment)
        row = completed(kind, {"Id": record_id or self.ids.next(kind.key_prefix), **values})
        for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
            if kind.field(name):
                row[name] = made
        for name in ("CreatedById", "LastModifiedById"):
            if kind.field(name):
                row[name] = self.admin_id
        self.tables.put(sobject, row)
        return str(row["Id"])

    def _profile(self, name: str, licence: str, rights: tuple[str, ...], *, delete: bool) -> str:
        given = dict.fromkeys(rights, True)
        profile_id = self._add(
            "Profile", {"Name": name, "UserLicenseId": licence, "UserType": "Standard", **given}
        )
        set_values = {
            "Name": f"X{profile_id[:15]}",
            "Label": f"{profile_id[:15]}_{self.moment:%y_%m_%d_%H_%M}",
            "ProfileId": profile_id,
            "IsOwnedByProfile": True,
            "Type": "Profile",
            "LicenseId": licence,
        }
        set_id = self._add("PermissionSet", {**set_values, **given})
        for sobject in _DATA:
            self._grant_object(set_id, sobject, delete=delete)
            self._grant_fields(set_id, sobject)
        for sobject in _FOLLOWING:
            self._grant_fields(set_id, sobject)
        return profile_id

    def _grant_object(self, set_id: str, sobject: str, *, delete: bool) -> None:
        rights = {"PermissionsRead": True, "PermissionsCreate": True, "PermissionsEdit": True}
        wide = ("PermissionsDelete", "PermissionsViewAllRecords", "PermissionsModifyAllRecords")
        rights |= dict.fromkeys(wide, delete)
        self._add("ObjectPermissions", {"ParentId": set_id, "SobjectType": sobject, **rights})

    def _grant_fields(self, set_id: str, sobject: str) -> None:
        for field in SCHEMA[sobject.lower()].fields.values():
            if not field.permissionable or field.compound_field_name:
                continue
            editable = field.updateable or field.type == "address"
            self._add(
                "FieldPermissions",
                {
                    "ParentId": set_id,
                    "SobjectType": sobject,
                    "Field": f"{sobject}.{field.name}",
                    "PermissionsRead": True,
                    "PermissionsEdit": editable,
                },
            )

    def _user(
        self, first: str, last: str, username: str, profile: str, record_id: str | None = None
    ) -> str:
        values = {
            "Username": username,
            "FirstName": first,
            "LastName": last,
            "Email": username,
            "Alias": username.partition("@")[0][:8],
            "CommunityNickname": username.partition("@")[0],
            "IsActive": True,
            "TimeZoneSidKey": "GMT",
            "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            "ProfileId": profile,
            "UserType": "Standard",
            "CompanyName": "Practice Company",
            "LastPasswordChangeDate": stamp(self.moment + timedelta(minutes=5)),
        }
        user_id = self._add("User", values, record_id)
        permission_sets = self.tables.rows("PermissionSet").values()
        set_id = next(
            permission_set["Id"]
            for permission_set in permission_sets
            if permission_set.get("ProfileId") == profile
        )
        assigned = {"PermissionSetId": set_id, "AssigneeId": user_id, "IsActive": True}
        self._add("PermissionSetAssignment", assigned)
        return user_id


def _organization(seed: int) -> Row:
    return {
        "Name": "Practice Company",
        "Country": "US",
        "PrimaryContact": "Practice Administrator",
        "DefaultLocaleSidKey": "en_US",
        "TimeZoneSidKey": "GMT",
        "LanguageLocaleKey": "en_US",
        "ReceivesInfoEmails": True,
        "ReceivesAdminInfoEmails": True,
        "PreferencesConsentManagementEnabled": True,
        "PreferencesLightningLoginEnabled": True,
        "FiscalYearStartMonth": 1,
        "DefaultAccountAccess": "Edit",
        "DefaultContactAccess": "ControlledByParent",
        "DefaultOpportunityAccess": "Edit",
        "DefaultLeadAccess": "ReadEditTransfer",
        "DefaultCaseAccess": "ReadEditTransfer",
        "DefaultCalendarAccess": "HideDetailsInsert",
        "DefaultPricebookAccess": "ReadSelect",
        "DefaultCampaignAccess": "All",
        "UiSkin": "Theme3",
        "SignupCountryIsoCode": "US",
        "NumKnowledgeService": 2,
        "OrganizationType": "Enterprise Edition",
        "InstanceName": f"PRA{seed % 90 + 10}",
        "IsSandbox": False,
        "WebToCaseDefaultOrigin": "Web",
        "MonthlyPageViewsUsed": 0,
        "MonthlyPageViewsEntitlement": 0,
    }
