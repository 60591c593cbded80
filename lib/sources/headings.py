"""What the heading of a column says about it, in the languages that exports are written in."""

import unicodedata
from collections.abc import Collection

_ADDRESS = frozenset(
    (
        *("email", "emailaddress", "emailaddr", "emailid", "mail", "mailaddress"),
        *("emailadresse", "mailadresse", "emailadressen", "emailadres", "mailadres"),
        *("adresseemail", "adressemail", "adresseelectronique", "courriel"),
        *("correo", "correoelectronico", "direcciondecorreo", "direccionemail"),
        *("indirizzoemail", "postaelettronica", "enderecodeemail", "correioeletronico"),
        *("epost", "epostadress", "epostadresse", "sahkoposti", "sahkopostiosoite"),
        *("adresemail", "adresmail", "emailcim", "eposta", "epostaadresi"),
        *("электроннаяпочта", "почта", "адресэлектроннойпочты"),
        *("メールアドレス", "邮箱", "电子邮件", "电子邮箱", "이메일"),
    )
)
_HINTS = ("email", "correo", "courriel", "epost", "почт", "メール", "邮")
_WEAK = frozenset(
    ("address", "adresse", "adress", "direccion", "indirizzo", "recipient", "contact")
)
# Addresses of those who wrote, not of those who asked to be left alone.
_OTHERS = ("owner", "sender", "from", "reply", "agent", "createdby", "modifiedby", "absender")

_UNSUBSCRIBED = (
    "unsub",
    "optout",
    "optedout",
    "abgemeldet",
    "abmeld",
    "desabonn",
    "desinscri",
    "desuscri",
    "baja",
    "disiscri",
    "cancel",
    "uitgeschreven",
    "afmeld",
    "avregistr",
    "wypis",
    "отпис",
)
_NEUTRAL = frozenset(
    (
        *("date", "time", "datetime", "timestamp", "when", "day", "on", "at"),
        *("datum", "zeit", "zeitpunkt", "zeitstempel", "fecha", "hora", "data", "heure"),
        *("dato", "dag", "tijd", "дата", "pvm"),
    )
)
# Dates of something else in a person's life, before or after the unsubscribe.
_ANOTHER_DATE = (
    "birth",
    "geburt",
    "naissance",
    "nacimiento",
    "nascita",
    "creat",
    "added",
    "joined",
    "signup",
    "optin",
    "confirm",
    "subscrib",
    "registr",
    "erstellt",
    "anmeld",
    "modif",
    "chang",
    "updat",
    "open",
    "click",
    "sent",
    "last",
    "import",
    "export",
)


def plain(heading: str) -> str:
    """A heading without accents, blanks, signs and capitals, so that spellings meet."""
    letters = unicodedata.normalize("NFKD", heading)
    kept = "".join(one for one in letters if not unicodedata.combining(one) and one.isalnum())
    return kept.casefold()


def address_rank(heading: str) -> int:
    """3: surely the address; 2: probably; 1: perhaps; 0: says nothing, or says another's."""
    name = plain(heading)
    if name in _PLAIN_ADDRESS:
        return 3
    if _holds(name, _OTHERS):
        return 0
    if _holds(name, _PLAIN_HINTS) or name.endswith("mail"):
        return 2
    return int(name in _WEAK)


def unsubscribe_date_rank(heading: str) -> int:
    """3: the date of the unsubscribe; 2: a date of the line; 1: unknown; 0: of something else."""
    name = plain(heading)
    if _holds(name, _UNSUBSCRIBED):
        return 3
    if name in _NEUTRAL:
        return 2
    return 0 if _holds(name, _ANOTHER_DATE) else 1


def _holds(name: str, parts: Collection[str]) -> bool:
    return any(part in name for part in parts)


# Compared as `plain` leaves them: Japanese and Korean marks, too, count as accents there.
_PLAIN_ADDRESS = frozenset(plain(name) for name in _ADDRESS)
_PLAIN_HINTS = tuple(plain(hint) for hint in _HINTS)
