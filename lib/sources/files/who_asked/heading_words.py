"""The words in headings about opting in or out, or about something else, in many languages.

A new word is a new entry here; what they mean together is in heading_votes.py.
"""

import re

# Parts of a heading as `plain` leaves it: no accents, blanks, signs or capitals.
OUT = (
    *("unsub", "optout", "optedout", "optsout", "blacklist", "blocklist", "denylist"),
    *("abgemeldet", "abmeld", "abbestell", "ausgetragen", "austrag", "widersproch", "widerspruch"),
    *("widerruf", "werbesperre", "mailsperre", "desabon", "desinscri", "listenoire", "desuscri"),
    *("debaja", "listanegra", "disiscri", "listanera", "descadastr", "uitgeschreven"),
    *("uitschrij", "afgemeld", "afmeld", "zwartelijst", "avregistr", "avmeld", "wypis", "отпис"),
)
OUT_WORDS = frozenset({"baja", "bajas", "dne"})
# These hold their own "not"; the ones above mean the opposite next to one.
DO_NOT = (
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
COMPLAINT = (
    *("complain", "spamreport", "spambeschwer", "abuse", "beschwer", "plainte", "queja"),
    *("reclamac", "reclamo", "segnalazion", "denuncia", "klacht", "feedbackloop", "spam"),
)
IN = (
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
# Next to a word for being subscribed: it was ended, or it isn't yet sure.
ENDED = (
    *("cancel", "annul", "gekundigt", "beendet", "opgezegd", "beeindigd", "terminat", "revoc"),
    *("revok", "resili", "finaliz", "ended", "withdrawn", "zuruckgezogen", "entzogen"),
)
UNSURE = (
    *("double", "doppel", "doble", "doppi", "dubbel", "confirm", "bestatig", "conferm"),
    *("bevestig", "verif", "valid", "sent", "request", "invit", "pending"),
    *("paid", "premium", "signup", "signedup"),
)
IN_WORDS = frozenset({"alta", "altas"})
CONSENT = (
    *("consent", "newsletter", "permission", "gdpr", "dsgvo", "rgpd", "einwillig", "zustimm"),
    *("consens", "consentim", "toestemming", "akkoord", "permiso", "boletin", "nieuwsbrief"),
    *("notiziario", "infolettre", "bulletin"),
)
BOUNCE = (
    *("bounc", "undeliver", "invalid", "ungultig", "unzustell", "rucklauf", "rebot", "rebond"),
    *("rimbalz", "cleantime", "cleaned", "cleancampaign", "onbestelbaar", "devolvid"),
)
STATUS = (
    *("status", "statut", "event", "ereignis", "evenement", "evento", "gebeurtenis"),
    *("subscription", "abonnement", "suscripcion", "iscrizione"),
)
PART = (
    *("groupid", "groupname", "asmgroup", "suppressiongroup", "unsubscribegroup", "listid"),
    *("subscriptionid", "subscriptionname", "messagestream", "topicid", "topicname"),
)
DOUBTFUL = (
    *("deaktiviert", "deactivat", "disabled", "removed", "blocked", "suppress", "deleted"),
    *("archived", "excluded", "geloscht", "gesperrt", "gekundigt", "desactiv", "eliminad"),
    *("bloquead", "disattivat", "bloccat", "rimoss", "excluid", "removid", "verwijderd"),
    *("geblokkeerd", "opgezegd", "supprime", "bloque"),
)
# Next to a word for opting out or in: it was undone, it failed, or it may only come to be.
UNDONE = frozenset(
    {"removed", "removal", "lifted", "cancelled", "canceled", "revoked", "undone", "reversed"}
    | {"expired", "expires", "expiry", "exempt", "exemption", "exception", "override", "overridden"}
    | {"cleared", "restored", "reinstated", "resolved", "withdrawn", "rescinded", "ended"}
    | {"aufgehoben", "zuruckgenommen", "annule", "annulee", "anulado", "anulada", "annullato"}
    | {"annullata", "opgeheven", "until", "expiration"}
)
CAME_BACK = (
    *("resubscri", "reoptin", "reoptedin", "optedbackin", "optbackin", "subscribedagain"),
    *("wiederangemeldet", "reabonne", "resuscri", "reiscri", "reinscri", "opnieuwaangemeld"),
)
# Next to a word for opting in or out: it's about someone else.
OTHERS = frozenset(
    {"manager", "spouse", "parent", "company", "account", "household", "assistant", "employer"}
)
FIELDS = frozenset({"field", "fieldname", "attribute", "property"})
BEFORE = frozenset(
    {"old", "previous", "prior", "before", "former", "vorher", "vorheriger", "alter", "ancien"}
    | {"anterior", "precedente", "vorige"}
)
YES_OR_NO = re.compile(  # the two answers, as forms put them after a question
    r"\b(?:yes|ja|oui|s[ií\u00ec]|sim)\W+(?:(?:or|oder|ou|o|of)\W+)?(?:no|nein|non|n[aã]o|nee)\b",
    re.I,
)
ANSWERS = frozenset({"y", "n", "yes", "no", "true", "false", "date", "email", "emails", "all"})
UNCERTAIN = frozenset(
    {"previously", "previous", "formerly", "former", "past", "prior", "old", "ever", "initially"}
    | {"failed", "failure", "error", "attempt", "attempts", "attempted", "pending"}
    | {"can", "could", "may", "able", "eligible", "eligibility", "enabled", "allowed", "available"}
    | {"possible", "offered", "option", "options", "show", "shown", "button", "header", "footer"}
    | {"rate", "ratio", "percent", "percentage", "count", "counts", "number", "total", "score"}
    | {"sent", "fee", "price", "cost", "limit", "filter", "folder", "trap", "notice", "reminder"}
    | {"probability", "prediction", "predicted", "likely", "likelihood", "risk", "propensity"}
    | {"domain", "check", "checked", "tested", "should", "be", "days", "weeks", "months"}
    | {"ehemals", "fruher", "fehlgeschlagen", "moglich", "anzahl", "quote", "ancien", "echoue"}
    | {"nombre", "taux", "anterior", "anteriormente", "fallido", "posible", "tasa", "precedente"}
    | {"fallito", "possibile", "tasso", "possivel", "taxa", "mislukt", "mogelijk", "aantal"}
)
UNCERTAIN_ENDS = ("count", "rate", "score", "trap", "unsubscribable")
# Next to them: a part of the emails.
SOME_EMAILS = frozenset(
    {"partner", "partners", "webinar", "webinars", "blog", "forum", "digest", "seminar", "kurs"}
    | {"cursus", "corso", "curso", "cours", "course", "class", "salon", "workshop", "training"}
    | {"veranstaltung", "congress", "kongress", "product", "plan", "trial", "membership"}
    | {"invoice", "invoices", "statement", "statements", "receipt", "receipts", "order", "orders"}
    | {"magazine", "newspaper", "gym", "school", "schule", "terms", "privacy", "policy", "agb"}
    | {"laboral", "maternidad", "medica", "seguridad"}
)
# Languages of which we know the word, and not how the answers under it are spelled.
OTHER_LANGUAGES = (
    *("odhlas", "prihlas", "odber", "souhlas", "suhlas", "zgoda", "rezygnac", "subskry"),
    *("prenumer", "samtyck", "samtykk", "nyhetsbrev", "nyhedsbrev", "frameld", "tilmeld", "pameld"),
    *("uutiskirje", "tilaus", "peruut", "markkinointi", "iratkoz", "hirlevel", "dezabon", "abonat"),
    *("abonel", "odjav", "prijav", "pretplat", "berhenti", "langganan", "рассылк", "подпис"),
    *("соглас", "配信", "購読", "メルマガ", "订阅", "訂閱", "退订", "退訂", "수신", "구독"),
)
OTHER_WORDS = frozenset({"izin", "lupa", "bulten", "abone"})
OTHER_STATUSES = (
    *("stav", "stan", "durum", "tila", "stare", "allapot", "статус", "состояние", "状态", "狀態"),
    *("ステータス", "상태", "κατασταση"),
)
ONE_OF_MANY = re.compile(r"(optout|unsub\w*)\d{2,}$")
NOT_ABOUT_MAIL = (
    *("tracking", "profiling", "processing", "cookie", "analytic", "datasale", "saleofdata"),
    *("datasharing", "thirdparty", "3rdparty"),
)
# Mail on paper, where nothing says email.
PAPER = frozenset(
    {
        "post",
        "postal",
        "print",
        "printed",
        "printing",
        "catalog",
        "catalogs",
        "catalogue",
        "catalogues",
    }
    | {"brochure", "brochures", "paper"}
)
PAPER_PARTS = ("directmail", "snailmail", "postmail", "papermail", "donotallowmail")
PHONE = frozenset(
    {"call", "calls", "push", "mobile", "mobil", "tel", "mms", "voice", "handy", "post"}
)
PHONE_PARTS = ("sms", "phone", "fax", "whatsapp", "telefon", "viber", "donotcall", "dontcall")
MAIL_WORDS = ("mail", "correo", "courriel")
# Next to a word for opting in or out: a detail about it, not whether it was done.
DETAIL = frozenset(
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
DETAIL_ENDS = ("reason", "grund", "source", "quelle", "campaign", "kampagne", "kommentar")
OWN_WORDS = frozenset(
    {"feedback", "subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "body"}
)
NOT = frozenset(
    {"not", "no", "non", "never", "without", "nicht", "kein", "keine", "nie", "ohne", "pas"}
    | {"jamais", "sans", "sin", "nunca", "mai", "senza", "nao", "sem", "niet", "geen", "nooit"}
)
CODED = frozenset({"reason", "type", "code", "kind", "state", "grund", "typ", "motif", "motivo"})
NOTHING_WORDS = frozenset(
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
    | {"civilite", "titre", "tratamiento", "tratamento", "aanhef", "имя", "фамилия", "город", "пол"}
    | {"氏名", "名前", "姓名", "性別", "都道府県", "城市", "性别", "이름", "성별"}
    | {"currency", "industry", "branche", "position", "job", "role", "department", "abteilung"}
)
NAMES = frozenset({"first", "last", "middle", "fname", "lname", "mname"})
NO_STATUS = frozenset(
    {"lead", "order", "marital", "payment", "deal", "ticket", "case", "code", "http", "smtp"}
    | {"invoice", "familienstand", "employment", "shipping", "financial", "fulfillment"}
)
# Next to a word that says nothing: yes or no may mean it after all (Account active).
FLAGS = frozenset(
    {"active", "enabled", "inactive", "aktiv", "actif", "activo", "activa", "attivo", "ativo"}
    | {"actief"}
)
MEDIA = frozenset(
    {"channel", "channels", "kanal", "canal", "canale", "kanaal", "medium", "media", "type", "typ"}
    | {"tipo", "purpose", "zweck"}
)
MEDIA_LIKED = frozenset({"preferred", "preference", "favorite", "phone", "source", "lead"})
WANTS = frozenset(
    {"want", "wants", "wish", "wishes", "receive", "receives", "permit", "permitted", "agree"}
    | {"agrees", "agreed", "accept", "accepts", "accepted", "allow", "allows", "refuse", "refuses"}
    | {"contactable", "mailable", "emailable", "mailings", "preference", "preferences", "prefs"}
)
MAILINGS = frozenset({"marketing", "marketingemails", "promotions"})
DO_NOT_CALL = ("donotcall", "dontcall")
MAIL_SUBJECTS = (
    *("einwillig", "zustimm", "newsletter", "werb", "mail", "consent", "marketing", "dsgvo"),
)
SPAM_REPORTS = (
    *(
        "spamcomplain",
        "complainedof",
        "spamreport",
        "reportedspam",
        "reportedasspam",
        "markedasspam",
    ),
    *("spamabuse", "flaggedasspam", "feedbackloop", "spambeschwer", "alsspam", "spamklacht"),
    *(
        "pourspam",
        "parspam",
        "comespam",
        "commespam",
        "comospam",
        "quejadespam",
        "quejaporspam",
        "asspam",
    ),
    *("despam", "reclamospam", "reportspam", "markspam", "emailcomplain", "spamflag"),
)
COMPLAINED_OF = frozenset(
    {"customer", "delivery", "open", "department", "service", "about", "desk", "category", "ticket"}
)
LEFT_WORDS = frozenset(
    {"cancelled", "canceled", "churn", "churned", "left", "inactive", "quit", "closed", "lapsed"}
    | {"terminated"}
)
