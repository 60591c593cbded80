"""Files that once opted out people who had not asked, or missed people without a word.

Each table is one kind. `left@` and `gone@` asked, `stay@` didn't; what the file leaves open has to
be asked about.
"""

import shlex
from pathlib import Path

import pytest

from lib.sources.files.who_asked.choice import Choice, choice_from
from tests.unit.sources.files.who_asked.ground_truth import Answer, answer_for

LEFT, STAY, GONE = "left@x.example", "stay@x.example", "gone@x.example"


def read(
    folder: Path, text: str | bytes, choice: Choice | None = None, name: str = "people.csv"
) -> Answer:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return answer_for(path, choice or Choice())


def read_column(folder: Path, heading: str, *cells: str) -> Answer:
    """A file with one such column; its people are `p0@`, `p1@` and so on."""
    lines = [f'p{line}@x.example,Lee,"{cell}"' for line, cell in enumerate(cells)]
    return read(folder, "\n".join([f'Email,Name,"{heading}"', *lines]) + "\n")


def is_asked_about(answer: Answer, heading: str) -> bool:
    """Whether the file was refused with the column's name and both ways to answer."""
    if answer.refusal is None:
        return False
    ways = answer.refusal.remedy
    return heading in answer.refusal.message and "--where" in ways and "--everyone" in ways


@pytest.mark.parametrize("answers", [("Yes", "No"), ("true", "")])
@pytest.mark.parametrize(
    "heading",
    [
        # It was undone.
        "Opt out removed",
        "Opt-out cancelled",
        "Unsubscribe revoked",
        "Opt-out expired",
        "Blacklist override",
        "Blocklist exempt",
        "Do not email (lifted)",
        "Spam complaint resolved",
        "Désabonnement annulé",
        # It was before, it failed, or it only may be.
        "Previously unsubscribed",
        "Formerly opted out",
        "Last unsubscribe attempt",
        "Unsubscribe failed",
        "Unsubscribe pending",
        "Can unsubscribe",
        "Unsubscribe enabled",
        "Opt-out offered",
        "Opt-out allowed",
        "Unsubscribable",
        "Unsubscribe email sent",
        "Has unsubscribe button",
        "Früher abgemeldet",
        # It is a figure, or about spam in another sense.
        "Unsubscribe rate",
        "Subscribed newsletter count",
        "Spam score",
        "Spamtrap",
        "Anti-spam",
        # It is about other things than emails, or some of the emails.
        "Opted out of direct mail",
        "Opt out of postal mail",
        "Opt-out of printing",
        "Opt out of data sale",
        "Opt out of 3rd party sharing",
        "Unsubscribed from webinars",
        "Unsubscribed from partner emails",
        # It is in a language whose answers we don't know.
        "Odhlášen",
        "Souhlas",
        "Prenumererar",
        "Samtykke",
        "Uutiskirje",
        "Abonelik",
        "Рассылка",
        "配信希望",
        "订阅",
        "수신동의",
        "Account active",
    ],
)
def test_a_word_that_may_reverse_the_heading_is_asked_about(
    tmp_path: Path, heading: str, answers: tuple[str, str]
) -> None:
    yes, no = answers

    assert is_asked_about(read_column(tmp_path, heading, yes, no, no), heading)


@pytest.mark.parametrize("heading", ["Has unsubscribe link", "Unsubscribe page visited"])
def test_a_yes_and_no_about_a_detail_of_leaving_is_asked_about(
    tmp_path: Path, heading: str
) -> None:
    assert is_asked_about(read_column(tmp_path, heading, "Yes", "No"), heading)


@pytest.mark.parametrize(
    "heading",
    ["SMS opt-out date", "Unsubscribed from SMS at", "Do not call since", "Cookie opt-out date"],
)
def test_a_date_of_leaving_something_else_than_email_is_asked_about(
    tmp_path: Path, heading: str
) -> None:
    assert is_asked_about(read_column(tmp_path, heading, "2024-01-01", ""), heading)


@pytest.mark.parametrize(
    ("heading", "yes", "no"),
    [
        ("Unsubscribed (Y/N)", "Y", "N"),
        ("Opted out of all emails", "Yes", "No"),
        ("Email opt-out confirmed", "Yes", "No"),
        ("Asked to opt out", "Yes", "No"),
        ("Opted out of SMS and email", "Yes", "No"),
        ("Vom Newsletter abgemeldet", "ja", "nein"),
    ],
)
def test_a_plain_heading_of_leaving_is_still_understood(
    tmp_path: Path, heading: str, yes: str, no: str
) -> None:
    assert read_column(tmp_path, heading, yes, no, no).asked == ("p0@x.example",)


@pytest.mark.parametrize(
    "null",
    [
        "00/00/0000",
        "00.00.0000",
        "30/12/1899",
        "12/30/1899",
        "30.12.1899 00:00",
        "1899-12-30",
        "01.01.1900",
        "1/0/1900",
        "01-01-1970",
        "1/1/1970 00:00",
        "1969-12-31 19:00:00",
        "12/31/1969",
        "1/1/0001 12:00:00 AM",
        "01.01.0001 00:00:00",
        "1753-01-01",
    ],
)
def test_a_date_that_stands_for_none_opts_no_one_out(tmp_path: Path, null: str) -> None:
    answer = read_column(tmp_path, "Unsubscribed at", "2024-01-01", null)

    assert answer.asked == ("p0@x.example",)
    assert answer.left_out == 1


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31",
        "31.12.9999",
        "99991231",
        "12/31/2099",
        "2027-03-01",
        "1980-01-01",
        "-62135596800",
        "still subscribed since 2020",
        "subscribed 2020",
        "not yet (as of 2024)",
        "2023-01-01 (resubscribed 2024-02-02)",
    ],
)
def test_a_date_on_which_no_one_can_have_left_is_asked_about(tmp_path: Path, text: str) -> None:
    answer = read_column(tmp_path, "Unsubscribed at", "2024-01-01", text)

    assert is_asked_about(answer, "Unsubscribed at")
    assert text in str(answer.refusal)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        # An x is a yes alone, and a no next to a check mark or an O.
        ("Unsubscribed", ("✓", "x")),
        ("Unsubscribed", ("V", "X")),
        ("Unsubscribed", ("O", "X")),
        ("Subscribed", ("X", "O")),
        # A sign that turns a word round, or doubts it.
        ("Status", ("unsubscribed", "subscribed", "unsubscribed?")),
        ("Status", ("unsubscribed", "subscribed", "!unsubscribed")),
        ("Unsubscribed", ("Yes", "No", "Yes?")),
        # Pictures mean what someone meant by them.
        ("Flag", ("🚫", "📧")),
        ("Flag", ("👎", "👍")),
        ("Mailing", ("×", "○")),
        # What was to be done with someone.
        ("Action", ("Add", "Remove")),
        ("Action", ("delete", "")),
        ("Next step", ("stop", "go")),
        # What an address checker found.
        ("Result", ("deliverable", "risky")),
        ("Check", ("valid", "abuse")),
        # A longer text in which the word stands.
        ("Tags", ("vip, unsubscribed", "vip, gold")),
        ("Segments", ("Newsletter|Unsubscribed", "Newsletter")),
        ("History", ("unsubscribed by user 12", "came in through the web")),
        ("Remarks on file", ("not unsubscribed, keep", "great client")),
        ("Comment", ("unsubscribed", "great client")),
        # Answers in other languages.
        ("Odhlášen", ("ano", "ne")),
        ("Stav", ("odhlášen", "přihlášen")),
        ("Stan", ("wypisany", "aktywny")),
        ("Peruutettu", ("kyllä", "ei")),
        ("Durum", ("abonelikten çıktı", "abone")),
        ("メルマガ", ("停止", "希望")),
        ("状态", ("退订", "正常")),
        ("수신거부", ("예", "아니오")),
        ("Εγγραφή", ("όχι", "ναι")),
        ("הוסר", ("כן", "לא")),
        ("إلغاء الاشتراك", ("نعم", "لا")),
        ("Mailing", ("ne", "ano")),
        ("Marketing", ("out", "in")),
        ("Wants mail", ("nah", "sure")),
        ("Preferences", ("fewer", "all good")),
    ],
)
def test_values_that_can_be_read_in_two_ways_are_asked_about(
    tmp_path: Path, heading: str, cells: tuple[str, ...]
) -> None:
    assert is_asked_about(read_column(tmp_path, heading, *cells), heading)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", f"E-mail;Odhlášen\n{LEFT};ano\n{STAY};ne\n"),
        ("cp1251", f"Почта;Отписан\n{LEFT};да\n{STAY};нет\n"),
        ("koi8-r", f"Email;Статус\n{LEFT};отписан\n{STAY};подписан\n"),
        ("shift_jis", f"メールアドレス,配信停止\n{LEFT},はい\n{STAY},いいえ\n"),
        ("gbk", f"Email,订阅状态\n{LEFT},已退订\n{STAY},已订阅\n"),
        ("big5", f"Email,訂閱\n{LEFT},否\n{STAY},是\n"),
        ("euc-kr", f"Email,수신거부\n{LEFT},예\n{STAY},아니오\n"),
        ("cp1254", f"Email,Abonelik durumu ş\n{LEFT},hayır\n{STAY},evet\n"),
    ],
)
def test_answers_in_an_unknown_encoding_are_asked_about(
    tmp_path: Path, encoding: str, text: str
) -> None:
    answer = read(tmp_path, text.encode(encoding))

    assert answer.refusal is not None
    assert not answer.asked


@pytest.mark.parametrize(
    "text",
    [
        f"Email,Channel,Unsubscribed\n{LEFT},email,yes\n{STAY},sms,yes\n",
        f"Email,Channel,Status\n{LEFT},Email,unsubscribed\n{STAY},SMS,unsubscribed\n",
        f"Email,Message type,Event\n{LEFT},email,unsubscribe\n{STAY},push,unsubscribe\n",
        f"Email,Channel\n{LEFT},email\n{STAY},phone\n",
        f"Email,Opt-out channel\n{LEFT},email\n{STAY},sms\n",
        f"Email,Kanal,Abgemeldet\n{LEFT},E-Mail,ja\n{STAY},Telefon,ja\n",
    ],
)
def test_lines_about_calls_and_texts_are_asked_about(tmp_path: Path, text: str) -> None:
    answer = read(tmp_path, text)

    assert is_asked_about(answer, text.split(",")[1].split("\n")[0])
    assert "=email" in answer.refusal.remedy.lower().replace("e-mail", "email")


def test_a_preferred_channel_does_not_get_in_the_way(tmp_path: Path) -> None:
    text = f"Email,Preferred channel,Unsubscribed\n{LEFT},phone,Yes\n{STAY},email,No\n"

    assert read(tmp_path, text).asked == (LEFT,)


def test_a_hundredth_of_lines_that_say_so_is_enough_to_ask(tmp_path: Path) -> None:
    lines = [f"p{line}@x.example,text {line % 40}" for line in range(990)]
    lines += [f"l{line}@x.example,unsubscribed" for line in range(10)]

    answer = read(tmp_path, "\n".join(["Email,Foo", *lines]) + "\n")

    assert is_asked_about(answer, "Foo")


# --- rows whose cells stand under other headings than their own ---

FLAGS = "Email,Name,Bounced,Unsubscribed"
FITTING = f"{LEFT},Lee,No,Yes\np1@x.example,Ray,Yes,No\np2@x.example,Kim,No,No\n"


def test_a_comma_in_a_name_moves_no_answer_under_another_heading(tmp_path: Path) -> None:
    text = f"{FLAGS}\n{FITTING}{STAY},Lee, Bob,Yes,No\n{GONE},Lee, Ann,No,Yes\n"

    answer = read(tmp_path, text)

    assert answer.asked == (LEFT,)
    assert [line.split(",")[0] for line in answer.unreadable] == [STAY, GONE]


@pytest.mark.parametrize(
    "text",
    [
        f"{FLAGS}\n{LEFT},Lee, Ann,No,Yes\n{STAY},Ray, Bob,Yes,No\n",
        # Written by R: the names of the rows have no heading.
        f"Email,Bounced,Unsubscribed\n1,{LEFT},FALSE,TRUE\n2,{STAY},TRUE,FALSE\n",
        f"Email\tBounced\tUnsubscribed\n1\t{LEFT}\tFALSE\tTRUE\n2\t{STAY}\tTRUE\tFALSE\n",
        f"Email,Name\n{LEFT},Lee,Yes\n{STAY},Ray,No\n",
    ],
)
def test_lines_longer_than_their_headings_are_refused(tmp_path: Path, text: str) -> None:
    answer = read(tmp_path, text)

    assert answer.refusal is not None
    assert answer.refusal.exit_code == 2


def test_longer_lines_do_not_matter_where_everyone_counts(tmp_path: Path) -> None:
    text = f"Email,Name\n{LEFT},Lee\n{GONE},Ray, Bob\n"

    assert set(read(tmp_path, text).asked) == {LEFT, GONE}
    assert set(read(tmp_path, f"{FLAGS}\n{LEFT},A,B,No,Yes\n", Choice(everyone=True)).asked) == {
        LEFT
    }


def test_empty_cells_behind_the_last_heading_do_not_matter(tmp_path: Path) -> None:
    text = f"Email,Bounced,Unsubscribed\n{LEFT},No,Yes,,\n{STAY},Yes,No,,\n"

    assert read(tmp_path, text).asked == (LEFT,)


def test_a_line_that_ends_early_with_a_yes_is_reported(tmp_path: Path) -> None:
    text = f"Email,Name,Unsubscribed\n{LEFT},Lee,Yes\n{GONE},Yes\n{STAY},Bob\n"

    answer = read(tmp_path, text)

    assert answer.asked == (LEFT,)
    assert [line.strip() for line in answer.unreadable] == [f"{GONE},Yes"]
    assert answer.left_out == 1


@pytest.mark.parametrize(
    "text",
    [
        f"Email,{STAY},{LEFT}\nUnsubscribed,No,Yes\n",
        f"Name,Bob,Ann\nEmail,{STAY},{LEFT}\nUnsubscribed,No,Yes\n",
    ],
)
def test_a_table_on_its_side_is_refused(tmp_path: Path, text: str) -> None:
    answer = read(tmp_path, text)

    assert answer.refusal is not None
    assert "side" in answer.refusal.message


def test_two_tables_side_by_side_are_refused(tmp_path: Path) -> None:
    text = (
        "Email,Unsubscribed,,Email,Unsubscribed\n"
        f"{LEFT},Yes,,{GONE},Yes\n{STAY},No,,p1@x.example,No\n"
    )

    answer = read(tmp_path, text)

    assert answer.refusal is not None
    assert "Email" in answer.refusal.message


# --- what stands above the lines, between them, or in the file's name ---


@pytest.mark.parametrize(
    "text",
    [
        f"Subscribed,Name\n{STAY},Bob\n",
        f"Active subscribers\n{STAY}\n",
        f"Opted-in emails\n{STAY}\n",
        f"Bounced emails\n{STAY}\n",
        f"Active subscribers as of May\nEmail,Name\n{STAY},Bob\n",
        f"Filter: Status = Subscribed\n\nEmail,Name\n{STAY},Bob\n",
        f"Unsubscribed\n{LEFT}\nSubscribed\n{STAY}\n",
        f"Email\nUnsubscribed:\n{LEFT}\nStill subscribed:\n{STAY}\n",
        f"Email,Reason,Created\n{STAY},The domain of this address is unknown,2024-01-01\n",
    ],
)
def test_words_above_the_lines_say_whom_they_name(tmp_path: Path, text: str) -> None:
    answer = read(tmp_path, text)

    assert answer.refusal is not None
    assert answer.refusal.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        f"Subscriber,Name\n{LEFT},Ann\n",
        f"Subscriber Email\n{LEFT}\n",
        f"Unsubscribed emails\n{LEFT}\n",
        f"Unsubscribed contacts of May\nEmail,Name\n{LEFT},Ann\n",
        f"Email,Name\n{LEFT},Ann\nTotal unsubscribed: 1\n",
        f"ActiveCampaign export\nEmail,Name\n{LEFT},Ann\n",
    ],
)
def test_words_above_the_lines_do_not_get_in_the_way(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).asked == (LEFT,)


@pytest.mark.parametrize(
    "name",
    [
        "sms unsubscribes.csv",
        "phone_opt_outs.csv",
        "opt-outs sms 2024.csv",
        "do not call.csv",
        "contacts_excluding_unsubscribed.csv",
        "clean list without unsubscribes.csv",
        "no_unsubs.csv",
        "unsubs removed.csv",
        "Kunden ohne Abgemeldete.csv",
        "active_contacts.csv",
        "Kunden aktiv.csv",
        "openers.csv",
        "clickers-may.csv",
        "allowlist.csv",
        "abonne\u0301s.csv",
        "inscrits.csv",
        "suscritos.csv",
        "подписчики.csv",
        "prenumeranter.csv",
    ],
)
def test_a_name_that_says_otherwise_is_refused(tmp_path: Path, name: str) -> None:
    answer = read(tmp_path, f"Email\n{STAY}\n", name=name)

    assert answer.refusal is not None
    assert "its name" in answer.refusal.message


@pytest.mark.parametrize(
    "name",
    [
        "unsubscribed (1).csv",
        "unsubscribed.csv.csv",
        "email and sms unsubscribes.csv",
        "Unsubscribed vs subscribed.csv",
        "ActiveCampaign unsubscribes.csv",
        "De\u0301sabonne\u0301s.csv",
        "interactive.csv",
        "contacts.csv",
        "отписавшиеся.csv",
    ],
)
def test_a_name_that_says_so_or_nothing_is_read(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, f"Email\n{LEFT}\n", name=name).asked == (LEFT,)


def test_where_with_a_heading_that_stands_twice_names_both_places(tmp_path: Path) -> None:
    text = f"Email,Unsub,Unsub\n{LEFT},Yes,No\n{STAY},No,No\n"

    refused = read(tmp_path, text, choice_from(["Unsub=Yes"], everyone=False))
    chosen = read(tmp_path, text, choice_from(["column 2=Yes"], everyone=False))

    assert refused.refusal is not None
    assert "2 columns called Unsub" in refused.refusal.message
    assert "Column 2 or Column 3" in refused.refusal.remedy
    assert chosen.asked == (LEFT,)


def test_the_remedy_offers_a_value_that_says_so_where_there_is_one(tmp_path: Path) -> None:
    answer = read_column(tmp_path, "Status", "valid", "valid", "unsubscribed")

    assert answer.refusal is not None
    assert "--where 'Status=unsubscribed'" in answer.refusal.remedy


@pytest.mark.parametrize("heading", ["Mail?", "It's", "a=b", '""x""', "Do, please"])
@pytest.mark.parametrize("value", ["keep", "a, b", "it's", '""quoted""', "x=y"])
def test_the_remedy_can_be_typed_as_it_stands(tmp_path: Path, heading: str, value: str) -> None:
    text = f'Email,"{heading}","Flag"\n{LEFT},"{value}",Yes\n{STAY},remove,No\n'
    answer = read(tmp_path, text)
    assert answer.refusal is not None
    typed = answer.refusal.remedy.partition("such as ")[2].rpartition(", or use")[0]

    option, where = shlex.split(typed)
    again = read(tmp_path, text, choice_from([where], everyone=False))

    assert option == "--where"
    assert len(again.asked) == 1


@pytest.mark.parametrize(
    "text",
    [
        "First,Last,Email\nGo,Keep,left@x.example\nBob,Ban,gone@x.example\n",
        "Email,Feedback\nleft@x.example,please unsubscribe me\ngone@x.example,too many\n",
        "Email,Subject\nleft@x.example,Unsubscribe now?\ngone@x.example,Hello\n",
        "E-Mail;Größe;Geschäft\nleft@x.example;M;Köln\ngone@x.example;L;Bonn\n",
        "Adresse e-mail;Catégorie;Fidélité\nleft@x.example;Pro;Or\ngone@x.example;Part;Argent\n",
        "E-Mail;Abmeldedatum;Abmeldegrund\nleft@x.example;02.01.2024;Zu viel\n"
        "gone@x.example;03.01.2024;\n",
        "email,unsubscribereason\nleft@x.example,too many\ngone@x.example,other\n",
        'Email,Name\nleft@x.example,A\ngone@x.example,B\n"Report ""Active contacts"""\nBy Jim\n',
        "Email,ST\nleft@x.example,NE\ngone@x.example,TX\np1@x.example,UT\np2@x.example,OR\n",
        "Email,Mailing State\nleft@x.example,TX\ngone@x.example,IN\n",
        "Email,Channel\nleft@x.example,Email\ngone@x.example,Email\n",
    ],
)
def test_columns_that_only_look_odd_do_not_get_in_the_way(tmp_path: Path, text: str) -> None:
    asked = set(read(tmp_path, text).asked)

    assert {LEFT, GONE} <= asked


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        # What one column says another takes back.
        (f"Email,Unsubscribed,Resubscribed at\n{LEFT},Yes,\n{STAY},Yes,2024-05-05\n", "Resub"),
        (f"Email,Opted Out,Opted Back In\n{LEFT},Yes,No\n{STAY},Yes,Yes\n", "Opted Back In"),
        (f"Email,Unsubscribed,Unsubscribe revoked\n{LEFT},Yes,No\n{STAY},Yes,Yes\n", "revoked"),
        (
            "Email,Opt-out date,Opt-out reversed date\n"
            f"{LEFT},2024-01-01,\n{STAY},2024-01-01,2024-02-01\n",
            "Opt-out reversed date",
        ),
        (f"Email,Opt Out,Opt Out Valid Until\n{LEFT},Yes,\n{STAY},Yes,2020-01-01\n", "Until"),
        # Changes of a field: what counts is the new value.
        (
            f"Email,Field,Old Value,New Value\n{LEFT},Email Opt Out,false,true\n"
            f"{STAY},Email Opt Out,true,false\n",
            "Field",
        ),
        (f"Email,Previous status\n{LEFT},unsubscribed\n{STAY},subscribed\n", "Previous status"),
        # A state of calls or texts.
        (f"Email,SMS status\n{LEFT},unsubscribed\n{STAY},subscribed\n", "SMS status"),
        (f"Email,SMS\n{LEFT},unsubscribed\n{STAY},subscribed\n", "SMS"),
        (f"Email,Phone\n{LEFT},opted out\n{STAY},active\n", "Phone"),
        (f"Email,Push event\n{LEFT},unsubscribed\n{STAY},opened\n", "Push event"),
        # One list of several.
        (f"Email,Unsubscribed: News,Unsubscribed: Offers\n{LEFT},x,x\n{STAY},x,\n", "News"),
        (f"Email,Opted out of email: One to One\n{LEFT},true\n{STAY},\n", "One to One"),
        # A guess about the future, or someone else's wish.
        (f"Email,Unsubscribe prediction\n{LEFT},1\n{STAY},0\n", "prediction"),
        (f"Email,Likely to unsubscribe\n{LEFT},Yes\n{STAY},No\n", "Likely"),
        (f"Email,Unsubscribed %\n{LEFT},1\n{STAY},0\n", "Unsubscribed %"),
        (f"Email,Days since unsubscribe\n{LEFT},1\n{STAY},0\n", "Days since"),
        (f"Email,Manager unsubscribed\n{LEFT},Yes\n{STAY},No\n", "Manager"),
        # Courses and products are left and joined too.
        (f"Email,Vom Seminar abgemeldet\n{LEFT},ja\n{STAY},nein\n", "Seminar"),
        (f"Email,Inscrit au salon\n{LEFT},non\n{STAY},oui\n", "Inscrit"),
        (f"Email,Baja laboral\n{LEFT},sí\n{STAY},no\n", "Baja"),
        (f"Email,Signup completed\n{LEFT},No\n{STAY},Yes\n", "Signup"),
        # A record in a cell.
        (
            'Email,Data\nleft@x.example,"{""unsubscribed"": true}"\n'
            'stay@x.example,"{""unsubscribed"": false}"\n',
            "Data",
        ),
        (f"Email,Attributes\n{LEFT},status=unsub\n{STAY},status=sub\n", "Attributes"),
    ],
)
def test_another_meaning_of_a_word_is_asked_about(tmp_path: Path, text: str, heading: str) -> None:
    assert is_asked_about(read(tmp_path, text), heading)


@pytest.mark.parametrize(
    "text",
    [
        f"Email,Unsubscribed,Resubscribed\n{LEFT},Yes,No\n{STAY},No,No\n",
        f"Email,Unsubscribed,Resubscribed at\n{LEFT},Yes,\n{STAY},No,\n",
        f"Email,Previous status,Status\n{LEFT},subscribed,unsubscribed\n"
        f"{STAY},unsubscribed,subscribed\n",
        f"Email,Contact: Email Opt Out\n{LEFT},true\n{STAY},false\n",
        f"Email,Unsubscribed: Yes/No\n{LEFT},Yes\n{STAY},No\n",
        f"Email,Unsubscribed (yes or no)\n{LEFT},Yes\n{STAY},No\n",
        f"Email,Abgemeldet ja/nein\n{LEFT},ja\n{STAY},nein\n",
        "Email,Email Marketing Consent,SMS Marketing Consent Status\n"
        f"{LEFT},UNSUBSCRIBED,SUBSCRIBED\n{STAY},SUBSCRIBED,UNSUBSCRIBED\n",
    ],
)
def test_a_column_nearby_that_says_another_thing_is_no_obstacle(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).asked == (LEFT,)


@pytest.mark.parametrize(
    "heading",
    [
        "Is spam",
        "Customer complaint",
        "Complaints about delivery",
        "Reclamación",
        "Klacht",
        "Widerruf Bestellung",
        "Widerrufsbelehrung",
        "Blacklisted domain",
        "Blacklist check",
        "Do not mail by post",
        "Do not send invoices by email",
        "Magazine subscription cancelled",
        "Opt-in privacy policy",
    ],
)
def test_complaints_and_withdrawals_of_another_kind_are_asked_about(
    tmp_path: Path, heading: str
) -> None:
    assert is_asked_about(read_column(tmp_path, heading, "Yes", "No", "No"), heading)


@pytest.mark.parametrize("heading", ["Cancelled at", "Churn date", "Left on", "Inactive since"])
def test_a_date_of_going_away_in_some_lines_is_asked_about(tmp_path: Path, heading: str) -> None:
    assert is_asked_about(read_column(tmp_path, heading, "2024-01-01", ""), heading)


def test_a_cell_full_of_backslashes_is_reported(tmp_path: Path) -> None:
    answer = read(tmp_path, f"Email\n{LEFT}\nodd{chr(92) * 150}@x.example\n")

    assert answer.asked == (LEFT,)
    assert len(answer.unreadable) == 1


def test_a_list_of_tags_whose_addresses_stand_under_tags_is_no_crash(tmp_path: Path) -> None:
    answer = read(tmp_path, f"address,tags,created_at\nnews,{STAY},2024-01-01\n")

    assert answer.refusal is not None
