"""Other people's clients against the practice org: simple-salesforce over https, and jsforce.

They were written for Salesforce, so what they do tells whether the imitation holds.
"""

import csv
import fcntl
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SalesforceExpiredSession
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceOperationError,
)

from lib.practice.faults.fault import InjectedFault
from lib.practice.org_setup import USERNAME
from lib.practice.serve import Practice, running
from lib.practice.tls import Certificate, new_certificate
from lib.practice.world import Size, new_world

JSFORCE = "3.10.16"
SIZE = Size(contacts=2500, leads=40, unsubscribes=20)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A temporary certificate for loopback."""
    return new_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def secure(certificate: Certificate) -> Iterator[Practice]:
    """A practice org over https, with more Contacts than one page of a query holds."""
    with running(new_world(SIZE), certificate=certificate) as served:
        yield served


class ToPractice(HTTPAdapter):
    """Sends requests for Salesforce's login hosts to the practice org."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.host = urlsplit(url).netloc

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        """Only the host changes; the scheme stays https."""
        parts = urlsplit(request.url or "")
        request.url = urlunsplit(parts._replace(netloc=self.host))
        return super().send(request, **settings)


@pytest.fixture
def session(secure: Practice, certificate: Certificate) -> Iterator[requests.Session]:
    """A requests session that trusts the certificate and knows where Salesforce is."""
    with requests.Session() as trusting:
        trusting.trust_env = False
        trusting.verify = str(certificate.certificate)
        for host in ("login", "practice.my"):
            trusting.mount(f"https://{host}.salesforce.com", ToPractice(secure.url))
        yield trusting


@pytest.fixture
def sf(secure: Practice, session: requests.Session) -> Salesforce:
    """simple-salesforce, signed in by password and token."""
    return Salesforce(
        username=USERNAME,
        password=secure.environment["SALESFORCE_PASSWORD"],
        security_token=secure.environment["SALESFORCE_SECURITY_TOKEN"],
        session=session,
    )


def sign_in_ways(practice: Practice) -> dict[str, dict[str, str]]:
    """The arguments of simple-salesforce for each way to sign in."""
    account, app = practice.world.signin.account(USERNAME), practice.world.app
    key = {"consumer_key": app.consumer_key}
    secret = {**key, "consumer_secret": app.consumer_secret}
    user = {"username": USERNAME}
    return {
        "token": {**user, "password": account.password, "security_token": account.token},
        "trusted": {
            **user,
            "password": account.password,
            "organizationId": practice.world.org.id,
        },
        "password": {**user, **secret, "password": account.password + account.token},
        "jwt": {**user, **key, "privatekey": app.private_key},
        "credentials": {**secret, "domain": "practice.my"},
    }


@pytest.mark.parametrize("way", ["token", "trusted", "password", "jwt", "credentials"])
def test_simple_salesforce_signs_in(secure: Practice, session: requests.Session, way: str) -> None:
    secure.world.signin.set_policy(trusted_network=way == "trusted")

    sf = Salesforce(session=session, **sign_in_ways(secure)[way])

    assert sf.sf_instance == urlsplit(secure.url).netloc
    assert sf.query("SELECT COUNT() FROM Contact")["totalSize"] == SIZE.contacts
    assert sf.oauth2("userinfo")["preferred_username"] == USERNAME


def test_simple_salesforce_reads_the_reason_of_a_refused_sign_in(
    secure: Practice, session: requests.Session
) -> None:
    for way, code in (
        ("token", "INVALID_LOGIN"),
        ("password", "invalid_grant"),
        ("credentials", "invalid_client"),
    ):
        wrong = sign_in_ways(secure)[way]
        wrong["consumer_secret" if way == "credentials" else "password"] = "wrong"

        with pytest.raises(SalesforceAuthenticationFailed) as refused:
            Salesforce(session=session, **wrong)

        assert refused.value.code == code


def test_simple_salesforce_pages_through_a_query(sf: Salesforce) -> None:
    everybody = sf.query_all("SELECT Id FROM Contact")
    streamed = {row["Id"] for row in sf.query_all_iter("SELECT Id FROM Contact ORDER BY Id")}

    assert everybody["totalSize"] == len(everybody["records"]) == SIZE.contacts
    assert streamed == {record["Id"] for record in everybody["records"]}


def test_simple_salesforce_creates_changes_and_deletes_a_record(sf: Salesforce) -> None:
    made = sf.Contact.create({"LastName": "Simple", "Email": "simple@example.org"})
    status = sf.Contact.update(made["id"], {"HasOptedOutOfEmail": True})
    record = sf.Contact.get(made["id"])
    deleted = sf.Contact.delete(made["id"])

    assert made["success"]
    assert status == deleted == 204
    assert record["HasOptedOutOfEmail"] is True
    assert sf.query("SELECT Id FROM Contact WHERE LastName = 'Simple'")["totalSize"] == 0


def test_simple_salesforce_describes_and_counts_calls(sf: Salesforce) -> None:
    described = sf.Lead.describe()
    names = {sobject["name"] for sobject in sf.describe()["sobjects"]}
    limits = sf.limits()

    assert {"Email", "HasOptedOutOfEmail"} <= {field["name"] for field in described["fields"]}
    assert {"Contact", "Lead", "User"} <= names
    assert sf.api_usage["api-usage"].total == limits["DailyApiRequests"]["Max"]


def test_simple_salesforce_writes_a_collection(sf: Salesforce) -> None:
    ids = [record["Id"] for record in sf.query("SELECT Id FROM Contact LIMIT 200")["records"]]
    records = [
        {"attributes": {"type": "Contact"}, "id": record_id, "HasOptedOutOfEmail": True}
        for record_id in ids
    ]

    results = sf.restful(
        "composite/sobjects", method="PATCH", json={"allOrNone": False, "records": records}
    )

    assert [result["id"] for result in results] == ids
    assert all(result["success"] for result in results)


def test_simple_salesforce_maps_our_refusals_to_its_exceptions(
    secure: Practice, sf: Salesforce
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.query("SELECT Nonsense FROM Contact")
    assert refused.value.content[0]["errorCode"] == "INVALID_FIELD"

    given = Salesforce(session_id=sf.session_id, instance_url=secure.url, session=sf.session)
    secure.world.sessions.expire_all()
    with pytest.raises(SalesforceExpiredSession):
        given.query("SELECT Id FROM Contact")


def test_simple_salesforce_renews_an_expired_session(secure: Practice, sf: Salesforce) -> None:
    secure.world.sessions.expire_all()

    assert sf.query("SELECT Id FROM Lead LIMIT 1")["totalSize"] == 1


@pytest.fixture(scope="session")
def jsforce() -> Path:
    """The folder with jsforce, outside the project; skips if it cannot be installed."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("Node.js is not here")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "optback-tests" / f"jsforce-{JSFORCE}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes; one installs it
        if not (folder / "installed").exists():
            install = [
                npm,
                "install",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--fetch-retries=1",
            ]
            done = subprocess.run(
                [*install, "--prefix", str(folder), f"jsforce@{JSFORCE}"], capture_output=True
            )
            if done.returncode != 0:
                pytest.skip("jsforce cannot be had from npm")
            (folder / "installed").touch()
    return folder


SCRIPT = """
const jsforce = require('jsforce');
(async () => {
  const [url, username, password] = process.argv.slice(1);
  const conn = new jsforce.Connection({ loginUrl: url, version: '59.0' });
  const user = await conn.login(username, password);
  const found = await conn.query('SELECT Id, Email FROM Contact ORDER BY Id');
  let records = found.records, page = found, pages = 1;
  while (!page.done) {
    page = await conn.queryMore(page.nextRecordsUrl);
    records = records.concat(page.records);
    pages += 1;
  }
  const made = await conn.sobject('Contact').create({ LastName: 'Force', Email: 'js@example.org' });
  const changed = await conn.sobject('Contact').update({ Id: made.id, HasOptedOutOfEmail: true });
  const kept = await conn.sobject('Contact').retrieve(made.id);
  const many = await conn.sobject('Contact').update(
    records.slice(0, 150).map((one) => ({ Id: one.Id, HasOptedOutOfEmail: true })));
  const gone = await conn.sobject('Contact').destroy(made.id);
  const described = await conn.sobject('Lead').describe();
  const everything = await conn.describeGlobal();
  const identity = await conn.identity();
  let refused = '';
  await conn.query('SELECT Nonsense FROM Contact').catch((error) => { refused = error.errorCode; });
  const limits = conn.limitInfo;
  await conn.logout();
  console.log(JSON.stringify({
    organization: user.organizationId, total: found.totalSize, fetched: records.length, pages,
    made: made.success, changed: changed.success, ticked: kept.HasOptedOutOfEmail,
    many: many.filter((one) => one.success).length, gone: gone.success,
    fields: described.fields.map((one) => one.name), sobjects: everything.sobjects.length,
    username: identity.username, refused, limits,
  }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


def run_jsforce(
    folder: Path, script: str, *arguments: str, trusted: Path | None = None
) -> dict[str, Any]:
    """The JSON that a script prints; `trusted` is a certificate that it trusts."""
    more = {"NODE_EXTRA_CA_CERTS": str(trusted)} if trusted else {}
    done = subprocess.run(
        ["node", "-e", script, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.mark.parametrize("over_https", [False, True])
def test_jsforce_signs_in_reads_pages_and_writes(
    jsforce: Path, certificate: Certificate, over_https: bool
) -> None:
    with running(new_world(SIZE), certificate=certificate if over_https else None) as practice:
        account = practice.world.signin.account(USERNAME)
        secret = account.password + account.token

        done = run_jsforce(
            jsforce, SCRIPT, practice.url, USERNAME, secret, trusted=certificate.certificate
        )

    assert done["organization"] == practice.world.org.id
    assert done["total"] == done["fetched"] == SIZE.contacts
    assert done["pages"] == 2
    assert done["made"]
    assert done["changed"]
    assert done["gone"]
    assert done["ticked"] is True
    assert done["many"] == 150
    assert "HasOptedOutOfEmail" in done["fields"]
    assert done["sobjects"] >= 12
    assert done["username"] == USERNAME
    assert done["refused"] == "INVALID_FIELD"
    assert done["limits"]["apiUsage"]["limit"] == 100_000
    assert len(practice.world.sessions) == 0


def test_simple_salesforce_runs_a_bulk_query(secure: Practice, sf: Salesforce) -> None:
    secure.world.faults.add(InjectedFault("slow_job", seconds=0.2))
    soql = "SELECT Id, Email, HasOptedOutOfEmail FROM Contact"

    pages = list(sf.bulk2.Contact.query(soql, max_records=1000, wait=0))

    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page, newline=""))]
    assert len(pages) == 3
    assert [row["Id"] for row in rows] == list(secure.world.org.tables.rows("Contact"))
    assert {row["HasOptedOutOfEmail"] for row in rows} == {"true", "false"}


def test_simple_salesforce_downloads_a_bulk_query(
    secure: Practice, sf: Salesforce, tmp_path: Path
) -> None:
    files = sf.bulk2.Contact.download(
        "SELECT Id, Account.Name FROM Contact", path=str(tmp_path), max_records=2000
    )

    lines = [
        Path(result_file["file"]).read_text(encoding="utf-8").splitlines() for result_file in files
    ]
    assert [len(line) for line in lines] == [2001, 501]
    assert {line[0] for line in lines} == {'"Id","Account.Name"'}
    assert [file["number_of_records"] for file in files] == [2000, 500]


def test_simple_salesforce_reports_a_bulk_query_that_fails(
    secure: Practice, sf: Salesforce
) -> None:
    secure.world.faults.add(InjectedFault("failed_job", message="InternalServerError : too much"))

    with pytest.raises(SalesforceOperationError, match="too much"):
        list(sf.bulk2.Contact.query("SELECT Id FROM Contact", wait=0))

    with pytest.raises(SalesforceMalformedRequest) as refused:
        list(sf.bulk2.Contact.query("SELECT COUNT() FROM Contact", wait=0))
    assert refused.value.content[0]["errorCode"] == "API_ERROR"


BULK_SCRIPT = """
const jsforce = require('jsforce');
(async () => {
  const [url, username, password] = process.argv.slice(1);
  const conn = new jsforce.Connection({ loginUrl: url, version: '59.0' });
  await conn.login(username, password);
  conn.bulk2.pollInterval = 50;
  const stream = await conn.bulk2.query('SELECT Id, Email, Account.Name FROM Contact');
  const records = await stream.toArray();
  let refused = '';
  await conn.bulk2.query('SELECT Id, (SELECT Id FROM Contacts) FROM Account')
    .catch((error) => { refused = error.errorCode || error.name; });
  console.log(JSON.stringify({
    ids: records.map((one) => one.Id), keys: Object.keys(records[0]), refused,
  }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


def test_jsforce_runs_a_bulk_query(jsforce: Path) -> None:
    # One page: jsforce asks for the next one before it has read the last, and mixes their lines.
    with running(new_world(SIZE)) as practice:
        practice.world.faults.add(InjectedFault("slow_job", seconds=0.2))
        account = practice.world.signin.account(USERNAME)
        secret = account.password + account.token

        done = run_jsforce(jsforce, BULK_SCRIPT, practice.url, USERNAME, secret)

        assert done["ids"] == list(practice.world.org.tables.rows("Contact"))
    assert done["keys"] == ["Id", "Email", "Account.Name"]
    assert done["refused"] == "API_ERROR"


def test_simple_salesforce_writes_with_bulk(sf: Salesforce) -> None:
    people = [{"LastName": f"Bulk {number}", "Title": "New"} for number in range(250)]
    inserted = sf.bulk2.Contact.insert(records=people, wait=0)
    done = sf.bulk2.Contact.get_successful_records(inserted[0]["job_id"])
    ids = [row["sf__Id"] for row in csv.DictReader(io.StringIO(done, newline=""))]

    updated = sf.bulk2.Contact.update(
        records=[{"Id": one, "HasOptedOutOfEmail": "true"} for one in ids], wait=0
    )
    upserted = sf.bulk2.Contact.upsert(
        records=[{"Id": one, "Title": "Old"} for one in ids], external_id_field="Id", wait=0
    )
    ticked = sf.query(
        "SELECT COUNT() FROM Contact WHERE Title = 'Old' AND HasOptedOutOfEmail = true"
    )
    deleted = sf.bulk2.Contact.delete(records=[{"Id": one} for one in [*ids, "003"]], wait=0)

    assert len(ids) == ticked["totalSize"] == 250
    for [job] in (inserted, updated, upserted):
        assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (250, 0)
    assert deleted[0]["numberRecordsFailed"] == 1
    refused = sf.bulk2.Contact.get_failed_records(deleted[0]["job_id"])
    assert "MALFORMED_ID" in refused


BULK_LOAD = """
const jsforce = require('jsforce');
(async () => {
  const [url, username, password] = process.argv.slice(1);
  const conn = new jsforce.Connection({ loginUrl: url, version: '59.0' });
  await conn.login(username, password);
  const options = { pollInterval: 20, pollTimeout: 30000 };
  const load = (operation, input) => conn.bulk2.loadAndWaitForResults({
    object: 'Contact', operation, input, ...options });
  const people = Array.from({ length: 250 }, (_, n) => ({ LastName: `Force ${n}` }));
  const inserted = await load('insert', people);
  const ids = inserted.successfulResults.map((row) => row.sf__Id);
  const updated = await load('update',
    [...ids, '003'].map((Id) => ({ Id, HasOptedOutOfEmail: true })));
  const deleted = await load('delete', ids.map((Id) => ({ Id })));
  console.log(JSON.stringify({
    inserted: ids.length, updated: updated.successfulResults.length,
    refused: updated.failedResults.map((row) => row.sf__Error),
    unprocessed: updated.unprocessedRecords.length, deleted: deleted.successfulResults.length,
  }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


def test_jsforce_loads_with_bulk(jsforce: Path) -> None:
    with running(new_world(SIZE)) as practice:
        account = practice.world.signin.account(USERNAME)
        secret = account.password + account.token

        done = run_jsforce(jsforce, BULK_LOAD, practice.url, USERNAME, secret)

    assert (done["inserted"], done["updated"], done["deleted"]) == (250, 250, 250)
    assert done["unprocessed"] == 0
    [refusal] = done["refused"]
    assert refusal.startswith("MALFORMED_ID:")
