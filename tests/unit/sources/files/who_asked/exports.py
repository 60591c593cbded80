"""What email services, shops and CRMs export as a file, with who in it asked.

People are made up. `known` says how well an export's headings and values are known: "documented" by
its vendor or seen in public code, or "plausible" where they were put together from the names in its
API. The file is written under `file`, as the service names it, because that may be the only clue.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Export:
    """One file and the people in it who asked, by the part before the @.

    `maybe`: may count or not. `clear`: may not be refused. `refuse`: has to be.
    `names`: a column that a refusal has to name.
    """

    service: str
    file: str
    text: str
    asked: str = ""
    maybe: str = ""
    clear: bool = False
    refuse: bool = False
    names: str = ""
    known: Literal["documented", "plausible"] = "documented"


_MAILCHIMP = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME"

SERVICES = (
    Export(
        "Mailchimp, people who left",
        "unsubscribed_members_export_4f2a.csv",
        f"{_MAILCHIMP},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,"
        "UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n"
        "left@x.example,Ann,Lee,2,2019-02-03 10:11:12,10.0.0.1,2019-02-03 10:12:00,"
        "2024-05-06 07:08:09,May news,abc,NORMAL,,1,e1,,\n"
        "gone@x.example,Bob,Ray,3,,,,2024-05-07 07:08:09,,,,,2,e2,,vip\n",
        asked="left gone",
        clear=True,
    ),
    Export(
        "Mailchimp, people who left, renamed",
        "list.csv",
        f"{_MAILCHIMP},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON\n"
        "left@x.example,Ann,Lee,2,2019-02-03 10:11:12,10.0.0.1,,2024-05-06 07:08:09,May news,\n"
        "gone@x.example,Bob,Ray,3,,,,2024-05-07 07:08:09,,NORMAL\n",
        asked="left gone",
        clear=True,
    ),
    Export(
        "Mailchimp, people who left, few columns",
        "unsubscribed_email_audience_export_4f2a.csv",
        "Email Address,First Name,MEMBER_RATING\nleft@x.example,Ann,2\ngone@x.example,Bob,3\n",
        asked="left gone",
        clear=True,
    ),
    Export(
        "Mailchimp, cleaned",
        "cleaned_members_export_4f2a.csv",
        f"{_MAILCHIMP},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID\n"
        "bounced@x.example,Ann,Lee,1,2019-02-03 10:11:12,10.0.0.1,,2024-05-06 07:08:09,News,a,1\n",
    ),
    Export(
        "Mailchimp, cleaned, renamed",
        "list.csv",
        f"{_MAILCHIMP},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\n"
        "bounced@x.example,Ann,Lee,1,2019-02-03 10:11:12,10.0.0.1,,2024-05-06 07:08:09,News\n",
    ),
    Export(
        "Mailchimp, subscribed",
        "subscribed_members_export_4f2a.csv",
        f"{_MAILCHIMP},LAST_CHANGED,LEID,TAGS\n"
        "stay@x.example,Ann,Lee,2,2019-02-03 10:11:12,10.0.0.1,,2024-05-06 07:08:09,1,\n",
        refuse=True,
    ),
    Export(
        "Mailchimp, subscribed, nothing but the address",
        "subscribed_email_audience_export_4f2a.csv",
        "Email Address,First Name\nstay@x.example,Ann\nstay2@x.example,Bob\n",
        refuse=True,
    ),
    Export(
        "Mailchimp, never subscribed",
        "nonsubscribed_members_export_4f2a.csv",
        "Email Address,First Name,MEMBER_RATING,LAST_CHANGED\nshop@x.example,Ann,2,2024-05-06\n",
    ),
    Export(
        "SendGrid, global unsubscribes",
        "suppression_unsubscribes.csv",
        "email,created\nleft@x.example,1704614745\ngone@x.example,1704614746\n",
        asked="left gone",
        clear=True,
    ),
    Export(
        "SendGrid, bounces",
        "suppression_bounces.csv",
        "status,reason,email,created\n"
        '5.1.1,"550 5.1.1 unknown, ""try again""\nlater",bounced@x.example,1704614745\n',
    ),
    Export(
        "SendGrid, bounces, renamed",
        "list.csv",
        'status,reason,email,created\n5.1.1,"550, unknown user",bounced@x.example,1704614745\n',
    ),
    Export(
        "SendGrid, blocks",
        "suppression_blocks.csv",
        'status,reason,email,created\n4.0.0,"IP blocked",blocked@x.example,1704614745\n',
    ),
    Export(
        "SendGrid, spam reports",
        "suppression_spam_reports.csv",
        "ip,email,created\n10.0.0.1,spam@x.example,1704614745\n",
        asked="spam",
    ),
    Export(
        "SendGrid, invalid addresses",
        "suppression_invalid_emails.csv",
        'reason,email,created\n"Mail domain not found",typo@x.example,1704614745\n',
    ),
    Export(
        "SendGrid, one group",
        "asm_groups_17_suppressions.csv",
        "email\nonegroup@x.example\n",
        maybe="onegroup",
    ),
    Export(
        "SendGrid, global unsubscribes as JSON",
        "unsubscribes.json",
        '[{"created":1704614745,"email":"left@x.example"}]',
        asked="left",
    ),
    Export(
        "SendGrid, bounces as JSON",
        "answer.json",
        '[{"created":1704614745,"email":"bounced@x.example","reason":"550 5.1.1 no such user",'
        '"status":"5.1.1"}]',
    ),
    Export(
        "SendGrid, groups as JSON",
        "suppressions.json",
        '[{"email":"onegroup@x.example","group_id":17,"group_name":"Weekly news",'
        '"created_at":1704614745}]',
    ),
    Export(
        "SendGrid, events",
        "activity.csv",
        "email,event,timestamp,sg_message_id\n"
        "got@x.example,processed,1704614745,a\n"
        "got@x.example,delivered,1704614746,a\n"
        "got@x.example,open,1704614747,a\n"
        "got@x.example,click,1704614748,a\n"
        "bounced@x.example,bounce,1704614749,b\n"
        "bounced@x.example,dropped,1704614749,b\n"
        "left@x.example,unsubscribe,1704614750,c\n"
        "spam@x.example,spamreport,1704614751,d\n"
        "onegroup@x.example,group_unsubscribe,1704614752,e\n"
        "back@x.example,group_resubscribe,1704614753,e\n",
        asked="left spam",
        names="event",
        known="plausible",
    ),
    Export(
        "Mailgun, unsubscribes from all mail",
        "unsubscribes.csv",
        "address,tags,created_at\n"
        'left@x.example,*,"Tue, 07 Jan 2025 19:25:45 UTC"\n'
        'gone@x.example,*,"Tue, 07 Jan 2025 19:25:45 UTC"\n',
        asked="left gone",
        clear=True,
    ),
    Export(
        "Mailgun, tags written as lists",
        "unsubscribes.csv",
        'address,tags,created_at\nleft@x.example,"[""*""]",2025-01-07\n'
        'onetag@x.example,"[""weekly"",""deals""]",2025-01-07\n',
        asked="left",
        names="tags",
        known="plausible",
    ),
    Export(
        "Mailgun, bounces",
        "bounces.csv",
        "address,code,error,created_at\n"
        'bounced@x.example,550,"No such mailbox","Tue, 07 Jan 2025 19:25:45 UTC"\n',
    ),
    Export(
        "Mailgun, bounces, renamed",
        "list.csv",
        "address,code,error,created_at\n"
        'bounced@x.example,550,"No such mailbox","Tue, 07 Jan 2025 19:25:45 UTC"\n',
    ),
    Export(
        "Mailgun, complaints",
        "complaints.csv",
        'address,created_at\nspam@x.example,"Tue, 07 Jan 2025 19:25:45 UTC"\n',
        asked="spam",
    ),
    Export(
        "Mailgun, unsubscribes as JSON",
        "unsubscribes.json",
        '{"items":[{"address":"left@x.example","tags":["*"],"created_at":"Thu, 11 Dec 2025 '
        '01:49:40 UTC"},{"address":"onetag@x.example","tags":["weekly"],"created_at":"Thu, 11 Dec '
        '2025 01:49:40 UTC"}],"paging":{"next":"https://api.x.example/next?address=no@x.example"}}',
        asked="left",
    ),
    Export(
        "Mailgun, bounces as JSON",
        "answer.json",
        '{"items":[{"address":"bounced@x.example","code":"550","error":"No such mailbox",'
        '"created_at":"Thu, 11 Dec 2025 01:49:40 UTC"}],"paging":{}}',
    ),
    Export(
        "Postmark, suppressions as JSON",
        "dump.json",
        '{"Suppressions":['
        '{"EmailAddress":"left@x.example","SuppressionReason":"ManualSuppression",'
        '"Origin":"Recipient","CreatedAt":"2026-02-03T08:58:33-05:00"},'
        '{"EmailAddress":"spam@x.example","SuppressionReason":"SpamComplaint",'
        '"Origin":"Recipient","CreatedAt":"2026-02-03T08:58:33-05:00"},'
        '{"EmailAddress":"hand@x.example","SuppressionReason":"ManualSuppression",'
        '"Origin":"Customer","CreatedAt":"2026-02-03T08:58:33-05:00"},'
        '{"EmailAddress":"bounced@x.example","SuppressionReason":"HardBounce",'
        '"Origin":"Recipient","CreatedAt":"2026-02-03T08:58:33-05:00"}]}',
        asked="left spam",
        maybe="hand",
    ),
    Export(
        "Postmark, suppressions",
        "suppressions.csv",
        "EmailAddress,SuppressionReason,Origin,CreatedAt\n"
        "left@x.example,ManualSuppression,Recipient,2026-02-03T08:58:33-05:00\n"
        "spam@x.example,SpamComplaint,Recipient,2026-02-03T08:58:33-05:00\n"
        "hand@x.example,ManualSuppression,Customer,2026-02-03T08:58:33-05:00\n"
        "bounced@x.example,HardBounce,Recipient,2026-02-03T08:58:33-05:00\n",
        asked="left spam",
        maybe="hand",
        names="SuppressionReason",
        known="plausible",
    ),
    Export(
        "SES, suppression list as JSON",
        "suppressed.json",
        '{"SuppressedDestinationSummaries":[{"EmailAddress":"spam@x.example","Reason":"COMPLAINT",'
        '"LastUpdateTime":"2026-04-10T21:03:05Z"},{"EmailAddress":"bounced@x.example",'
        '"Reason":"BOUNCE","LastUpdateTime":"2026-04-10T21:03:05Z"}]}',
        asked="spam",
    ),
    Export(
        "SES, suppression list from the command line",
        "suppressed.csv",
        "EmailAddress,Reason,LastUpdateTime\n"
        "spam@x.example,COMPLAINT,2026-04-10T21:03:05Z\n"
        "bounced@x.example,BOUNCE,2026-04-10T21:03:05Z\n",
        asked="spam",
        names="Reason",
    ),
    Export(
        "SES, file of an import job",
        "import.csv",
        "spam@x.example,COMPLAINT\nbounced@x.example,BOUNCE\n",
        asked="spam",
        names="Column 2",
    ),
    Export(
        "SES, contacts of a list as JSON",
        "contacts.json",
        '{"Contacts":[{"EmailAddress":"left@x.example","UnsubscribeAll":true},'
        '{"EmailAddress":"onetopic@x.example","UnsubscribeAll":false}]}',
        asked="left",
        known="plausible",
    ),
    Export(
        "Brevo, contacts from the API",
        "export.csv",
        "EMAIL;ADDED_TIME;MODIFIED_TIME;_listIds;_SUBSCRIBED;_BLOCKLISTED\n"
        "left@x.example;03-04-2024;05-06-2024;[3|7];;email_marketing\n"
        "stay@x.example;03-04-2024;05-06-2024;[3|7];email_marketing;\n"
        "sms@x.example;03-04-2024;05-06-2024;[3|7];email_marketing;sms_marketing\n",
        asked="left",
    ),
    Export(
        "Brevo, contacts from the web",
        "contacts.csv",
        "EMAIL,LASTNAME,FIRSTNAME,SMS,EMAIL_BLACKLISTED,SMS_BLACKLISTED,ADDED_TIME,MODIFIED_TIME\n"
        "left@x.example,Lee,Ann,,1,0,03-04-2024,05-06-2024\n"
        "stay@x.example,Ray,Bob,,0,0,03-04-2024,05-06-2024\n"
        "sms@x.example,Roe,Cy,,0,1,03-04-2024,05-06-2024\n",
        asked="left",
        clear=True,
    ),
    Export(
        "Brevo, contacts from the web, older",
        "contacts.csv",
        "EMAIL;NOM;PRENOM;BLACKLISTED;SMS_BLACKLISTED\n"
        "left@x.example;Lee;Ann;yes;no\nstay@x.example;Ray;Bob;no;yes\n",
        asked="left",
        names="BLACKLISTED",
        known="plausible",
    ),
    Export(
        "Brevo, blocked contacts",
        "blocked.csv",
        "email,senderEmail,reason.code,blockedAt\n"
        "left@x.example,news@corp.example,unsubscribedViaEmail,2026-01-02T12:30:00.000Z\n"
        "gone@x.example,news@corp.example,unsubscribedViaMA,2026-01-02T12:30:00.000Z\n"
        "api@x.example,news@corp.example,unsubscribedViaApi,2026-01-02T12:30:00.000Z\n"
        "admin@x.example,news@corp.example,adminBlocked,2026-01-02T12:30:00.000Z\n"
        "bounced@x.example,news@corp.example,hardBounce,2026-01-02T12:30:00.000Z\n"
        "spam@x.example,news@corp.example,contactFlaggedAsSpam,2026-01-02T12:30:00.000Z\n",
        asked="left gone api spam",
        maybe="admin",
        names="reason.code",
        known="plausible",
    ),
    Export(
        "Campaign Monitor, suppression list",
        "suppression_list.csv",
        "EmailAddress,SuppressionReason,Date,State\n"
        "left@x.example,Unsubscribed,2026-01-05 10:55:31,Suppressed\n"
        "bounced@x.example,Bounced,2026-01-05 10:55:31,Suppressed\n"
        "deleted@x.example,Deleted,2026-01-05 10:55:31,Suppressed\n",
        asked="left",
        names="SuppressionReason",
        known="plausible",
    ),
    Export(
        "Campaign Monitor, people who left one list",
        "unsubscribed.csv",
        "EmailAddress,Name,Date,ListJoinedDate,State\n"
        "left@x.example,Ann,2026-01-05 10:55:31,2020-01-05 10:55:31,Unsubscribed\n"
        "gone@x.example,Bob,2026-01-06 10:55:31,2020-01-05 10:55:31,Unsubscribed\n",
        asked="left gone",
        clear=True,
        known="plausible",
    ),
    Export(
        "Campaign Monitor, all subscribers",
        "subscribers.csv",
        "EmailAddress,Name,Date,State\n"
        "left@x.example,Ann,2026-01-05 10:55:31,Unsubscribed\n"
        "stay@x.example,Bob,2026-01-05 10:55:31,Active\n"
        "bounced@x.example,Cy,2026-01-05 10:55:31,Bounced\n"
        "new@x.example,Di,2026-01-05 10:55:31,Unconfirmed\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "HubSpot, unsubscribes and bounces",
        "unsubscribes-and-bounces.csv",
        "Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce,"
        "Marketing Information,Customer Service Communication\n"
        "left@x.example,FALSE,TRUE,FALSE,FALSE,TRUE,TRUE\n"
        "spam@x.example,FALSE,FALSE,TRUE,FALSE,FALSE,FALSE\n"
        "bounced@x.example,TRUE,FALSE,FALSE,TRUE,FALSE,FALSE\n"
        "onetype@x.example,FALSE,FALSE,FALSE,FALSE,TRUE,FALSE\n",
        asked="left spam",
    ),
    Export(
        "HubSpot, the bounce's reason in its column",
        "unsubscribes-and-bounces.csv",
        "Recipient,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce\n"
        "left@x.example,,TRUE,,\n"
        "bounced@x.example,UNKNOWN_USER,,,TRUE\n"
        "spam@x.example,,,TRUE,\n",
        asked="left spam",
    ),
    Export(
        "HubSpot, contacts",
        "hubspot-crm-exports-all-contacts.csv",
        "Record ID,First Name,Email,Unsubscribed from all email,Email hard bounce reason,"
        "Marketing contact status\n"
        "1,Ann,left@x.example,true,,Non-marketing contact\n"
        "2,Bob,stay@x.example,false,,Marketing contact\n"
        "3,Cy,new@x.example,,,Marketing contact\n"
        "4,Di,bounced@x.example,false,UNKNOWN_USER,Non-marketing contact\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "HubSpot, left one type of mail",
        "contacts.csv",
        "Email,hs_email_optout,hs_email_optout_4711\n"
        "left@x.example,true,true\nonetype@x.example,false,true\nstay@x.example,false,false\n",
        asked="left",
        names="hs_email_optout",
        known="plausible",
    ),
    Export(
        "Klaviyo, a list",
        "list_export.csv",
        "Email,Klaviyo ID,First Name,Email Marketing Consent,Email Marketing Consent Timestamp\n"
        "left@x.example,01A,Ann,UNSUBSCRIBED,2026-01-05T09:00:00+00:00\n"
        "stay@x.example,01B,Bob,SUBSCRIBED,2025-01-05T09:00:00+00:00\n"
        "never@x.example,01C,Cy,NEVER_SUBSCRIBED,\n",
        asked="left",
        clear=True,
    ),
    Export(
        "Klaviyo, a segment with suppressions and text messages",
        "segment_export.csv",
        "Email,Email Marketing Consent,Email Suppressions,SMS Marketing Consent\n"
        "left@x.example,UNSUBSCRIBED,UNSUBSCRIBE,SUBSCRIBED\n"
        "stay@x.example,SUBSCRIBED,,UNSUBSCRIBED\n"
        "bounced@x.example,SUBSCRIBED,HARD_BOUNCE,NEVER_SUBSCRIBED\n"
        "hand@x.example,SUBSCRIBED,USER_SUPPRESSED,\n",
        asked="left",
        maybe="hand",
        known="plausible",
    ),
    Export(
        "Klaviyo, suppressed profiles",
        "suppressed.csv",
        "Email,Suppression Reason,Suppression Date\n"
        "left@x.example,UNSUBSCRIBE,2026-01-05\nspam@x.example,SPAM_COMPLAINT,2026-01-05\n"
        "bounced@x.example,HARD_BOUNCE,2026-01-05\ntypo@x.example,INVALID_EMAIL,2026-01-05\n"
        "hand@x.example,USER_SUPPRESSED,2026-01-05\n",
        asked="left spam",
        maybe="hand",
        names="Suppression Reason",
        known="plausible",
    ),
    Export(
        "ActiveCampaign, contacts",
        "contacts.csv",
        "Email,First Name,Last Name,Phone,Tags,Date Created,IP,Status,Organization\n"
        "left@x.example,Ann,Lee,,vip,2024-01-01,10.0.0.1,Unsubscribed,Acme\n"
        "stay@x.example,Bob,Ray,,,2024-01-01,10.0.0.1,Active,Acme\n"
        "new@x.example,Cy,Roe,,,2024-01-01,10.0.0.1,Unconfirmed,\n"
        "bounced@x.example,Di,Poe,,,2024-01-01,10.0.0.1,Bounced,\n",
        asked="left",
        clear=True,
    ),
    Export(
        "ActiveCampaign, states as numbers",
        "contact_lists.csv",
        "email,list,status,sdate,udate\n"
        "left@x.example,1,2,2025-04-08T11:17:44-05:00,2026-01-12T11:10:06-05:00\n"
        "stay@x.example,1,1,2025-04-08T11:17:44-05:00,0000-00-00\n",
        maybe="left",
        known="plausible",
    ),
    Export(
        "Constant Contact, people who left",
        "unsubscribed.csv",
        "Email address,First name,Email status,Email permission status,Email update source,"
        "Confirmed Opt-Out Date,Confirmed Opt-Out Source,Confirmed Opt-Out Reason,Email Lists\n"
        "left@x.example,Ann,Unsubscribed,Unsubscribed,Contact,2026-01-07,Contact,too many,News\n"
        "gone@x.example,Bob,Unsubscribed,Unsubscribed,Account,2026-01-08,Account,,News\n",
        asked="left gone",
        clear=True,
    ),
    Export(
        "Constant Contact, all contacts",
        "contacts.csv",
        "Email address,First name,Email status,Email permission status,Confirmed Opt-Out Date\n"
        "left@x.example,Ann,Unsubscribed,Unsubscribed,2026-01-07\n"
        "stay@x.example,Bob,Active,Explicit,\n"
        "shop@x.example,Cy,Active,Implicit,\n",
        asked="left",
    ),
    Export(
        "Constant Contact, permission from the API",
        "contacts.csv",
        "address,permission_to_send\nleft@x.example,unsubscribed\nstay@x.example,explicit\n"
        "shop@x.example,implicit\nnone@x.example,not_set\nnew@x.example,pending_confirmation\n"
        "held@x.example,temp_hold\n",
        asked="left",
        names="permission_to_send",
    ),
    Export(
        "MailerLite, a group",
        "subscribers.csv",
        "Subscriber,Name,Last name,Subscribed,Groups\n"
        "stay@x.example,Ann,Lee,2024-12-19 16:25:00,News\n"
        "stay2@x.example,Bob,Ray,2024-12-19 16:25:00,News\n",
    ),
    Export(
        "MailerLite, all subscribers",
        "subscribers.csv",
        "email,status,subscribed_at,unsubscribed_at\n"
        "left@x.example,unsubscribed,2024-12-19 16:25:00,2026-01-08 09:10:11\n"
        "stay@x.example,active,2024-12-19 16:25:00,\n"
        "new@x.example,unconfirmed,2024-12-19 16:25:00,\n"
        "bounced@x.example,bounced,2024-12-19 16:25:00,\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "MailerLite, with junk",
        "subscribers.csv",
        "email,status\nleft@x.example,unsubscribed\nstay@x.example,active\nspam@x.example,junk\n",
        asked="left",
        maybe="spam",
        names="status",
        known="plausible",
    ),
    Export(
        "SparkPost, suppression list",
        "suppression-list.csv",
        "recipient,type,source,description,created\n"
        "left@x.example,non_transactional,Unsubscribe Link,,2026-01-09T12:00:00+00:00\n"
        "gone@x.example,non_transactional,List Unsubscribe,,2026-01-09T12:00:00+00:00\n"
        "spam@x.example,non_transactional,Spam Complaint,,2026-01-09T12:00:00+00:00\n"
        "bounced@x.example,transactional,Bounce Rule,550,2026-01-09T12:00:00+00:00\n"
        "hand@x.example,non_transactional,Manually Added,,2026-01-09T12:00:00+00:00\n"
        "law@x.example,non_transactional,Compliance,,2026-01-09T12:00:00+00:00\n",
        asked="left gone spam",
        maybe="hand law",
        known="plausible",
    ),
    Export(
        "SparkPost, file of the upload form",
        "example-suppressions-list.csv",
        "recipient,type,description\nleft@x.example,non_transactional,asked\n"
        "receipt@x.example,transactional,\n",
        maybe="left receipt",
    ),
    Export(
        "SparkPost, suppression list as JSON",
        "suppressions.json",
        '{"results":[{"recipient":"left@x.example","type":"non_transactional",'
        '"source":"Unsubscribe Link","created":"2026-01-09T12:00:00+00:00"},'
        '{"recipient":"bounced@x.example","type":"non_transactional","source":"Bounce Rule",'
        '"created":"2026-01-09T12:00:00+00:00"}],"links":[],"total_count":2}',
        asked="left",
    ),
)

SALESFORCE = (
    Export(
        "Salesforce, report of contacts",
        "report1732600000000.csv",
        '"First Name","Last Name","Email","Email Opt Out","Fax Opt Out","Do Not Call"\n'
        '"Ann","Lee","left@x.example","1","0","0"\n'
        '"Bob","Ray","stay@x.example","0","1","1"\n'
        '"Cy","Roe","gone@x.example","1","1","1"\n',
        asked="left gone",
        clear=True,
    ),
    Export(
        "Salesforce, Data Loader",
        "extract.csv",
        '"ID","EMAIL","HASOPTEDOUTOFEMAIL","DONOTCALL","HASOPTEDOUTOFFAX"\n'
        '"003000000000001AAA","left@x.example","true","false","false"\n'
        '"003000000000002AAA","stay@x.example","false","true","true"\n',
        asked="left",
        clear=True,
    ),
    Export(
        "Salesforce, report in German",
        "bericht.csv",
        "Nachname;E-Mail;E-Mail-Abmeldung\nLee;left@x.example;wahr\nRay;stay@x.example;falsch\n",
        asked="left",
        names="E-Mail-Abmeldung",
        known="plausible",
    ),
    Export(
        "Salesforce, report in French",
        "rapport.csv",
        "Nom;Adresse e-mail;Désinscription e-mail\nLee;left@x.example;1\nRay;stay@x.example;0\n",
        asked="left",
        names="Désinscription e-mail",
        known="plausible",
    ),
    Export(
        "Salesforce, bounces",
        "report.csv",
        "Email,Email Bounced Reason,Email Bounced Date\n"
        "bounced@x.example,550 unknown,2026-01-02\nstay@x.example,,\n",
    ),
    Export(
        "Salesforce, Individual: tracking is not mail",
        "individuals.csv",
        "Email,HasOptedOutTracking,HasOptedOutProfiling,ShouldForget\n"
        "track@x.example,true,false,false\nstay@x.example,false,false,false\n"
        "profile@x.example,false,true,true\n",
        known="plausible",
    ),
    Export(
        "Salesforce, person accounts",
        "report.csv",
        '"Account Name","Email","Person Account: Email Opt Out"\n'
        '"Ann Lee","left@x.example","TRUE"\n"Bob Ray","stay@x.example","FALSE"\n',
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "Marketing Cloud, all subscribers",
        "All Subscribers.csv",
        "Subscriber Key,Email Address,Status,Date Joined,Date Unsubscribed\n"
        "k1,left@x.example,Unsubscribed,1/2/2020,3/4/2025\n"
        "k2,stay@x.example,Active,1/2/2020,\n"
        "k3,bounced@x.example,Bounced,1/2/2020,\n",
        asked="left",
        clear=True,
    ),
    Export(
        "Marketing Cloud, with held people",
        "_Subscribers.csv",
        "SubscriberKey,EmailAddress,Status,DateUndeliverable,DateJoined,DateUnsubscribed\n"
        "k1,left@x.example,unsubscribed,,2020-01-02,2025-03-04\n"
        "k2,stay@x.example,active,,2020-01-02,\n"
        "k3,held@x.example,held,2025-01-01,2020-01-02,\n",
        asked="left",
    ),
    Export(
        "Account Engagement (Pardot), prospects",
        "prospects.csv",
        "Email,First Name,Opted Out,Do Not Email,Do Not Call\n"
        "left@x.example,Ann,1,1,0\nstay@x.example,Bob,0,0,1\nsales@x.example,Cy,0,1,0\n",
        asked="left",
        maybe="sales",
        known="plausible",
    ),
    Export(
        "Account Engagement (Pardot), opted out only",
        "prospects.csv",
        "Email,Opted Out\nleft@x.example,TRUE\nstay@x.example,FALSE\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
)

OTHERS = (
    Export(
        "Shopify, customers",
        "customers_export.csv",
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags\n"
        "'1,Ann,Lee,left@x.example,no,,,no,10.00,1,,no,\n"
        "'2,Bob,Ray,stay@x.example,yes,,,no,20.00,2,,yes,vip\n",
        asked="left",
        names="Accepts Email Marketing",
    ),
    Export(
        "Shopify, older",
        "customers_export.csv",
        "First Name,Email,Accepts Marketing,Total Spent\nAnn,left@x.example,no,1\n"
        "Bob,stay@x.example,yes,0\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "Magento, newsletter subscribers",
        "subscribers.csv",
        '"ID","Email","Type","Customer First Name","Status","Website"\n'
        '"1","left@x.example","Customer","Ann","Unsubscribed","Main"\n'
        '"2","stay@x.example","Guest","----","Subscribed","Main"\n'
        '"3","new@x.example","Guest","----","Not Activated","Main"\n',
        asked="left",
        names="Status",
    ),
    Export(
        "WooCommerce, plug-in for customers",
        "customers.csv",
        "user_email,first_name,billing_country,newsletter_opt_in\n"
        "no@x.example,Ann,US,0\nstay@x.example,Bob,NO,1\n",
        maybe="no",
        known="plausible",
    ),
    Export(
        "MailPoet",
        "MailPoet_export.csv",
        "Email,First name,List,Global Status,List Status\n"
        "left@x.example,Ann,News,unsubscribed,unsubscribed\n"
        "onelist@x.example,Bob,News,subscribed,unsubscribed\n"
        "stay@x.example,Cy,News,subscribed,subscribed\n"
        "quiet@x.example,Di,News,inactive,subscribed\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Moosend",
        "members.csv",
        "Email,Name,Status\nleft@x.example,Ann,Unsubscribed\nstay@x.example,Bob,Subscribed\n"
        "bounced@x.example,Cy,Bounced\nremoved@x.example,Di,Removed\n",
        asked="left",
        maybe="removed",
        names="Status",
        known="plausible",
    ),
    Export(
        "GetResponse",
        "contacts.csv",
        "Email,Name,Added on,Unsubscribed on,Reason\n"
        "left@x.example,Ann,2020-01-01,2025-01-01,unsubscribed\n"
        "gone@x.example,Bob,2020-01-01,2025-01-02,complaint\n",
        asked="left gone",
        known="plausible",
    ),
    Export(
        "AWeber",
        "subscribers.csv",
        "Email,Name,Status,Add Time,Stop Time,Stop Method\n"
        "left@x.example,Ann,unsubscribed,2020-01-01,2025-01-02,unsubscribe link\n"
        "stay@x.example,Bob,subscribed,2020-01-01,,\n"
        "new@x.example,Cy,unconfirmed,2020-01-01,,\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Mailjet, contacts",
        "contacts.csv",
        "Email,Name,IsExcludedFromCampaigns,IsOptInPending,IsSpamComplaining\n"
        "excluded@x.example,Ann,true,false,false\nstay@x.example,Bob,false,false,false\n"
        "new@x.example,Cy,false,true,false\nspam@x.example,Di,false,false,true\n",
        asked="spam",
        maybe="excluded",
    ),
    Export(
        "Mailjet, one list",
        "list.csv",
        "email,IsUnsubscribed,UnsubscribedAt\nleft@x.example,True,2025-01-01T00:00:00Z\n"
        "stay@x.example,False,\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "Zoho Campaigns",
        "contacts.csv",
        "Contact Email,First Name,Contact Status\nleft@x.example,Ann,Unsubscribed\n"
        "stay@x.example,Bob,Active\nbounced@x.example,Cy,Bounced\ndnm@x.example,Di,Do-Not-Mail\n",
        asked="left",
        maybe="dnm",
        known="plausible",
    ),
    Export(
        "Marketo, people",
        "leads.csv",
        "Email Address,Unsubscribed,Unsubscribed Reason,Email Invalid,Marketing Suspended,"
        "Black Listed\n"
        "left@x.example,true,asked by phone,false,false,false\n"
        "stay@x.example,false,,false,false,false\n"
        "typo@x.example,false,,true,false,false\n"
        "paused@x.example,false,,false,true,false\n"
        "listed@x.example,false,,false,false,true\n",
        asked="left",
        maybe="listed",
        known="plausible",
    ),
    Export(
        "Marketo, two columns",
        "leads.csv",
        "Email Address,Unsubscribed,Email Invalid\nleft@x.example,1,0\nstay@x.example,0,0\n"
        "typo@x.example,0,1\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Eloqua, contacts",
        "contacts.csv",
        "Email Address,Is Subscribed,Is Bounceback,Date Modified\n"
        "left@x.example,No,No,2025-01-01\nstay@x.example,Yes,No,2025-01-01\n"
        "bounced@x.example,Yes,Yes,2025-01-01\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Eloqua, globally unsubscribed",
        "contacts.csv",
        "Email Address,Globally Unsubscribed?\nleft@x.example,Yes\nstay@x.example,No\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "Eloqua, activities",
        "activities.csv",
        "ActivityType,ActivityDate,EmailAddress,CampaignName\n"
        "Unsubscribe,2025-01-01 00:00:01,left@x.example,May\n"
        "Subscribe,2025-01-01 00:00:01,stay@x.example,May\n"
        "Bounceback,2025-01-01 00:00:01,bounced@x.example,May\n"
        "EmailOpen,2025-01-01 00:00:01,got@x.example,May\n",
        asked="left",
        names="ActivityType",
    ),
    Export(
        "Dynamics 365, contacts",
        "Active Contacts.csv",
        "Full Name,Email,Do not allow Bulk Emails,Do not allow Phone Calls\n"
        "Ann Lee,left@x.example,Do Not Allow,Allow\nBob Ray,stay@x.example,Allow,Do Not Allow\n",
        asked="left",
        names="Do not allow Bulk Emails",
        known="plausible",
    ),
    Export(
        "Dynamics 365, consent",
        "consent.csv",
        "Contact point value,Contact point type,Consent status\n"
        "left@x.example,Email,Opted out\nstay@x.example,Email,Opted in\nnone@x.example,Email,"
        "Not set\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "iContact",
        "contacts.csv",
        "email,fname,status\nleft@x.example,Ann,unsubscribed\nstay@x.example,Bob,normal\n"
        "new@x.example,Cy,pending\nno@x.example,Di,donotcontact\nbounced@x.example,Ed,bounced\n",
        asked="left",
        maybe="no",
        names="status",
        known="plausible",
    ),
    Export(
        "Emma",
        "members.csv",
        "email,member_status_id,status\nleft@x.example,o,opt-out\nstay@x.example,a,active\n"
        "bounced@x.example,e,error\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Drip",
        "subscribers.csv",
        "email,status,time_zone,created_at,unsubscribed_at\n"
        "left@x.example,unsubscribed,America/New_York,2020-01-01T00:00:00Z,2025-01-01T00:00:00Z\n"
        "stay@x.example,active,America/New_York,2020-01-01T00:00:00Z,\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "Kit (ConvertKit)",
        "subscribers.csv",
        "email_address,first_name,state,created_at\nleft@x.example,Ann,cancelled,2020-01-01\n"
        "stay@x.example,Bob,active,2020-01-01\nspam@x.example,Cy,complained,2020-01-01\n"
        "bounced@x.example,Di,bounced,2020-01-01\nquiet@x.example,Ed,inactive,2020-01-01\n",
        asked="spam",
        maybe="left",
        names="state",
    ),
    Export(
        "beehiiv",
        "subscribers.csv",
        "email,status,subscription_tier,created_at\nquiet@x.example,inactive,free,2020-01-01\n"
        "stay@x.example,active,premium,2020-01-01\nnew@x.example,pending,free,2020-01-01\n",
        maybe="quiet",
        known="plausible",
    ),
    Export(
        "Substack",
        "email_list.csv",
        "email,active_subscription,expiry,plan,email_disabled,created_at\n"
        "off@x.example,false,,other,true,2018-08-27T15:06:27.713Z\n"
        "stay@x.example,false,,other,false,2018-08-27T15:06:27.713Z\n"
        "paid@x.example,true,2027-08-27T15:06:27.713Z,yearly,false,2018-08-27T15:06:27.713Z\n",
        maybe="off",
    ),
    Export(
        "Squarespace",
        "subscribers.csv",
        "Email Address,First Name,Status,Subscribed On\n"
        "left@x.example,Ann,Unsubscribed,2020-01-01\n"
        "stay@x.example,Bob,Subscribed,2020-01-01\ngone@x.example,Cy,Cleaned,2020-01-01\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Eventbrite, attendees",
        "attendees.csv",
        "Email,First Name,Attendee Status,Checked In,Email opt-in\n"
        "no@x.example,Ann,Attending,Yes,No\nstay@x.example,Bob,Attending,No,Yes\n",
        maybe="no",
        known="plausible",
    ),
    Export(
        "CiviCRM, contacts",
        "CiviCRM_Contact_Search.csv",
        "Email,Do Not Phone,Do Not Email,Do Not Mail,Do Not SMS,Do Not Trade,"
        "No Bulk Emails (User Opt Out)\n"
        "left@x.example,0,0,0,0,0,1\nstay@x.example,0,0,0,0,0,0\n"
        "phone@x.example,1,0,0,0,0,0\npost@x.example,0,0,1,0,0,0\nstaff@x.example,0,1,0,0,0,0\n",
        asked="left",
        maybe="staff",
        known="plausible",
    ),
    Export(
        "phpList",
        "export.csv",
        "email,confirmed,blacklisted,bouncecount,htmlemail\nleft@x.example,1,1,0,1\n"
        "stay@x.example,1,0,0,0\nnew@x.example,0,0,0,1\nbounced@x.example,1,0,3,1\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Mailman, members with delivery off",
        "members.csv",
        "address,display_name,delivery_status\nself@x.example,Ann,by_user\n"
        "bounced@x.example,Bob,by_bounces\nstay@x.example,Cy,enabled\n",
        maybe="self",
        known="plausible",
    ),
    Export(
        "Ghost, members",
        "members.csv",
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at\n"
        "1,left@x.example,Ann,,false,false,,2024-01-01T00:00:00.000Z\n"
        "2,stay@x.example,Bob,,true,false,,2024-01-01T00:00:00.000Z\n"
        "3,gift@x.example,Cy,,true,true,,2024-01-01T00:00:00.000Z\n",
        asked="left",
        names="subscribed_to_emails",
    ),
    Export(
        "Discourse, users",
        "user-list.csv",
        "id,email,username,email_digests,staged\n1,quiet@x.example,ann,false,false\n"
        "2,stay@x.example,bob,true,false\n",
        maybe="quiet",
        known="plausible",
    ),
    Export(
        "Intercom, people",
        "users.csv",
        "Email,Name,Unsubscribed from Emails,Marked email as spam,Has hard bounced\n"
        "left@x.example,Ann,true,false,false\nspam@x.example,Bob,false,true,false\n"
        "bounced@x.example,Cy,false,false,true\nstay@x.example,Di,false,false,false\n",
        asked="left spam",
        known="plausible",
    ),
    Export(
        "Customer.io",
        "customers.csv",
        "id,email,unsubscribed,created_at\n1,left@x.example,true,1704614745\n"
        "2,stay@x.example,false,1704614745\n3,new@x.example,,1704614745\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "Iterable",
        "users.csv",
        "email,signupDate,unsubscribedChannelIds,unsubscribedMessageTypeIds\n"
        "channel@x.example,2020-01-01,[123],[]\nstay@x.example,2020-01-01,[],[]\n",
        maybe="channel",
        known="plausible",
    ),
    Export(
        "Braze, users",
        "users.csv",
        "external_id,email,email_subscribe,push_subscribe\n1,left@x.example,unsubscribed,opted_in\n"
        "2,stay@x.example,subscribed,unsubscribed\n3,in@x.example,opted_in,subscribed\n",
        asked="left",
        names="email_subscribe",
    ),
    Export(
        "Braze, e-mail alone",
        "users.csv",
        "external_id,email,email_subscribe\n1,left@x.example,unsubscribed\n"
        "2,stay@x.example,subscribed\n3,in@x.example,opted_in\n",
        asked="left",
        clear=True,
    ),
    Export(
        "OneSignal",
        "players.csv",
        "id,identifier,email,subscribed,invalid_identifier\n1,a,left@x.example,f,f\n"
        "2,b,stay@x.example,t,f\n3,c,typo@x.example,t,t\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Mautic, do not contact by number",
        "dnc.csv",
        "email,channel,reason,date_added\nleft@x.example,email,1,2025-01-01\n"
        "bounced@x.example,email,2,2025-01-01\nhand@x.example,email,3,2025-01-01\n",
        maybe="left hand",
        known="plausible",
    ),
    Export(
        "Mautic, do not contact by word",
        "dnc.csv",
        "email,dnc_reason\nleft@x.example,Unsubscribed\nbounced@x.example,Bounced\n"
        "hand@x.example,Manual\n",
        asked="left",
        maybe="hand",
        known="plausible",
    ),
    Export(
        "Acoustic Campaign",
        "database.csv",
        "Email,Opt In Date,Opted Out,Opt In Details,Opted Out Date\n"
        "left@x.example,2020-01-01,T,form,2025-01-01\nstay@x.example,2020-01-01,F,form,\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Acoustic Campaign, opted out",
        "optouts.csv",
        "Email,Opt In Date,Opted Out Date,Opt Out Details\n"
        "left@x.example,2020-01-01,2025-01-01,link\ngone@x.example,2020-01-01,2025-01-02,\n",
        asked="left gone",
        clear=True,
        known="plausible",
    ),
    Export(
        "dotdigital, contacts",
        "contacts.csv",
        "Email,OptInType,EmailType,Status\nleft@x.example,Double,Html,Unsubscribed\n"
        "stay@x.example,Single,Html,Subscribed\nsoft@x.example,Unknown,Html,SoftBounced\n"
        "hard@x.example,Unknown,Html,HardBounced\nspam@x.example,Single,Html,IspComplained\n"
        "block@x.example,Single,Html,MailBlocked\nheld@x.example,Single,Html,Suppressed\n",
        asked="left spam",
        maybe="held",
        known="plausible",
    ),
    Export(
        "Omnisend",
        "contacts.csv",
        "Email,First name,Email status,SMS status\nleft@x.example,Ann,unsubscribed,subscribed\n"
        "stay@x.example,Bob,subscribed,unsubscribed\nshop@x.example,Cy,nonSubscribed,\n",
        asked="left",
        names="Email status",
        known="plausible",
    ),
    Export(
        "Privy",
        "contacts.csv",
        "Email,Name,Unsubscribed At,Bounced At\nleft@x.example,Ann,2025-01-01,\n"
        "stay@x.example,Bob,,\nbounced@x.example,Cy,,2025-01-01\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "listmonk",
        "subscribers.csv",
        "uuid,email,name,attributes,status,created_at\n1a,listed@x.example,Ann,{},blocklisted,"
        "2024-01-01\n1b,stay@x.example,Bob,{},enabled,2024-01-01\n1c,off@x.example,Cy,{},disabled,"
        "2024-01-01\n",
        maybe="listed",
        names="status",
    ),
    Export(
        "Flodesk",
        "subscribers.csv",
        "email,status\nleft@x.example,unsubscribed\nstay@x.example,active\n"
        "new@x.example,unconfirmed\nbounced@x.example,bounced\nspam@x.example,complained\n"
        "clean@x.example,cleaned\nold@x.example,archived\n",
        asked="left spam",
        names="status",
    ),
    Export(
        "Benchmark Email",
        "contacts.csv",
        "Email,Status,SubscribeDate,UnsubscribeDate\nleft@x.example,Unsubscribed,2020-01-01,"
        "2025-01-01\nstay@x.example,Active,2020-01-01,\nbounced@x.example,Bounced,2020-01-01,\n",
        asked="left",
        clear=True,
    ),
    Export(
        "SuiteCRM, contacts",
        "Contacts.csv",
        "First Name,Email Address,Opted Out,Do Not Call\nAnn,left@x.example,1,0\n"
        "Bob,stay@x.example,0,1\n",
        asked="left",
        clear=True,
    ),
    Export(
        "Segment, profiles",
        "profiles.csv",
        "email,email_subscription_status,phone,sms_subscription_status\n"
        "left@x.example,unsubscribed,,subscribed\nstay@x.example,subscribed,,unsubscribed\n"
        "never@x.example,did-not-subscribe,,\n",
        asked="left",
        names="email_subscription_status",
    ),
    Export(
        "Wix, contacts",
        "contacts.csv",
        "Email 1,Email subscriber status,SMS subscriber status\nleft@x.example,Unsubscribed,\n"
        "stay@x.example,Subscribed,Never subscribed\nnone@x.example,Never subscribed,\n"
        "new@x.example,Pending,\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Oracle Cloud, suppressions",
        "suppressions.csv",
        "emailAddress,reason,timeCreated\nleft@x.example,UNSUBSCRIBE,2025-01-01T00:00:00Z\n"
        "spam@x.example,COMPLAINT,2025-01-01T00:00:00Z\n"
        "hard@x.example,HARDBOUNCE,2025-01-01T00:00:00Z\n"
        "soft@x.example,SOFTBOUNCE,2025-01-01T00:00:00Z\n"
        "hand@x.example,MANUAL,2025-01-01T00:00:00Z\n"
        "some@x.example,UNKNOWN,2025-01-01T00:00:00Z\n",
        asked="left spam",
        maybe="hand",
        names="reason",
    ),
    Export(
        "Marigold Engage+, states as numbers",
        "contacts.csv",
        "email,status_id\nform@x.example,1500\nreply@x.example,1525\nspam@x.example,1550\n"
        "hard@x.example,1350\nstay@x.example,100\n",
        maybe="form reply spam",
    ),
    Export(
        "Mailcoach",
        "subscribers.csv",
        "email,first_name,subscribed_at,unsubscribed_at\nleft@x.example,Ann,2020-01-01 00:00:00,"
        "2025-01-01 00:00:00\nstay@x.example,Bob,2020-01-01 00:00:00,\n",
        asked="left",
        clear=True,
        known="plausible",
    ),
    Export(
        "a lead list of a sales team",
        "leads.csv",
        "E-mail;Vorname;Anrede;Newsletter;Abgemeldet am\nleft@x.example;Ann;Frau;nein;03.04.2025\n"
        "stay@x.example;Bob;Herr;ja;\n",
        asked="left",
        known="plausible",
    ),
)

EUROPE = (
    Export(
        "MailUp, people who left, with the kind as a number",
        "optout.csv",
        "email;idList;OptOut_Date;Subscription Date;optout_nl;optout_type\n"
        "left@x.example;1;20250122T111244;20210121T141244;161;2\n"
        "hand@x.example;1;20250122T111244;20210121T141244;;1\n"
        "bounced@x.example;1;20250122T111244;20210121T141244;162;8\n"
        "spam@x.example;1;20250122T111244;20210121T141244;162;16\n",
        asked="left spam",
        maybe="hand",
    ),
    Export(
        "MailUp, people who left, plain",
        "optout.csv",
        "email;idList;OptOut_Date\nleft@x.example;1;20250122T111244\n"
        "gone@x.example;1;20250123T111244\n",
        asked="left gone",
        clear=True,
    ),
    Export(
        "promio, blacklist with states as numbers",
        "11_blacklist_full.csv",
        '"sender_id";"ts";"custID";"mail";"status"\n'
        '"11";"2025-01-26 00:06:13";"";"left@x.example";"1"\n'
        '"11";"2025-01-26 00:06:13";"";"hand@x.example";"0"\n'
        '"11";"2025-01-26 00:06:13";"";"bounced@x.example";"3"\n',
        maybe="left hand",
        names="status",
    ),
    Export(
        "rapidmail, a list",
        "empfaenger.csv",
        "email;firstname;created;activated;status\n"
        "left@x.example;Ann;2020-01-01 10:11:12;2020-01-01 10:12:00;Abgemeldet\n"
        "stay@x.example;Bob;2020-01-01 10:11:12;2020-01-01 10:12:00;Aktiv\n"
        "new@x.example;Cy;2020-01-01 10:11:12;;Unbestätigt\n"
        "bounced@x.example;Di;2020-01-01 10:11:12;2020-01-01 10:12:00;Gebounct\n"
        "spam@x.example;Ed;2020-01-01 10:11:12;2020-01-01 10:12:00;Unerwünscht\n",
        asked="left",
        maybe="spam",
        names="status",
        known="plausible",
    ),
    Export(
        "kulturkurier, subscribers",
        "abonnenten.csv",
        "E-Mail;Quelle;Status\nleft@x.example;Manuell;Abgemeldet\nstay@x.example;Opt-In Fenster;"
        "Aktiv\nbounced@x.example;Manuell;Bounce\nnew@x.example;Opt-In Fenster;Warten\n",
        asked="left",
        names="Status",
        known="plausible",
    ),
    Export(
        "CleverReach, receivers",
        "export.csv",
        "email;registriert;aktiviert;deaktiviert;quelle\n"
        "off@x.example;2020-01-01 10:11:12;2020-01-01 10:12:00;2025-01-01 10:12:00;Import\n"
        "stay@x.example;2020-01-01 10:11:12;2020-01-01 10:12:00;;Import\n",
        maybe="off",
        known="plausible",
    ),
    Export(
        "Epona, permission for newsletters",
        "contacten.csv",
        "E-mailadres;Naam;Toestemming nieuwsbrieven\nleft@x.example;Ann;Uitgeschreven\n"
        "stay@x.example;Bob;Geabonneerd\nbounced@x.example;Cy;Hard bounce\n"
        "new@x.example;Di;Uitgenodigd\n",
        asked="left",
        names="Toestemming nieuwsbrieven",
        known="plausible",
    ),
    Export(
        "Mailjet in French",
        "contacts.csv",
        "Adresse e-mail;Nom;Statut;Date de désabonnement\n"
        "left@x.example;Ann;Désabonné;25/03/2025\nstay@x.example;Bob;Abonné;\n"
        "out@x.example;Cy;Exclu;\n",
        asked="left",
        maybe="out",
        known="plausible",
    ),
    Export(
        "a Spanish service",
        "suscriptores.csv",
        "Correo electrónico;Nombre;Estado;Fecha de baja\nleft@x.example;Ann;Baja;25/03/2025\n"
        "stay@x.example;Bob;Activo;\nbounced@x.example;Cy;Rebotado;\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "a Brazilian service",
        "contatos.csv",
        "E-mail;Nome;Status;Cidade\nleft@x.example;Ann;Descadastrado;Pará\n"
        "stay@x.example;Bob;Ativo;Évora\nbounced@x.example;Cy;Inválido;Faro\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "an Italian service",
        "iscritti.csv",
        "Email;Nome;Stato;Data disiscrizione\nleft@x.example;Ann;Disiscritto;25/03/2025\n"
        "stay@x.example;Bob;Iscritto;\nheld@x.example;Cy;Sospeso;\n"
        "bounced@x.example;Di;Non raggiungibile;\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Mailtrain, a list",
        "list.csv",
        "email,first_name,status,unsubscribed\nleft@x.example,Ann,2,2025-01-01\n"
        "stay@x.example,Bob,1,\nbounced@x.example,Cy,3,\n",
        asked="left",
        known="plausible",
    ),
    Export(
        "Mad Mimi",
        "list.csv",
        "email,first name,opt_out\nleft@x.example,Ann,1\nstay@x.example,Bob,0\n",
        asked="left",
        clear=True,
    ),
    Export(
        "Spoke, a campaign of text messages",
        "campaign.csv",
        "contact[cell],contact[email],contact[optOut]\n5550100,text@x.example,true\n"
        "5550101,stay@x.example,false\n",
        maybe="text",
        names="contact[optOut]",
        known="plausible",
    ),
    Export(
        "GoDaddy, lists to leave",
        "import.csv",
        "email,add_list,suppress_list,remove_list\nonelist@x.example,,Weekly,\n"
        "stay@x.example,Weekly,,Deals\n",
        maybe="onelist",
    ),
    Export(
        "Mailercloud, people who left a campaign",
        "unsubscribes.csv",
        "email,name,list,time,reason\nleft@x.example,Ann,News,2025-01-01 00:00:00,Too many\n"
        "spam@x.example,Bob,News,2025-01-02 00:00:00,Abuse\n",
        asked="left spam",
        known="plausible",
    ),
)

EXPORTS = SERVICES + SALESFORCE + OTHERS + EUROPE
