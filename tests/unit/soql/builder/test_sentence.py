"""Who is on a list, in a sentence that someone would say."""

import pytest

from lib.soql import parse
from lib.soql.builder.sentence import sentence_of


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SELECT Id FROM Contact", "All Contacts"),
        ("SELECT Id FROM Contact WHERE Email != null", "All Contacts with an email address"),
        ("SELECT Id FROM Lead LIMIT 5000", "All Leads, the first 5,000"),
        (
            "SELECT Id FROM Contact WHERE MailingCity = 'Porto' AND CreatedDate > 2025-01-01",
            "Contacts where Mailing City is Porto and Created Date is after Jan 1, 2025",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:30 AND IsConverted = false",
            "Leads where Created Date is in the last 30 days and Is Converted is not selected",
        ),
        (
            "SELECT Id FROM Contact WHERE (City__c = 'Bern' OR City__c = 'Thun') AND Phone = null",
            "Contacts where (City is Bern or City is Thun) and Phone is empty",
        ),
        (
            "SELECT Id FROM Contact WHERE Account.BillingCountry IN ('A', 'B', 'C', 'D', 'E')",
            "Contacts where Account Billing Country is A, B, C, or 2 more",
        ),
        (
            "SELECT Id FROM Contact WHERE NOT (LastName LIKE 'Mc%' OR Title = 'x')",
            "Contacts except where Last Name starts with “Mc” or Title is x",
        ),
        (
            "SELECT Id FROM Contact WHERE Id IN (SELECT ContactId FROM CampaignMember "
            "WHERE CampaignId = '701000000000001AAA' AND Status = 'Registered')",
            "Contacts in a campaign with status Registered",
        ),
        (
            "SELECT Id FROM Contact WHERE CreatedDate = LAST_N_DAYS:30 ORDER BY CreatedDate "
            "LIMIT 10 OFFSET 5",
            "Some Contacts, by a query in SOQL",
        ),
        ("SELECT COUNT(Id) FROM Contact", "Figures about Contacts, by a query in SOQL"),
        ("SELECT Id, Guest__r.Email FROM Visit__c", "All Visit records"),
    ],
)
def test_a_query_is_said_in_words(text, sentence):
    assert sentence_of(parse(text)) == sentence
