"""What a file is by its content: told by name, and never taken for CSV, nor CSV for it."""

from pathlib import Path

import pytest

from lib.errors import FileUnreadable
from lib.sources.files.snapshot import snapshot_of

MAIL = (
    "From: Ann <ann@x.example>\r\nTo: list@x.example\r\nSubject: stop\r\n\r\nPlease remove me.\r\n"
)
XML = '<?xml version="1.0"?>\n'
SHEET_XML = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
TEXTS = [
    ("<html><body><table><tr><td>a@x.example</td></tr></table></body></html>", "a web page"),
    ("<!DOCTYPE html>\n<html lang=en><title>Unsubscribes</title>", "a web page"),
    ("<!-- saved -->\n<TABLE border=1><tr><td>a@x.example</td></tr></TABLE>", "a web page"),
    (f"{XML}<html xmlns='http://www.w3.org/1999/xhtml'><body>a@x.example</body></html>", "a web"),
    (f"{XML}<people><p>a@x.example</p></people>", "XML"),
    ("<unsubscribed><email>a@x.example</email></unsubscribed>", "XML"),
    (f'{XML}<?mso-application progid="Excel.Sheet"?>\n{SHEET_XML}', "Excel workbook saved as XML"),
    (f"{XML}<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:x'/>", "OpenDocu"),
    (MAIL, "an email message"),
    (f"Received: from mx.x.example\n by mx.y.example;\n Mon, 1 Jan 2026\n{MAIL}", "email message"),
    (f"From ann@x.example Thu Jan  1 00:00:00 2026\n{MAIL}", "an email message"),
    ("Von: Ann <ann@x.example>\nBetreff: Abmeldung\n\nBitte a@x.example löschen", "email message"),
    ("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n", "an email message"),
    ("{\\rtf1\\ansi a@x.example}", "RTF"),
    ("BEGIN:VCARD\nVERSION:3.0\nEMAIL:a@x.example\nEND:VCARD\n", "vCard"),
    ("BEGIN:VCALENDAR\nATTENDEE:mailto:a@x.example\n", "a calendar"),
    ("dn: cn=Ann,dc=x\nmail: a@x.example\n", "LDIF"),
    ("-- MySQL dump 10.13\n--\nCREATE TABLE `people` (`email` text);\n", "SQL"),
    ("/*!40101 SET NAMES utf8 */;\nINSERT INTO people VALUES ('a@x.example');\n", "SQL"),
    ("---\n- email: a@x.example\n", "YAML"),
    ("- email: a@x.example\n  reason: asked\n", "YAML"),
    ("unsubscribed:\n  - a@x.example\n", "YAML"),
    ("HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\na@x.example", "a web server"),
    ('ID;PWXL;N;E\nC;Y1;X1;K"a@x.example"\n', "SYLK"),
    ("-----BEGIN PGP MESSAGE-----\n\nabc\n", "encrypted"),
    ("<?php $people = ['a@x.example'];", "a script"),
    ("window.YTD.people.part0 = [ {\n", "a script"),
    ('{"people": ["a@x.example"]}', "JSON"),
]
BYTES = [
    (b"%PDF-1.7\n", "a PDF"),
    (b"\r\n%PDF-1.4\n", "a PDF"),
    (b"\x1f\x8b\x08\0", "gzip"),
    (b"BZh91AY&SY\0", "an archive"),
    (b"7z\xbc\xaf\x27\x1c\0", "an archive"),
    (b"people.csv".ljust(257, b"\0") + b"ustar\0", "an archive"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff\xe0", "a picture"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "a picture"),
    (b"SQLite format 3\0" + bytes(84), "a database"),
    (b"PAR1\x15\x04\x15", "Parquet"),
    (b"bplist00\xd1", "data file"),
    (b"PK\x03\x04" + bytes(50), "zip archive that can't be opened"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel"),
    (b"\xd0\xcf\x11\xe0" + bytes(500) + "Workbook".encode("utf-16-le"), "old Excel workbook"),
    (b"\xd0\xcf\x11\xe0" + bytes(500) + "__substg1.0_".encode("utf-16-le"), "Outlook"),
    (b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "password"),
    (bytes(range(256)) * 4, "binary"),
]


def refusal(path: Path, content: bytes) -> FileUnreadable:
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        snapshot_of(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(("text", "words"), TEXTS)
def test_a_text_of_another_kind_is_refused_by_name_in_any_encoding(
    tmp_path: Path, text: str, words: str, encoding: str
) -> None:
    for before in ("", " \n\t"):
        error = refusal(tmp_path / "people.csv", (before + text).encode(encoding))

        assert error.message.startswith("This is ")
        assert ", not CSV: people.csv" in error.message
        assert words in error.message
        assert error.exit_code == 2


@pytest.mark.parametrize(("content", "words"), BYTES)
@pytest.mark.parametrize("name", ["people.csv", "people.xlsx", "people"])
def test_bytes_of_another_kind_are_refused_by_name_whatever_the_file_is_called(
    tmp_path: Path, content: bytes, words: str, name: str
) -> None:
    error = refusal(tmp_path / name, content)

    assert words in error.message
    assert f", not CSV: {name}" in error.message
    assert "." in error.remedy


LISTS = [
    "<a@b.example>\n<c@d.example>\n",
    "<email>,<date>\n<a@b.example>,2026-01-01\n",
    "Ann <a@b.example>;Bo <b@b.example>\n",
    "From,To,Date\na@b.example,b@b.example,2026-01-01\n",
    "From: 2026-01-01\nTo: 2026-02-01\n\nEmail,Date\na@b.example,2026-01-02\n",
    "Subject,Email\nstop: now,a@b.example\n",
    "{first name},{email}\nAnn,a@b.example\n",
    "{{contact.email}}\na@b.example\n",
    "[Email],[Date]\na@b.example,2026-01-01\n",
    "[a@b.example]\n",
    '"{""id"":1}",a@b.example\n',
    '"<html>",a@b.example\n',
    '["Ann" <a@b.example>]\n',
    "-- people who asked --\nEmail\na@b.example\n",
    "- a@b.example\n- b@b.example\n",
    "Use case;Email\nx;a@b.example\n",
    "Begin;End;Email\n1;2;a@b.example\n",
    "Select people who unsubscribed from news\nEmail\na@b.example\n",
    "Set,Email\n1,a@b.example\n",
    "Create date,Email\n2026-01-01,a@b.example\n",
    "ORCID,Email\n1,a@b.example\n",
    "ID;PERSON;Email\n1;2;a@b.example\n",
    "DN,Email\n1,a@b.example\n",
    "BZh,Email\n1,a@b.example\n",
    "#Email\na@b.example\n",
    "|Email|Date|\n|---|---|\n|a@b.example|2026-01-01|\n",
    "a@b.example\0\nb@b.example\0\n",
    "title\na@b.example\n",
    "p\n<p>,a@b.example".replace("<p>", "<P.>"),
]


@pytest.mark.parametrize("text", LISTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_delimited_text_that_begins_oddly_is_still_read(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "people.txt"
    path.write_bytes(text.encode(encoding))

    snapshot = snapshot_of(path)

    assert snapshot.form == "CSV"
    assert snapshot.open().read() == text


@pytest.mark.parametrize(
    "text", ["<!---->" * 9_000, "-- \n\n" * 9_000, "/**/" * 9_000, "From x 2026" * 6_000]
)
def test_what_never_ends_as_it_began_takes_no_time(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.txt"
    path.write_text(f"{text}a@b.example")

    assert snapshot_of(path).form == "CSV"
