"""What a file is by its name or its headings alone, where its columns leave that open.

Mailchimp exports one file a state with nearly the same columns, and SendGrid one file a list:
sometimes the name is all that tells. Source: the services' documented exports.
"""

import re
from collections.abc import Iterable
from enum import Enum

from lib.sources.headings import plain


class FileKind(Enum):
    """Whom a file names."""

    ASKED = "people who unsubscribed"
    BOUNCED = "addresses that bounced"
    STAYED = "people who opted in"
    MAILED = "people who got, opened or clicked an email"
    PARTS = "people who unsubscribed from certain lists or groups only"


_STATES = (  # asked in this order: nonsubscribed is neither subscribed nor unsubscribed
    (FileKind.STAYED, r"(non|not|never)[-_ ]?(un)?subscri|(non|not|never)[-_ ]?opt(ed)?[-_ ]?out"),
    (
        FileKind.ASKED,
        r"unsub\w*|opt(ed)?[-_ ]?outs?|spam[-_ ]?report|complain|abuse[-_ ]?report|abgemeldet|"
        r"abmeldung|desabonn|desinscri|desuscri|(^|[-_ ])bajas?([-_ .]|$)|disiscri|descadastr|"
        r"uitgeschreven|afgemeld|do[-_ ]?not[-_ ]?(e[-_ ]?)?mail|black[-_ ]?list|block[-_ ]?list",
    ),
    (
        FileKind.BOUNCED,
        r"bounce|cleaned|invalid[-_ ]?(e[-_ ]?mail|address)|undeliver|(^|[-_ ])blocks([-_ .]|$)|"
        r"unzustell",
    ),
    (
        FileKind.STAYED,
        r"(^|[^a-z])(re)?subscribed|subscribers?([-_ .]|$)|opt(ed)?[-_ ]?ins?([-_ .]|$)|"
        r"angemeldet|abonnenten|abonnes|suscriptores|iscritti|inscritos|assinantes|ingeschreven",
    ),
    (
        FileKind.MAILED,
        r"(^|[-_ ])(delivered|deliveries|opened|opens|clicked|clicks|sent)([-_ .]|$)",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _STATES)
_ACCENTS = str.maketrans("àáâãäçèéêëìíîïñòóôõöùúûü", "aaaaaceeeeiiiinooooouuuu")

_SHAPES = {
    frozenset(("status", "reason", "email", "created")): FileKind.BOUNCED,  # SendGrid
    frozenset(("reason", "email", "created")): FileKind.BOUNCED,  # SendGrid, invalid emails
    frozenset(("address", "code", "error", "createdat")): FileKind.BOUNCED,  # Mailgun
    frozenset(("address", "tag", "createdat")): FileKind.PARTS,  # Mailgun, none of them `*`
    frozenset(("address", "tags", "createdat")): FileKind.PARTS,
}


def kind_by_name(name: str) -> FileKind | None:
    """What the file's name says; `None` where it says nothing, or two things."""
    rest = name.casefold().translate(_ACCENTS)
    found: set[FileKind] = set()
    for kind, pattern in _PATTERNS:  # each takes its words away from the ones behind it
        rest, count = pattern.subn(" ", rest)
        if count:
            found.add(kind)
    return found.pop() if len(found) == 1 else None


def kind_by_headings(headings: Iterable[str]) -> FileKind | None:
    """What the file's columns are, all together, where a service is known by them."""
    return _SHAPES.get(frozenset(plain(heading) for heading in headings))
