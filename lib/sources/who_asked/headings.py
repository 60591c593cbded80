"""What a column's heading says about the person's wish, in the languages that exports come in.

A heading never decides alone: together with it, each value is a vote (votes.py).
"""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from lib.sources.headings import names_a_date, plain, words_of


class Says(Enum):
    """What a yes, a no or a date under the heading means."""

    OPTED_OUT = "opted out"  # yes: the person asked not to be emailed
    COMPLAINED = "complained"  # yes: the person called an email spam, which asks for it too
    OPTED_IN = "opted in"  # no: the person asked not to be emailed
    CONSENTED = "consented"  # a no may also mean that nobody ever asked the person
    BOUNCED = "bounced"  # says nothing about a wish
    STATUS = "status"  # the value tells, and must be understood
    PART = "part"  # which group or list it was: not all mail
    DOUBTFUL = "doubtful"  # deactivated, removed: may or may not be a wish
    DETAIL = "detail"  # why or how somebody opted out: an empty cell may mean that they didn't
    NOTHING = "nothing"  # names, towns, ratings: never about a wish
    UNKNOWN = "unknown"  # the value alone tells


# Parts of a heading as `plain` leaves it: no accents, blanks, signs or capitals.
_OUT = (
    *("unsub", "optout", "optedout", "optsout", "blacklist", "blocklist", "denylist"),
    *("abgemeldet", "abmeld", "abbestell", "ausgetragen", "austrag", "widersproch", "widerspruch"),
    *("widerruf", "werbesperre", "mailsperre", "desabon", "desinscri", "listenoire", "desuscri"),
    *("debaja", "listanegra", "disiscri", "listanera", "descadastr", "uitgeschreven"),
    *("uitschrij", "afgemeld", "afmeld", "zwartelijst", "avregistr", "avmeld", "wypis", "отпис"),
)
_OUT_WORDS = frozenset({"baja", "bajas", "dne"})
# These hold their own "not"; the ones above mean the opposite beside one.
_DO_NOT = (
    *("donotemail", "donotmail", "donotcontact", "donotsend", "donotmarket", "donotallow"),
    *(
        "donotbulk",
        "nonewsletter",
        "dontemail",
        "dontmail",
        "dontcontact",
        "dontsend",
        "noemail",
        "nobulkemail",
    ),
    *("nomail", "nomarketing", "excludedfromcampaign", "excludefromcampaign"),
    *("keinemail", "keineemail", "keinewerbung", "keinnewsletter", "keinenewsletter"),
    *("nichtanschreiben", "nichtkontaktieren", "nichtmailen", "nepascontacter", "nepasenvoyer"),
    *("nepasrecevoir", "pasdemail", "nocontactar", "noenviar", "nomandar", "noncontattare"),
    *("noninviare", "naocontatar", "naocontactar", "naoenviar", "nietmailen"),
    *("nietcontacteren", "nietbenaderen", "geenmail", "geenemail", "geenreclame"),
    *("geennieuwsbrief",),
)
_COMPLAINT = (
    *("complain", "spamreport", "spambeschwer", "abuse", "beschwer", "plainte", "queja"),
    *("reclamac", "reclamo", "segnalazion", "denuncia", "klacht", "feedbackloop", "spam"),
)
_IN = (
    *(
        "subscribed",
        "subscribe",
        "subscription",
        "abonnement",
        "suscripcion",
        "optin",
        "optedin",
        "acceptsmarketing",
        "acceptmarketing",
    ),
    *("acceptsemail", "acceptmail", "angemeldet", "anmeld", "abonniert", "abonne", "inscrit"),
    *("inscription", "suscri", "subscrit", "iscritt", "iscrizion", "inscrito", "inscrita"),
    *("inscric", "assinante", "ingeschreven", "inschrij", "aangemeld", "aanmeld", "geabonneerd"),
    *("akzeptiertmarketing", "aceptamarketing", "accettamarketing", "acceptemarketing"),
    *("acceptelemarketing", "aceitamarketing", "accepteertmarketing", "signup", "signedup"),
)
# Beside a word for being subscribed: it was ended, or it is not yet sure.
_ENDED = (
    *("cancel", "annul", "gekundigt", "beendet", "opgezegd", "beeindigd", "terminat", "revoc"),
    *("revok", "resili", "finaliz", "ended", "withdrawn", "zuruckgezogen", "entzogen"),
)
_UNSURE = (
    *("double", "doppel", "doble", "doppi", "dubbel", "confirm", "bestatig", "conferm"),
    *("bevestig", "verif", "valid", "sent", "request", "invit", "pending"),
    *("paid", "premium"),
)
_IN_WORDS = frozenset({"alta", "altas"})
_CONSENT = (
    *("consent", "newsletter", "permission", "gdpr", "dsgvo", "rgpd", "einwillig", "zustimm"),
    *("consens", "consentim", "toestemming", "akkoord", "permiso", "boletin", "nieuwsbrief"),
    *("notiziario", "infolettre", "bulletin"),
)
_BOUNCE = (
    *("bounc", "undeliver", "invalid", "ungultig", "unzustell", "rucklauf", "rebot", "rebond"),
    *("rimbalz", "cleantime", "cleaned", "cleancampaign", "onbestelbaar", "devolvid"),
)
_STATUS = (
    *("status", "statut", "event", "ereignis", "evenement", "evento", "gebeurtenis"),
    *("subscription", "abonnement", "suscripcion", "iscrizione"),
)
_PART = (
    *("groupid", "groupname", "asmgroup", "suppressiongroup", "unsubscribegroup", "listid"),
    *("subscriptionid", "subscriptionname", "messagestream", "topicid", "topicname"),
)
_DOUBTFUL = (
    *("deaktiviert", "deactivat", "disabled", "removed", "blocked", "suppress", "deleted"),
    *("archived", "excluded", "geloscht", "gesperrt", "gekundigt", "desactiv", "eliminad"),
    *("bloquead", "disattivat", "bloccat", "rimoss", "excluid", "removid", "verwijderd"),
    *("geblokkeerd", "opgezegd", "supprime", "bloque"),
)
_ONE_OF_MANY = re.compile(r"(optout|unsub\w*)\d{2,}$")
_NOT_ABOUT_MAIL = ("tracking", "profiling", "processing", "cookie", "analytic")
_PHONE = frozenset(
    {"call", "calls", "push", "mobile", "mobil", "tel", "mms", "voice", "handy", "post"}
)
_PHONE_PARTS = ("sms", "phone", "fax", "whatsapp", "telefon", "viber", "donotcall", "dontcall")
_MAIL_WORDS = ("mail", "correo", "courriel")
# Beside a word for opting in or out: a detail about it, not whether it was done.
_DETAIL = frozenset(
    {
        "reason",
        "reasons",
        "detail",
        "details",
        "campaign",
        "campaigns",
        "title",
        "id",
        "by",
        "via",
        "ip",
        "url",
        "link",
    }
    | {"source", "method", "comment", "comments", "note", "notes", "survey", "message", "code"}
    | {"name", "page", "location", "form", "grund", "kommentar", "quelle", "kampagne", "titel"}
    | {"raison", "motif", "campagne", "commentaire", "motivo", "razon", "campana", "comentario"}
    | {"fuente", "origen", "campagna", "commento", "fonte", "campanha", "reden", "opmerking"}
    | {"bron", "token", "hash", "referrer", "channel", "country", "language"}
)
_NOT = frozenset(
    {"not", "no", "non", "never", "without", "nicht", "kein", "keine", "nie", "ohne", "pas"}
    | {"jamais", "sans", "sin", "nunca", "mai", "senza", "nao", "sem", "niet", "geen", "nooit"}
)
_CODED = frozenset({"reason", "type", "code", "kind", "state", "grund", "typ", "motif", "motivo"})
_NOTHING_WORDS = frozenset(
    {"name", "names", "vorname", "nachname", "firstname", "lastname", "fullname", "surname"}
    | {"nom", "prenom", "nombre", "nombres", "apellido", "apellidos", "cognome", "nome", "naam"}
    | {"voornaam", "achternaam", "sobrenome", "company", "firma", "unternehmen", "entreprise"}
    | {"societe", "empresa", "azienda", "bedrijf", "organization", "organisation", "account"}
    | {"city", "town", "ort", "stadt", "ville", "ciudad", "citta", "cidade", "plaats", "stad"}
    | {"country", "land", "pays", "pais", "paese", "region", "province", "provincia", "provinz"}
    | {"bundesland", "kanton", "canton", "county", "zip", "plz", "postal", "postcode", "zipcode"}
    | {"street", "strasse", "rue", "calle", "rua", "straat", "language", "lang", "sprache"}
    | {"langue", "idioma", "lingua", "taal", "locale", "gender", "sex", "geschlecht", "genre"}
    | {"anrede", "salutation", "title", "titel", "prefix", "suffix", "rating", "score", "points"}
    | {"punkte", "age", "alter", "birthday", "geburtstag", "birthdate", "number", "nummer", "id"}
    | {"count", "anzahl", "total", "opens", "clicks", "orders", "visits", "spent", "latitude"}
    | {"longitude", "timezone", "gmtoff", "dstoff", "cc", "leid", "euid", "notes", "note"}
    | {"notiz", "comment", "comments", "bemerkung", "kommentar", "url", "website", "ip", "owner"}
    | {"currency", "industry", "branche", "position", "job", "role", "department", "abteilung"}
)
_NO_STATUS = frozenset(
    {"lead", "order", "marital", "payment", "deal", "ticket", "case", "code", "http", "smtp"}
    | {"invoice", "familienstand", "employment", "shipping", "financial", "fulfillment"}
)


@lru_cache(maxsize=4096)
def says(heading: str) -> Says:
    """What the heading says, `UNKNOWN` where it has none or says nothing we know."""
    name, words = plain(heading), words_of(heading)
    if _is_about_something_else(name, words):
        return Says.UNKNOWN
    if _holds(name, _PART) or _ONE_OF_MANY.search(name):
        return Says.PART
    if _holds(name, _DO_NOT):
        return Says.OPTED_OUT
    wish = _wish(heading)
    if wish is not None and words & _DETAIL and not _asks_about_status(heading):
        return Says.DETAIL if wish is Says.OPTED_OUT else Says.NOTHING
    if wish is not None:
        return wish
    if _asks_about_status(heading):
        return Says.STATUS
    if _holds(name, _BOUNCE):
        return Says.BOUNCED
    if _holds(name, _CONSENT):
        return Says.CONSENTED
    if _holds(name, _DOUBTFUL):
        return Says.DOUBTFUL
    return Says.NOTHING if words & _NOTHING_WORDS else Says.UNKNOWN


def is_one_of_several(heading: str) -> bool:
    """Whether a no under the heading leaves it open that the person left in another way."""
    return bool(words_of(heading) & {"global", "globally", "portal"})


def is_a_place_too(heading: str) -> bool:
    """Whether the heading may name a state of a country, where ON is Ontario."""
    return plain(heading) in ("state", "estado", "stato", "etat")


def holds_codes(heading: str) -> bool:
    """Whether small numbers under the heading stand for words, such as the reason for a block."""
    return bool(words_of(heading) & _CODED)


def is_opt_in_date(heading: str) -> bool:
    """Whether dates under the heading tell when somebody opted in."""
    name = plain(heading)
    return says(heading) in (Says.OPTED_IN, Says.CONSENTED) or name.startswith("confirm")


def _wish(heading: str) -> Says | None:
    """Out, in or a complaint, where the heading has a word for it that nothing turns round."""
    name, words = plain(heading), words_of(heading)
    if _holds(name, _OUT) or words & _OUT_WORDS:
        return Says.CONSENTED if words & _NOT else Says.OPTED_OUT
    if _holds(name, _COMPLAINT):
        return Says.COMPLAINED
    if _holds(name, _IN) or words & _IN_WORDS:
        if _holds(name, _ENDED):
            return Says.CONSENTED if words & _NOT else Says.OPTED_OUT
        doubtful = words & _NOT or _holds(name, _UNSURE)
        return Says.CONSENTED if doubtful else _in_or_status(heading)
    return None


def _in_or_status(heading: str) -> Says:
    return Says.STATUS if _asks_about_status(heading) else Says.OPTED_IN


def _asks_about_status(heading: str) -> bool:
    """Whether the heading asks for a state, and not for when it came about."""
    is_state = _holds(plain(heading), _STATUS) and not words_of(heading) & _NO_STATUS
    return is_state and not names_a_date(heading)


def _is_about_something_else(name: str, words: frozenset[str]) -> bool:
    about_phone = bool(words & _PHONE) or _holds(name, _PHONE_PARTS)
    about_phone = about_phone or _holds(name, _NOT_ABOUT_MAIL)
    return about_phone and not _holds(name, _MAIL_WORDS)


def _holds(name: str, parts: Iterable[str]) -> bool:
    return any(part in name for part in parts)
