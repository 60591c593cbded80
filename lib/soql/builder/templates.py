"""Lists to start from: queries for the builder, some with a value left to choose."""

from dataclasses import dataclass

from lib.fields import EMAIL
from lib.soql.builder.model import Condition, Model, Operator, Order
from lib.soql.tree import Boolean, DateLiteral, Null

CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class Template:
    """`asks` is the field whose value is left to choose, or CAMPAIGN; "" if nothing is."""

    key: str
    title: str
    words: str
    model: Model
    asks: str = ""


_HAS_ADDRESS = Condition(EMAIL, Operator.DIFFERS, (Null(),))
_BY_NAME = (Order("LastName"), Order("FirstName"))
_PEOPLE = ("FirstName", "LastName", EMAIL)

TEMPLATES = (
    Template(
        "mailable_contacts",
        "All Contacts who can be emailed",
        "Everyone with an email address who hasn't opted out",
        Model("Contact", (*_PEOPLE, "Account.Name"), parts=(_HAS_ADDRESS,), order=_BY_NAME),
    ),
    Template(
        "new_leads",
        "Leads from the last 30 days",
        "People who came in recently and are still Leads",
        Model(
            "Lead",
            (*_PEOPLE, "Company", "LeadSource", "CreatedDate"),
            parts=(
                Condition("CreatedDate", Operator.EQUALS, (DateLiteral("LAST_N_DAYS", 30),)),
                Condition("IsConverted", Operator.EQUALS, (Boolean(False),)),
            ),
            order=(Order("CreatedDate", "DESC"),),
        ),
    ),
    Template(
        "campaign_members",
        "Members of a campaign",
        "The Contacts in a campaign you choose",
        Model("Contact", (*_PEOPLE, "Account.Name"), order=_BY_NAME),
        CAMPAIGN,
    ),
    Template(
        "contacts_in",
        "Contacts by country",
        "By the country of the account's billing address",
        Model(
            "Contact",
            (*_PEOPLE, "Account.Name", "Account.BillingCity", "Account.BillingCountry"),
            parts=(_HAS_ADDRESS,),
            order=(Order("Account.Name"), *_BY_NAME),
        ),
        "Account.BillingCountry",
    ),
)
