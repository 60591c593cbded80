"""Four scripts as people write them in an afternoon, with simple-salesforce.

    python -m tests.bench.race.usual SCRIPT SAMPLE

Large jobs aren't done to their end: each kind of call is made at most SAMPLE times, and what is
printed says how many there would have been, so that time and calls can be scaled.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import requests
from simple_salesforce import Salesforce

from lib.salesforce.client import use_plain_http
from lib.transport import Transport
from tests.bench.race.barest import sign_in

OBJECTS = ("Contact", "Lead")
PER_QUERY = PER_COLLECTION = 200


@dataclass
class Step:
    """One kind of call: how many were made, how many the whole job needs, and the seconds."""

    done: int = 0
    all: int = 0
    seconds: float = 0.0


class Script:
    """What every script begins with, and its steps."""

    def __init__(self, sample: int) -> None:
        self._sample = sample
        self.steps: dict[str, Step] = {}
        self.addresses = self._unsubscribed()
        self.salesforce = self._signed_in()

    def each(self, name: str, work: Sequence[Any]) -> Iterator[Any]:
        """The work of a step, as much of it as is in the sample."""
        step = self.steps.setdefault(name, Step())
        step.all += len(work)
        for item in work[: max(0, self._sample - step.done)]:
            began = time.perf_counter()
            yield item
            step.seconds += time.perf_counter() - began
            step.done += 1

    def whole(self, name: str, calls: float) -> None:
        """Say how many calls of a step the whole job needs.

        A script that looked up a tenth of the addresses has found a tenth of the records.
        """
        self.steps.setdefault(name, Step()).all = round(calls)

    def share(self, name: str) -> float:
        """Which part of a step was done."""
        step = self.steps[name]
        return step.done / step.all if step.all else 1.0

    def _unsubscribed(self) -> list[str]:
        answer = requests.post(
            f"{os.environ['JANGOMAIL_URL']}/api.asmx/GetUnsubscribeList",
            data={
                "Username": os.environ["JANGOMAIL_USERNAME"],
                "Password": os.environ["JANGOMAIL_PASSWORD"],
                "Since": "",
            },
            timeout=300,
        )
        lines = [line.strip().lower() for line in answer.text.splitlines()]
        return sorted({line for line in lines if "@" in line and "<" not in line})

    def _signed_in(self) -> Any:
        url = os.environ["SALESFORCE_LOGIN_URL"]
        transport = Transport((10, 600))
        use_plain_http(url, transport)
        return Salesforce(session_id=sign_in(), instance_url=url, session=transport)


def one_by_one(script: Script) -> None:
    """A query for each address and object, and an update for each record."""
    asked = [(sobject, each) for each in script.addresses for sobject in OBJECTS]
    found: list[tuple[str, str]] = []
    for sobject, address in script.each("query", asked):
        soql = f"SELECT Id FROM {sobject} WHERE Email = {quoted(address)}"
        found += [(sobject, row["Id"]) for row in script.salesforce.query(soql)["records"]]
    update_singly(script, found)


def in_queries(script: Script) -> None:
    """Queries of 200 addresses, and an update for each record."""
    update_singly(script, looked_up(script))


def in_queries_and_collections(script: Script) -> None:
    """Queries of 200 addresses and Collections of 200, one after the other."""
    found = looked_up(script)
    share = script.share("query")
    batches = [found[at : at + PER_COLLECTION] for at in range(0, len(found), PER_COLLECTION)]
    for batch in script.each("write", batches):
        records = [
            {"attributes": {"type": sobject}, "id": each, "HasOptedOutOfEmail": True}
            for sobject, each in batch
        ]
        body = {"allOrNone": False, "records": records}
        script.salesforce.restful("composite/sobjects", method="PATCH", json=body)
    script.whole("write", len(batches) / share)


def everything_by_bulk(script: Script) -> None:
    """Download everyone, compare here, and update by simple-salesforce's `bulk2`."""
    wanted = set(script.addresses)
    for sobject in OBJECTS:
        rows = script.salesforce.query_all_iter(f"SELECT Id, Email FROM {sobject}")
        records = [
            {"Id": row["Id"], "HasOptedOutOfEmail": "true"}
            for row in rows
            if (row["Email"] or "").strip().lower() in wanted
        ]
        if records:
            getattr(script.salesforce.bulk2, sobject).update(records=records)


def looked_up(script: Script) -> list[tuple[str, str]]:
    """The records of these addresses, in queries of 200."""
    asked = [
        (sobject, script.addresses[at : at + PER_QUERY])
        for at in range(0, len(script.addresses), PER_QUERY)
        for sobject in OBJECTS
    ]
    found: list[tuple[str, str]] = []
    for sobject, addresses in script.each("query", asked):
        texts = ",".join(map(quoted, addresses))
        soql = f"SELECT Id FROM {sobject} WHERE Email IN ({texts})"
        found += [(sobject, row["Id"]) for row in script.salesforce.query(soql)["records"]]
    return found


def update_singly(script: Script, found: Sequence[tuple[str, str]]) -> None:
    """An update for each record; a refused one is passed over."""
    share = script.share("query")
    for sobject, each in script.each("write", found):
        requests_to = getattr(script.salesforce, sobject)
        try:
            requests_to.update(each, {"HasOptedOutOfEmail": True})
        except Exception as error:  # noqa: BLE001 - as such scripts do
            print(error, file=sys.stderr)
    script.whole("write", len(found) / share)


def quoted(text: str) -> str:
    """A text in SOQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


SCRIPTS: dict[str, Callable[[Script], None]] = {
    "one_by_one": one_by_one,
    "in_queries": in_queries,
    "in_queries_and_collections": in_queries_and_collections,
    "everything_by_bulk": everything_by_bulk,
}


def main() -> None:
    """Run a script, and print its steps."""
    name, sample = sys.argv[1:]
    script = Script(int(sample))
    SCRIPTS[name](script)
    steps = {step: asdict(figures) for step, figures in script.steps.items()}
    print(json.dumps({"addresses": len(script.addresses), "steps": steps}))


if __name__ == "__main__":
    main()
