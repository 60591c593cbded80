"""What a file is by its name or its headings, if its columns don't say.

Mailchimp exports a file for each status, with nearly the same columns. SendGrid exports one for
each list. Sometimes only the file's name shows which people it has. Source: the services' own
documentation of their exports.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

from lib.sources.files.headings import plain


class FileKind(Enum):
    """Which people a file names."""

    ASKED = "people who unsubscribed"
    BOUNCED = "addresses that bounced"
    STAYED = "people who opted in"
    MAILED = "people who received, opened, or clicked an email"
    OTHER_WAYS = "people who don't want calls, texts, or paper mail"
    PARTS = "people who unsubscribed only from certain lists or groups"


_LEAVING = (
    r"(unsub\w*|opt(ed)?[-_ ]?outs?|abgemeldet\w*|desabonn\w*|desinscri\w*|desuscri\w*|disiscri\w*|"
    r"descadastr\w*|uitgeschreven\w*)"
)
_CALLS = r"(sms|text|phone|call|fax|push|whatsapp|mobile|telefon|cookie|postal|direct[-_ ]mail)s?"
_EMAIL_TOO = re.compile(r"(?<!direct[-_ ])mail")
_STATES = (  # asked in this order: nonsubscribed is neither subscribed nor unsubscribed
    (FileKind.STAYED, r"(non|not|never)[-_ ]?(un)?subscri|(non|not|never)[-_ ]?opt(ed)?[-_ ]?out"),
    (
        FileKind.STAYED,
        rf"(?<![a-z])(without|w[-_ ]?o|excluding|excludes?|excl|except|minus|no|ohne|sans|sin|"
        rf"senza|sem|zonder)[-_ .]+(\w+[-_ ]+)?{_LEAVING}|"
        rf"{_LEAVING}[-_ ]+(are[-_ ]|were[-_ ]|have[-_ ]been[-_ ])?"
        r"(removed|excluded|filtered|taken)",
    ),
    (
        FileKind.OTHER_WAYS,
        rf"(?<![a-z]){_CALLS}[-_ ]+(\w+[-_ ]+)?{_LEAVING}|"
        rf"{_LEAVING}[-_ ]+(\w+[-_ ]+)?{_CALLS}(?![a-z])|"
        r"do[-_ ]?not[-_ ]?call|(?<![a-z])dnc(?![a-z])",
    ),
    (
        FileKind.ASKED,
        r"unsub\w*|opt(ed)?[-_ ]?outs?|spam[-_ ]?report|complain|abuse[-_ ]?report|abgemeldet|"
        r"abmeldung|desabonn|desinscri|desuscri|(^|[-_ ])bajas?([-_ .]|$)|disiscri|descadastr|"
        r"uitgeschreven|afgemeld|do[-_ ]?not[-_ ]?(e[-_ ]?)?mail|black[-_ ]?list|block[-_ ]?list|"
        r"отпис|odhlas|wypisan|avregistr|avmeld|frameld|配信停止|退订|退訂|수신거부",
    ),
    (
        FileKind.BOUNCED,
        r"bounce|cleaned|invalid[-_ ]?(e[-_ ]?mail|address)|undeliver|(^|[-_ ])blocks([-_ .]|$)|"
        r"unzustell",
    ),
    (
        FileKind.STAYED,
        r"(^|[^a-z])(re)?subscribed|subscribers?([-_ .]|$)|opt(ed)?[-_ ]?ins?([-_ .]|$)|"
        r"angemeldet|abonnenten|abonnes|suscriptores|suscritos|iscritti|inscrit[os]?s|assinantes|"
        r"ingeschreven|подпис|subskryb|prenumerant|odberatel|abonelik|購読者|订阅者|구독자|"
        r"(^|[^a-z])(active|aktive?r?|actifs?|activos?|attivi|ativos?|actieve?)([-_ .:]|$)|"
        r"(^|[^a-z])(white|allow)[-_ ]?list|(^|[^a-z])consented([-_ .]|$)",
    ),
    (
        FileKind.MAILED,
        r"(^|[-_ ])(delivered|deliveries|opened|opens|openers|clicked|clicks|clickers|sent)"
        r"([-_ .]|$)",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _STATES)

_SHAPES = {
    frozenset(("status", "reason", "email", "created")): FileKind.BOUNCED,  # SendGrid
    frozenset(("address", "code", "error", "createdat")): FileKind.BOUNCED,  # Mailgun
    frozenset(("address", "tag", "createdat")): FileKind.PARTS,  # Mailgun, none of them `*`
    frozenset(("address", "tags", "createdat")): FileKind.PARTS,
}


def kind_by_name(name: str) -> FileKind | None:
    """What the file's name says; `None` if it says nothing, or two things."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    rest = "".join(letter for letter in letters if not unicodedata.combining(letter))
    found: set[FileKind] = set()
    for kind, pattern in _PATTERNS:  # each takes its words away from the ones after it
        if kind is FileKind.OTHER_WAYS and _EMAIL_TOO.search(rest):
            continue
        rest, count = pattern.subn(" ", rest)
        if count:
            found.add(kind)
    return found.pop() if len(found) == 1 else None


def telling_part(heading: str) -> str:
    """The part of an address heading that may say who is listed; `subscriber` means anyone."""
    return re.sub(r"subscribers?", "", heading, flags=re.I)


def kind_by_headings(headings: Iterable[str]) -> FileKind | None:
    """What the file's columns are, all together, where a service is known by them."""
    return _SHAPES.get(frozenset(plain(heading) for heading in headings))
