"""What a value of a column says about whether someone unsubscribed, in many languages."""

import re
import unicodedata
from enum import Enum
from functools import lru_cache

from lib.sources.files.headings import plain

LONGEST_STATE = 60
"""A longer text is someone's own words, not a status."""


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
_BLANKS = _set(
    "- – — . n/a #n/a na null nil (null) (blank) (none) <null> undefined \\n nan 00:00 0:00 "
    "00:00:00 0:00:00"
)
# What programs write for "no date": the first day that they can count, in any order.
_NULL_YEAR = r"(?:0000|0001|1601|1753|1900|1970)"
_NULL_DATE = re.compile(
    rf"(?:{_NULL_YEAR}(?P<a>[-/.])0?[01](?P=a)0?[01]|0?[01](?P<b>[-/.])0?[01](?P=b){_NULL_YEAR}"
    r"|(?:1899|1969)(?P<c>[-/.])12(?P=c)3[01]|12(?P<d>[-/.])3[01](?P=d)(?:1899|1969)"
    r"|3[01](?P<e>[-/.])12(?P=e)(?:1899|1969)|00(?P<f>[-/.])00(?P=f)00)(?!\d)"
)
_YES_SIGNS = _set("1 1.0 ✓ ✔ ☑ √ ✅ + [x] (x) x")
_NO_SIGNS = _set("0 0.0 ✗ ✘ ☐ ❌ [] ()")
# Compared as `plain` leaves them: no accents, blanks, signs or capitals.
_YES = _set(
    "yes y true t on checked selected emailmarketing ja j wahr richtig oui o vrai si s verdadero "
    "cierto vero v sim verdadeiro waar да はい 是 ano tak kylla igen evet ya da так ναι כן نعم"
)
_NO = _set(
    "no n false f off unchecked nein falsch non faux falso nao nee onwaar нет いいえ 否 ne nej nei "
    "ei nem hayır hayir tidak ні οχι לא لا"
)
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
    "unzustellbar zuruckgewiesen ausstehend unbestatigt offen nichtangemeldet nichtbestatigt "
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
    "verwijderd opgezegd "
    # What someone was to do, or answered in their own words
    "remove delete keep add stop go stay leave gone kept cancel suppress block ban banned "
    "exclude include quit out nope nah yep yup yeah sure nie always entfernen loschen behalten "
    "supprimer garder eliminar mantener rimuovere verwijderen behouden remover manter "
    # What address checkers say: `abuse` next to one of them is no complaint to us
    "valid deliverable catchall acceptall disposable risky roleaccount rolebased "
    # Czech, Slovak, Polish, Scandinavian, Finnish, Hungarian, Romanian, Croatian, Turkish, Russian
    "odhlasen odhlasena odhlaseno odhlaseny prihlasen prihlasena prihlaseno prihlaseny aktivni "
    "neaktivni wypisany wypisana zapisany zapisana aktywny aktywna nieaktywny avregistrerad "
    "avprenumererad prenumererar prenumererad avslutad avmeldt pameldt frameldt tilmeldt afmeldt "
    "peruttu peruutettu tilattu tilaaja leiratkozott feliratkozott dezabonat abonat odjavljen "
    "prijavljen abone активен неактивен отписка "
    # Japanese, Chinese, Korean
    "停止 解除 退会 登録 登録済 配信停止 購読中 希望 不要 "
    "已退订 已订阅 退订 订阅 取消订阅 退訂 訂閱 "
    "수신거부 수신동의 거부 동의"
)
_TURNS = re.compile(r"^[!¬≠~]|[?？]")  # `!subscribed`, `unsubscribed?`
IN_A_LOG = _set("blocked rejected error failed dropped")
"""Ambiguous alone; in a column of mailing events, they say what happened to one message."""

_MAIL = _set("email mail emails emailmarketing correo courriel all any both")
_MEDIA = _MAIL | _set(
    "sms text texts textmessage mms phone telephone telefon call calls voice push pushnotification "
    "whatsapp fax post postal letter directmail print viber app inapp mobile webpush messenger"
)
_LONGEST_LABEL = 200
_LONGEST_RECORD = 2000
_MAY_SAY_LEFT = re.compile("uns|opt|abg|abon|insc|isis", re.I)  # a quick check before the words
_IS_RECORD = re.compile(r"[\"'\w]\s*[:=]\s*[\"']?(?:true|false|yes|no|0|1|(?:un)?sub)", re.I)
_LEFT = ("unsubscri", "optedout", "optout", "abgemeldet", "desabonn", "desinscri", "disiscri")
_ELSEWHERE = _set("baja alta hard soft open manual junk express")

_STATES = {
    **dict.fromkeys(map(plain, _DOUBTFUL), Value.DOUBTFUL),
    **dict.fromkeys(_SILENT, Value.SILENT),
    **dict.fromkeys(_STAYED, Value.STAYED),
    **dict.fromkeys((plain(word) for word in _ASKED), Value.ASKED),
}


@lru_cache(maxsize=20_000)
def says(text: str) -> Value:
    """What one value says; `text` may have blanks around it."""
    bare = text.strip(" \t\r\n\f\v\u00a0\u200b\ufeff\u202f\"'").casefold()
    if not bare or bare in _BLANKS or _NULL_DATE.match(bare):
        return Value.BLANK
    if bare in _YES_SIGNS:
        return Value.YES
    if bare in _NO_SIGNS:
        return Value.NO
    if len(bare) > LONGEST_STATE:
        return Value.OTHER
    word = plain(bare)
    if not word and "*" not in bare:  # an asterisk is Mailgun's all mail, or a rating
        return Value.DOUBTFUL  # signs and pictures alone, each with a meaning of its own
    value = _says_word(word)
    is_sure = value in (Value.OTHER, Value.DOUBTFUL) or not _TURNS.search(bare)
    return value if is_sure else Value.DOUBTFUL


def _says_word(word: str) -> Value:
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


def is_cross(text: str) -> bool:
    """Whether it's an x: a yes, unless the column also has a check mark or an O for yes."""
    return text.strip().casefold() in ("x", "[x]", "(x)")


def is_medium(text: str) -> bool:
    """Whether it names a way to reach someone, such as email or SMS."""
    return plain(text) in _MEDIA


def is_mail(text: str) -> bool:
    """Whether a way to reach someone is email, or every way."""
    return plain(text) in _MAIL


def is_part_of_a_word(text: str) -> bool:
    """Whether a longer text has a word for unsubscribed in it, such as `vip, unsubscribed`."""
    if len(text) > _LONGEST_LABEL or not _MAY_SAY_LEFT.search(text):
        return False
    word = plain(text)
    return any(part in word for part in _LEFT)


def holds_a_field(text: str) -> bool:
    """Whether the text is a record that has a field about opting in or out: `{"optin": false}`."""
    if not (":" in text or "=" in text) or not _IS_RECORD.search(text[:_LONGEST_RECORD]):
        return False
    word = plain(text[:_LONGEST_RECORD])
    return any(part in word for part in ("unsub", *_LEFT, "optin", "optedin", "subscri", "consent"))


def same(one: str, other: str) -> bool:
    """Whether two texts are the same value for a person: trimmed, whatever the capitals."""
    return compared(one) == compared(other)


def compared(text: str) -> str:
    """The form in which two spellings of one value are equal."""
    return unicodedata.normalize("NFC", text.strip()).casefold()
