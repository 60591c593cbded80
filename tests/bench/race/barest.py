"""The floor: the barest script that opts everyone out, with nothing that makes it dependable.

It signs in while JangoMail answers, asks for about 2,500 addresses a query and five queries a call,
and writes Collections of 200, up to five to a call, eight calls at once; or by Bulk 2.0, if that is
faster. It has no log, no dates, no safety limit, no late arrivals, no resuming, and no retries.
Standard library only, so that it also starts as fast as a script can.
"""

import http.client
import json
import math
import os
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape
from threading import local
from urllib.parse import quote, urlencode, urlsplit

VERSION = "v64.0"
AT_ONCE = 8
PER_QUERY = 2_500  # addresses
LONGEST_QUERY = 95_000  # characters; Salesforce takes 100,000
PER_CALL = 5  # queries or Collections
PER_COLLECTION = 200
BULK_FROM = 14_000  # records
INGEST_WAITS_S, INGEST_ROWS_PER_S = 3.0, 2_500

_threads = local()
_ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:u="urn:partner.soap.sforce.com"><e:Body><u:login><u:username>{}</u:username>'
    "<u:password>{}</u:password></u:login></e:Body></e:Envelope>"
)


def ask(url: str, method: str, path: str, body: str | bytes, headers: dict[str, str]) -> bytes:
    """One request; each thread keeps its connection."""
    parts = urlsplit(url)
    if not hasattr(_threads, "links"):
        _threads.links = {}
    link = _threads.links.get(parts.netloc)
    if link is None:
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        link = _threads.links[parts.netloc] = kind(parts.netloc, timeout=600)
    link.request(method, path, body if isinstance(body, bytes) else body.encode(), headers)
    return bytes(link.getresponse().read())


def sign_in() -> str:
    """The session."""
    password = os.environ["SALESFORCE_PASSWORD"] + os.environ.get("SALESFORCE_SECURITY_TOKEN", "")
    body = _ENVELOPE.format(escape(os.environ["SALESFORCE_USERNAME"]), escape(password))
    headers = {"Content-Type": "text/xml", "SOAPAction": "login"}
    answer = ask(_salesforce(), "POST", "/services/Soap/u/64.0", body, headers).decode()
    found = re.search("<sessionId>(.*?)</sessionId>", answer)
    assert found, answer
    return unescape(found[1])


def unsubscribed() -> list[str]:
    """Every address on JangoMail's list."""
    fields = {
        "Username": os.environ["JANGOMAIL_USERNAME"],
        "Password": os.environ["JANGOMAIL_PASSWORD"],
        "Since": "",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url, path = os.environ["JANGOMAIL_URL"], "/api.asmx/GetUnsubscribeList"
    answer = ask(url, "POST", path, urlencode(fields), headers).decode()
    text = unescape(re.sub("<[^>]*>", "", answer))
    lines = [line.strip().lower() for line in text.split("\n")]
    return list(dict.fromkeys(line for line in lines if "@" in line))


def _salesforce() -> str:
    return os.environ["SALESFORCE_LOGIN_URL"]


class Salesforce:
    """Calls with the session of `sign_in`."""

    def __init__(self, session: str) -> None:
        self._headers = {"Authorization": f"Bearer {session}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None) -> object:
        """A JSON call to an address below the version."""
        text = "" if body is None else json.dumps(body)
        answer = ask(_salesforce(), method, path, text, self._headers)
        return json.loads(answer) if answer else None

    def file(self, method: str, path: str, body: bytes = b"") -> bytes:
        """A call that sends or brings CSV."""
        headers = {**self._headers, "Content-Type": "text/csv"}
        return ask(_salesforce(), method, path, body, headers)


def query_groups(addresses: Sequence[str]) -> Iterator[str]:
    """Lists of addresses as SOQL, each as long as a query can be."""
    group: list[str] = []
    length = 0
    for address in addresses:
        text = "'" + address.replace("\\", "\\\\").replace("'", "\\'") + "'"
        if group and (len(group) == PER_QUERY or length + len(text) + 1 > LONGEST_QUERY):
            yield ",".join(group)
            group, length = [], 0
        group.append(text)
        length += len(text) + 1
    if group:
        yield ",".join(group)


def matching(salesforce: Salesforce, addresses: Sequence[str], pool: ThreadPoolExecutor) -> list:
    """The sObject and id of every record to opt out."""
    where = "HasOptedOutOfEmail = false AND Email IN"
    queries = [
        f"SELECT Id FROM {sobject} WHERE {where} ({group})"
        for group in query_groups(addresses)
        for sobject in ("Contact", "Lead")
    ]
    calls = [queries[at : at + PER_CALL] for at in range(0, len(queries), PER_CALL)]
    found: list[tuple[str, str]] = []
    waiting = list(pool.map(lambda call: first_pages(salesforce, call), calls))
    for page in [page for pages in waiting for page in pages]:
        rows = page
        while True:
            found += [(row["attributes"]["type"], row["Id"]) for row in rows["records"]]
            if rows["done"]:
                break
            rows = salesforce.call("GET", rows["nextRecordsUrl"])
    return found


def first_pages(salesforce: Salesforce, queries: Sequence[str]) -> list:
    """The first pages of several queries, in one call."""
    parts = [
        {
            "method": "GET",
            "url": f"/services/data/{VERSION}/query?q={quote(query)}",
            "referenceId": f"q{number}",
        }
        for number, query in enumerate(queries)
    ]
    body = {"compositeRequest": parts}
    answer = salesforce.call("POST", f"/services/data/{VERSION}/composite", body)
    return [part["body"] for part in answer["compositeResponse"]]


def spread(records: int) -> tuple[int, int]:
    """How many calls write so many records, and how many records are in each.

    As few calls as keep eight busy, with at most 1,000 records in each.
    """
    rounds = math.ceil(records / (AT_ONCE * PER_CALL * PER_COLLECTION))
    calls = min(math.ceil(records / PER_COLLECTION), AT_ONCE * rounds)
    return calls, math.ceil(records / calls) if calls else 0


def collections(salesforce: Salesforce, records: Sequence, pool: ThreadPoolExecutor) -> None:
    """Write Collections, several calls at once."""
    _, size = spread(len(records))
    calls = [records[at : at + size] for at in range(0, len(records), size or 1)]
    list(pool.map(lambda call: write(salesforce, call), calls))


def write(salesforce: Salesforce, records: Sequence) -> None:
    """One call of up to five Collections."""
    parts = [
        {
            "method": "PATCH",
            "url": f"/services/data/{VERSION}/composite/sobjects",
            "referenceId": f"c{at}",
            "body": {
                "allOrNone": False,
                "records": [
                    {"attributes": {"type": sobject}, "id": record, "HasOptedOutOfEmail": True}
                    for sobject, record in records[at : at + PER_COLLECTION]
                ],
            },
        }
        for at in range(0, len(records), PER_COLLECTION)
    ]
    body = {"compositeRequest": parts}
    salesforce.call("POST", f"/services/data/{VERSION}/composite", body)


def by_bulk(salesforce: Salesforce, records: Sequence, pool: ThreadPoolExecutor) -> None:
    """Write by one ingest job for each sObject."""
    jobs = [
        (sobject, [record for kind, record in records if kind == sobject])
        for sobject in ("Contact", "Lead")
    ]
    list(pool.map(lambda job: ingest(salesforce, *job), [job for job in jobs if job[1]]))


def ingest(salesforce: Salesforce, sobject: str, ids: Sequence[str]) -> None:
    """An ingest job from its beginning to its refused rows."""
    jobs = f"/services/data/{VERSION}/jobs/ingest"
    job = salesforce.call(
        "POST", jobs, {"object": sobject, "operation": "update", "lineEnding": "LF"}
    )
    path = f"{jobs}/{job['id']}"
    rows = "".join(f"{each},true\n" for each in ids)
    salesforce.file("PUT", f"{path}/batches", f"Id,HasOptedOutOfEmail\n{rows}".encode())
    salesforce.call("PATCH", path, {"state": "UploadComplete"})
    time.sleep(INGEST_WAITS_S + len(ids) / INGEST_ROWS_PER_S)
    while salesforce.call("GET", path)["state"] not in ("JobComplete", "Failed", "Aborted"):
        time.sleep(1)
    salesforce.file("GET", f"{path}/failedResults")


def main() -> None:
    """All of it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        session = pool.submit(sign_in)
        addresses = unsubscribed()
        salesforce = Salesforce(session.result())
        records = matching(salesforce, addresses, pool)
        way = by_bulk if len(records) >= BULK_FROM else collections
        way(salesforce, records, pool)
    print(json.dumps({"addresses": len(addresses), "records": len(records)}))


if __name__ == "__main__":
    main()
