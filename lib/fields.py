"""The fields of Salesforce this program is about, under their API names: their one home.

An org may have a checkbox of its own as well (`OptOutField` in lib/settings.py).
Source: Object Reference, Contact, Lead, Account (person accounts).
"""

EMAIL = "Email"
OPT_OUT = "HasOptedOutOfEmail"
OPT_OUT_LABEL = "Email Opt Out"
PERSON_EMAIL = "PersonEmail"
PERSON_OPT_OUT = "PersonHasOptedOutOfEmail"
