"""What the heading of a column says about it, in the languages that exports are written in."""

import re
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
# Addresses of people who wrote, not of people who asked to be left alone.
_OTHERS = ("owner", "sender", "from", "reply", "agent", "createdby", "modifiedby", "absender")

_UNSUBSCRIBED = (
    *("unsub", "optout", "optedout", "optingout", "suppress", "blacklist", "blocklist", "remov"),
    *("donotmail", "donotemail", "donotcontact", "withdr", "revok"),
    *("abgemeldet", "abmeld", "ausgetragen", "austrag", "abbestell", "widerruf", "gesperrt"),
    *("desabonn", "desinscri", "desuscri", "dessuscri", "baja", "cancel", "descadastr"),
    *("disiscri", "uitgeschreven", "uitschrij", "afmeld", "afgemeld"),
    *("avregistr", "avanm", "afmeldt", "wypis", "отпис"),
)
# Columns about an unsubscribe whose dates aren't its date: UNSUB_CAMPAIGN_TITLE.
_NO_TIME = (
    *("campaign", "title", "reason", "subject", "source", "name", "link", "url"),
    *("kampagne", "grund", "motiv", "campagn", "campana", "campanha", "raison"),
)
# Numbers that may look like days or seconds.
_NUMBERS = re.compile(
    r"(?i:(?:^|[^a-z])(?:ids?|no|nr|num|number|nummer|numero|phone|tel|telefon|mobile|fax|zip|plz"
    r"|code|count|[eu]uid|guid|leid)(?:$|[^a-z]))|[a-z]I[dD]$"
)
_NEUTRAL = frozenset(
    (
        *("date", "time", "datetime", "timestamp", "when", "day", "on", "at", "ts"),
        *("eventdate", "eventtime", "eventtimestamp", "eventdatetime", "eventat", "dateofevent"),
        *("occurredat", "occurredon", "receivedat", "processedat", "loggedat", "recordedat"),
        *("datum", "zeit", "zeitpunkt", "zeitstempel", "uhrzeit", "datumuhrzeit", "datumzeit"),
        *("fecha", "hora", "fechahora", "fechayhora", "data", "dataora", "dataeora", "datahora"),
        *("dateheure", "dateetheure", "heure", "horodatage", "marcadetiempo"),
        *("dato", "dag", "tijd", "tijdstip", "datumtijd", "дата", "pvm"),
        *("ereignisdatum", "fechadelevento", "datedelevenement", "dataevento", "datadoevento"),
    )
)
# When the line was created, which in a list of unsubscribes is when someone asked.
_CREATED = frozenset(
    (
        *("created", "createdat", "createdon", "createddate", "createdtime", "createddatetime"),
        *("creationdate", "creationtime", "dateofcreation", "datecreated", "timecreated"),
        *("createdate", "createtime", "entrydate", "insertedat"),
        *("erstellt", "erstelltam", "erstelldatum", "erstellungsdatum", "angelegt", "angelegtam"),
        *("cree", "creele", "datedecreation", "datecreation", "creado", "creadoel"),
        *("fechadecreacion", "fechacreacion", "creatoil", "datadicreazione", "datacreazione"),
        *("criado", "criadoem", "datadecriacao", "aangemaakt", "aangemaaktop", "aanmaakdatum"),
    )
)
# Dates of something else in a person's life, before or after the unsubscribe.
_ANOTHER_DATE = (
    *("birth", "dob", "geburt", "geboren", "naissance", "nacimiento", "nascita", "nascimento"),
    *("geboorte", "anniversar", "jubila", "creat", "creac", "criac", "added", "joined", "since"),
    *("signup", "signedup", "optin", "optedin", "confirm", "consent", "subscrib", "registr"),
    *("erstellt", "angelegt", "anmeld", "angemeld", "inscri", "abonn", "suscri", "iscri", "alta"),
    *("aanmeld", "modif", "chang", "updat", "geandert", "aktualis", "gewijzigd", "aggiorn"),
    *("open", "click", "sent", "send", "deliver", "bounce", "clean", "geoffnet", "geklickt"),
    *("last", "first", "letzt", "dernier", "ultim", "laatst", "import", "export", "login"),
    *("visit", "seen", "purchas", "order", "bestell", "kauf", "achat", "compra", "acquist"),
    *("expir", "ablauf", "renew", "start", "end", "valid", "due", "contract", "vertrag"),
)

_WHEN = frozenset(
    {"date", "time", "datetime", "timestamp", "at", "on", "when", "since", "day", "datum", "am"}
    | {"zeit", "zeitpunkt", "zeitstempel", "tag", "seit", "le", "depuis", "heure", "jour", "fecha"}
    | {"hora", "el", "dia", "desde", "data", "ora", "il", "giorno", "dal", "em", "op", "tijd"}
)
_WHEN_ENDS = ("date", "datum", "time", "zeit")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")


def plain(heading: str) -> str:
    """A heading without accents, blanks, signs and capitals, so that its spellings are equal."""
    letters = unicodedata.normalize("NFKD", heading)
    kept = "".join(
        letter for letter in letters if not unicodedata.combining(letter) and letter.isalnum()
    )
    return kept.casefold()


def words_of(heading: str) -> frozenset[str]:
    """The heading's words, split at blanks, signs and capitals."""
    letters = unicodedata.normalize("NFKD", heading)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset(word.casefold() for word in _WORD.findall(bare))


def names_a_date(heading: str) -> bool:
    """Whether the heading says that its values are dates or times."""
    return is_about_time(plain(heading), words_of(heading))


def is_about_time(name: str, words: frozenset[str]) -> bool:
    """The same of a heading as `plain` and `words_of` leave it."""
    return bool(words & _WHEN) or name.endswith(_WHEN_ENDS)


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
    """How likely the dates under a heading are when someone asked to be left alone.

    4: of the unsubscribe; 3: of the line; 2: when the line was made; 1: unknown; 0: of something
    else, or no date.
    """
    name = plain(heading)
    if _NUMBERS.search(heading) or _holds(name, _NO_TIME):
        return 0
    if _holds(name, _UNSUBSCRIBED):
        return 4
    name = name.removesuffix("utc").removesuffix("gmt")
    if name in _NEUTRAL:
        return 3
    if name in _CREATED:
        return 2
    return 0 if _holds(name, _ANOTHER_DATE) else 1


def _holds(name: str, parts: Collection[str]) -> bool:
    return any(part in name for part in parts)


# Compared as `plain` leaves them: Japanese and Korean marks, too, count as accents there.
_PLAIN_ADDRESS = frozenset(plain(name) for name in _ADDRESS)
_PLAIN_HINTS = tuple(plain(hint) for hint in _HINTS)
