"""What a value of a column says about the person's wish, in the languages that exports come in."""

import unicodedata
from enum import Enum
from functools import lru_cache

from lib.sources.headings import plain

LONGEST_STATE = 60
"""A longer text is somebody's own words and no state."""


class Value(Enum):
    """What a value says by itself; a yes, a no or a date needs its heading to mean anything."""

    BLANK = "blank"
    YES = "yes"
    NO = "no"
    ASKED = "asked"  # unsubscribed, opted out, complained
    STAYED = "stayed"  # subscribed, active
    SILENT = "silent"  # bounced, delivered, pending: says nothing about a wish
    DOUBTFUL = "doubtful"  # blocked, inactive: may or may not be a wish
    OTHER = "other"  # no word for a state


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Compared trimmed and in lower case: signs count here.
_BLANKS = _set("- – — . n/a #n/a na null nil (null) (blank) (none) <null> undefined \\n nan")
_NULL_DATES = ("0000-00-00", "0001-01-01", "1900-01-01", "1970-01-01", "1/1/1900", "01/01/1900")
_YES_SIGNS = _set("1 1.0 ✓ ✔ ☑ √ ✅ + [x] (x) x")
_NO_SIGNS = _set("0 0.0 ✗ ✘ ☐ ❌ [] ()")
# Compared as `plain` leaves them: no accents, blanks, signs or capitals.
_YES = _set(
    "yes y true t on checked selected emailmarketing ja j wahr richtig oui o vrai si s verdadero "
    "cierto vero v sim verdadeiro waar да はい 是"
)
_NO = _set("no n false f off unchecked nein falsch non faux falso nao nee onwaar нет いいえ 否")
_ASKED = _set(
    # English, and the codes of services
    "unsubscribed unsubscribe unsubscription unsub unsubs optout optedout optouted optedoutofemail "
    "emailoptout useroptedout useroptout userunsubscribed globalunsubscribe globalunsubscribed "
    "globallyunsubscribed globaloptout listunsubscribe unsubscribelink unsubscribedviaemail "
    "unsubscribedviama unsubscribedviaapi unsubscribedbyuser unsubscribedbyadmin unsubscribeall "
    "unsubscribedbyanadmin naunsubscribedbyanadmin unsubscribedfromall alreadyunsubscribed "
    "userunsubscribe hasunsubscribed isunsubscribed selfunsubscribed manuallyunsubscribed "
    "adminunsubscribed optedoutbyuser donotemail donotmail donotcontact donotsend donotallow "
    "dontemail revoked withdrawn nontransactional subscriptioncancelled unsubscribedemail "
    "complained complaint complaints complainer complaintfeedback spam spamcomplaint "
    "spamcomplaints spamreport spamreported reportedspam reportedasspam reportspam markedasspam "
    "markspam abuse abusecomplaint abusereport contactflaggedasspam flaggedasspam userComplained "
    # German, French, Spanish, Italian, Portuguese, Dutch
    "abgemeldet abmeldung abbestellt abbestellung ausgetragen austragung widerrufen widersprochen "
    "beschwerde spambeschwerde alsspamgemeldet "
    "desabonne desabonnee desabonnes desabonnement desinscrit desinscrite desinscrits "
    "desinscription plainte plaintespam plaintepourspam signalecommespam "
    "baja dadodebaja dadadebaja bajavoluntaria desuscrito desuscrita desuscripcion queja "
    "quejadespam quejaporspam marcadocomospam cancelosususcripcion "
    "disiscritto disiscritta disiscritti disiscrizione reclamo reclamospam segnalatocomespam "
    "descadastrado descadastrada descadastro desinscrito desinscrita desinscricao "
    "cancelouainscricao reclamacao denunciadespam marcadocomospam "
    "uitgeschreven uitschrijving afgemeld afmelding klacht spamklacht gemeldalsspam "
    "отписан отписался"
)
_STAYED = _set(
    "subscribed subscribe subscriber subscription resubscribed resubscribe optin optedin "
    "optedintoemail optsin active enabled confirmed consented granted allow allowed accepted "
    "explicit implicit express singleoptin doubleoptin verifieddoubleoptin wantsmail "
    "angemeldet anmeldung aktiv abonniert bestatigt eingewilligt zugestimmt eingetragen "
    "abonne abonnee abonnes inscrit inscrite inscrits inscription actif active confirme confirmee "
    "suscrito suscrita suscriptor activo activa confirmado confirmada alta dadodealta "
    "iscritto iscritta iscritti attivo attiva confermato confermata "
    "inscrito inscrita ativo ativa assinante subscrito "
    "ingeschreven aangemeld actief geabonneerd bevestigd подписан"
)
# Steps of one mailing: a column of these is a log, and what is blocked in it is a message.
_MAILING = _set(
    "sent send delivered delivery processed deferred delayed opened open firstopening uniqueopen "
    "firstopen proxyopen loadedbyproxy click clicked clicks viewed read replied reply forwarded "
    "queued scheduled requested injection attempted received emaildelivered emailsent emailopened "
    "emailclicked gesendet versendet zugestellt geoffnet geklickt envoye envoyee delivre ouvert "
    "ouverte clique enviado enviada entregado abierto clic inviato consegnato aperto cliccato "
    "entregue aberto clicado verzonden verstuurd afgeleverd geopend geklikt"
)
_SILENT = _MAILING | _set(
    "bounce bounced bounces hardbounce hardbounced softbounce softbounced hard soft cleaned "
    "invalid invalidemail bademail undelivered undeliverable undelivereable unreachable dropped "
    "mailboxfull permanentfailure temporaryfailure permanentbounce transientbounce "
    "pending unconfirmed notconfirmed waiting awaiting optinpending pendingconfirmation never "
    "neversubscribed nonsubscribed nonsubscriber notsubscribed none notset notspecified unset "
    "transactional temphold error failed skipped technicalbounce "
    "unzustellbar zuruckgewiesen ausstehend unbestatigt nie offen nichtangemeldet nichtbestatigt "
    "rebond rebondi rejete rejetee injoignable enattente nonconfirme jamais nonabonne noninscrit "
    "rebotado rebote pendiente sinconfirmar nunca nosuscrito "
    "rimbalzato rimbalzo inattesa nonconfermato mai noniscritto "
    "rejeitado devolvido pendente naoconfirmado naoinscrito "
    "gebounced bouncet wachtend inafwachting nietbevestigd nooit nietingeschreven"
)
_DOUBTFUL = _set(
    "blocked blacklisted blocklisted blacklist blocklist suppressed suppression inactive disabled "
    "deactivated removed deleted cancelled canceled archived held excluded expired denied rejected "
    "declined junk manual manualsuppression usersuppressed adminblocked admin forgotten dnc "
    "unsubscribedfromlist groupunsubscribe groupresubscribe listunsubscribed partially "
    "partiallyunsubscribed inaktiv gesperrt geloscht gekundigt blockiert deaktiviert "
    "inactif inactive bloque supprime annule desactive inactivo bloqueado eliminado cancelado "
    "inattivo bloccato eliminato cancellato inativo excluido removido inactief geblokkeerd "
    "verwijderd opgezegd"
)
IN_A_LOG = _set("blocked rejected error failed dropped")
"""Doubtful by themselves, and what became of one message in a column of mailing events."""

_ELSEWHERE = _set("baja alta hard soft open manual junk express")

_STATES = {
    **dict.fromkeys(_DOUBTFUL, Value.DOUBTFUL),
    **dict.fromkeys(_SILENT, Value.SILENT),
    **dict.fromkeys(_STAYED, Value.STAYED),
    **dict.fromkeys((plain(word) for word in _ASKED), Value.ASKED),
}


@lru_cache(maxsize=20_000)
def says(text: str) -> Value:
    """What one value says; `text` may have blanks around it."""
    bare = text.strip(" \t\r\n\f\v\u00a0\u200b\ufeff\u202f\"'").casefold()
    if not bare or bare in _BLANKS or bare.startswith(_NULL_DATES):
        return Value.BLANK
    if bare in _YES_SIGNS:
        return Value.YES
    if bare in _NO_SIGNS:
        return Value.NO
    if len(bare) > LONGEST_STATE:
        return Value.OTHER
    word = plain(bare)
    if word in _YES:
        return Value.YES
    return Value.NO if word in _NO else _STATES.get(word, Value.OTHER)


def is_of_a_mailing(text: str) -> bool:
    """Whether a value is a step of one mailing, such as delivered or opened."""
    return plain(text) in _MAILING


def is_blocked_in_a_log(text: str) -> bool:
    """Whether a doubtful value is about a message where its column is a log of mailings."""
    return plain(text) in IN_A_LOG


def means_other_things(text: str) -> bool:
    """Whether a word is a state only under a heading that says so: Spanish `baja` is also low."""
    return plain(text) in _ELSEWHERE


def same(one: str, other: str) -> bool:
    """Whether two texts are the same value for a person: trimmed, whatever the capitals."""
    return compared(one) == compared(other)


def compared(text: str) -> str:
    """The form in which two spellings of one value are equal."""
    return unicodedata.normalize("NFC", text.strip()).casefold()
