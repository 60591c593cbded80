"""The words of dates, in lower case and without accents, in the languages of usual exports.

No word stands for two months or two days in two of these languages.
"""

_MONTH_WORDS = (
    # English, German, French, Spanish, Italian, Portuguese, Dutch, and the northern ones
    "january jan januar janner jaenner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar feber fevrier fevr fev febrero febbraio fevereiro februari",
    "march mar marz maerz mrz mars marzo marco maart mrt marts",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei maj",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago augustus augusti",
    "september sep sept septembre septiembre setiembre settembre set sett setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro desember des",
)
MONTHS = {word: n for n, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}

_DAY_WORDS = (
    "monday mon montag mo lundi lun lunes lunedi segunda segunda-feira seg maandag ma",
    "tuesday tue tues dienstag di mardi mar martes martedi terca terca-feira ter dinsdag",
    "wednesday wed mittwoch mi mercredi mer miercoles mie mercoledi quarta quarta-feira qua"
    " woensdag wo",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedi gio quinta quinta-feira"
    " qui donderdag",
    "friday fri freitag fr vendredi ven viernes vie venerdi sexta sexta-feira sex vrijdag vr",
    "saturday sat samstag sonnabend sa samedi sam sabado sab sabato zaterdag za",
    "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo",
)
WEEKDAYS = {word: n for n, words in enumerate(_DAY_WORDS) for word in words.split()}

# What may be before a day: den 25. November, le 25 novembre.
ARTICLES = frozenset(("den", "der", "am", "le", "el", "il", "the", "on", "em", "op"))

# Hours ahead of UTC. Names that mean several zones (CST, IST, BST, MST, AST …) are left out.
ZONES = {
    **{"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1},
    **{"cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3},
    **{"est": -5, "edt": -4, "cdt": -5, "mdt": -6, "pst": -8, "pdt": -7},
    **{"akst": -9, "akdt": -8, "hst": -10, "jst": 9, "aest": 10, "aedt": 11},
    **{"nzst": 12, "nzdt": 13},
}
