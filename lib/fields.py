"""The fields of Salesforce this program is about, under their API names: their one home.

An org may have a checkbox of its own as well (`OptOutField` in lib/settings.py).
Source: Object Reference, Contact, Lead, Account (person accounts).
"""

EMAIL = "Email"
OPT_OUT = "HasOptedOutOfEmail"
OPT_OUT_LABEL = "Email Opt Out"
PERSON_EMAIL = "PersonEmail"
PERSON_OPT_OUT = "PersonHasOptedOutOfEmail"
EMAIL_BOUNCED = "EmailBouncedDate"
PERSON_EMAIL_BOUNCED = "PersonEmailBouncedDate"


def bounced_field(sobject: str) -> str:
    """The field that says when an address of this sObject bounced."""
    return PERSON_EMAIL_BOUNCED if sobject == "Account" else EMAIL_BOUNCED
