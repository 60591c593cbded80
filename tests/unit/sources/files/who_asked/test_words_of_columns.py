"""What headings, values and file names say about a wish, each alone."""

import pytest

from lib.sources.files.who_asked import cell_words, heading_votes
from lib.sources.files.who_asked.cell_words import Value
from lib.sources.files.who_asked.file_kinds import FileKind, kind_by_headings, kind_by_name
from lib.sources.files.who_asked.heading_votes import Says

HEADINGS = {
    Says.OPTED_OUT: (
        "Unsubscribed|Email Opt Out|HasOptedOutOfEmail|Email_Opt_Out__c|doNotEmail|Unsubscribed at|"
        "Do not allow Bulk Emails|EMAIL_BLACKLISTED|Abgemeldet am|Kein Newsletter|Désabonné|"
        "Ne pas contacter|Dado de baja|Baja|Disiscritto|Descadastrado|Não enviar|Uitgeschreven|"
        "Geen e-mail|Subscription cancelled|Inscrição cancelada|Confirmed Opt-Out Date"
    ),
    Says.OPTED_IN: (
        "Subscribed|Accepts Email Marketing|Opt-in|OPTIN_TIME|Angemeldet|Newsletter abonniert|"
        "Abonné|Suscrito|Fecha de alta|Iscritto|Inscrito|Ingeschreven|Subscription date"
    ),
    Says.CONSENTED: (
        "Newsletter|Consent|Einwilligung|Not unsubscribed|Double Opt-In|Paid subscriber"
    ),
    Says.COMPLAINED: "Portal Spam Report|Complained|Plainte pour spam|Queja de spam|Spamklacht",
    Says.BOUNCED: "Portal Bounce|Hard Bounce|CLEAN_TIME|Unzustellbar|Rebond|Onbestelbaar",
    Says.STATUS: "Status|Statut|Event|Subscription status|Email permission status",
    Says.PART: (
        "group_id|Subscription Name|hs_email_optout_4711|Do Not Call|SMS Opt-Out|HASOPTEDOUTOFFAX"
    ),
    Says.DETAIL: "UNSUB_REASON|Opt-out source|UNSUB_CAMPAIGN_TITLE",
    Says.NOTHING: "Name|Town|Country|Rating|Language|MEMBER_RATING|Opt-in IP",
    Says.DOUBTFUL: "deaktiviert|Suppressed|Removed on|Klacht",
    Says.UNKNOWN: "VIP|Lead Status|Event date|",
}
VALUES = {
    Value.YES: "yes|Y|TRUE|1|1.0|x|on|Ja|WAHR|oui|Vrai|sí|SÌ|sim|waar|✓",
    Value.NO: "no|N|false|0|off|nein|Falsch|non|faux|não|nee|onwaar|✗",
    Value.BLANK: "|  |-|n/a|NULL|0000-00-00 00:00:00",
    Value.ASKED: (
        "unsubscribed|Opted out|OPT_OUT|unsubscribedViaEmail|N/A (Unsubscribed by an admin)|"
        "spam_complaint|abgemeldet|Désabonné(e)|Dado de baja|disiscritto|descadastrado|afgemeld"
    ),
    Value.STAYED: "subscribed|opted-in|active|angemeldet|abonné|suscrito|iscritto|ingeschreven",
    Value.SILENT: "bounced|hard bounce|delivered|opened|pending|NEVER_SUBSCRIBED|cleaned|none",
    Value.DOUBTFUL: "blocked|inactive|suppressed|removed|group_unsubscribe|gelöscht",
    Value.OTHER: "Weekly|3|2026-11-25|unsubscribed? not sure|too many mails",
}
NAMES = {
    FileKind.ASKED: (
        "unsubscribed_members_export_1.csv|suppression_unsubscribes.csv|Abgemeldete.csv|opt-outs.csv"
    ),
    FileKind.BOUNCED: "cleaned_members_export_1.csv|hard_bounces.csv|suppression_bounces.csv",
    FileKind.STAYED: (
        "subscribed_members_export_1.csv|nonsubscribed_members_export_1.csv|not_unsubscribed.csv|"
        "optins.csv|subscribers.csv"
    ),
    FileKind.MAILED: "delivered.csv|opens.csv|may-clicks.csv",
    None: "people.csv|newsletter.csv|bounces_and_unsubscribes.csv",
}


def each(table):
    """One test a text."""
    return [(text, meaning) for meaning, texts in table.items() for text in texts.split("|")]


@pytest.mark.parametrize(("heading", "meaning"), each(HEADINGS))
def test_a_heading_says_what_a_yes_under_it_means(heading, meaning):
    assert heading_votes.says(heading) is meaning


@pytest.mark.parametrize(("text", "meaning"), each(VALUES))
def test_a_value_says_what_it_says_in_any_dress(text, meaning):
    assert cell_words.says(text) is meaning
    assert cell_words.says(f" {text.upper()} ") is meaning


@pytest.mark.parametrize(("name", "kind"), each(NAMES))
def test_a_files_name_says_whom_it_lists_or_nothing(name, kind):
    assert kind_by_name(name) is kind


def test_some_files_are_known_by_all_of_their_headings():
    assert kind_by_headings(["status", "reason", "email", "created"]) is FileKind.BOUNCED
    assert kind_by_headings(["address", "tags", "created_at"]) is FileKind.PARTS
    assert kind_by_headings(["email", "created"]) is None
