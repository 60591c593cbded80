"""Connections that can't be made: Salesforce and JangoMail are asked again by the same rule."""

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lib.connection_words import CERTIFICATE_REMEDY, PROXY_REMEDY
from lib.errors import OptbackError, SalesforceUnreachable, SourceUnreachable
from lib.practice.faults.fault import fault_from_text
from lib.practice.serve import Practice, running
from lib.practice.tls import Certificate, new_certificate
from lib.practice.world import Size, new_world
from lib.salesforce.door import Door
from lib.settings import JangoMailLogin, SalesforceLogin
from lib.sources.jangomail.asmx import Asmx
from tests.line import Cut, Line, line_to

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


class Client:
    """A client of the practice org; `slept` are its pauses between tries."""

    def __init__(self, practice: Practice) -> None:
        self.given = practice.environment
        self.slept: list[float] = []

    def salesforce(self, url: str) -> None:
        login = SalesforceLogin(
            login_url=url,
            username=self.given["SALESFORCE_USERNAME"],
            password=self.given["SALESFORCE_PASSWORD"],
            security_token=self.given["SALESFORCE_SECURITY_TOKEN"],
        )
        Door.open(login, sleep=self.slept.append).close()

    def jangomail(self, url: str) -> None:
        login = JangoMailLogin(
            url, self.given["JANGOMAIL_USERNAME"], self.given["JANGOMAIL_PASSWORD"]
        )
        Asmx(login, sleep=self.slept.append).call("GetUnsubscribeList", {"Since": ""})


Ask = Callable[[Client, str], None]
WHO = pytest.mark.parametrize(
    ("ask", "error"),
    [(Client.salesforce, SalesforceUnreachable), (Client.jangomail, SourceUnreachable)],
    ids=["Salesforce", "JangoMail"],
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return new_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def practice(certificate: Certificate) -> Iterator[Practice]:
    """A practice org on https."""
    world = new_world(Size(contacts=0, leads=0, unsubscribes=0))
    with running(world, certificate=certificate) as practice:
        yield practice


@pytest.fixture
def client(practice: Practice) -> Client:
    practice.world.faults.clear()
    practice.world.faults.calls.clear()
    return Client(practice)


@pytest.fixture
def line(practice: Practice) -> Iterator[Line]:
    """A line to the practice org."""
    with line_to(int(practice.url.rpartition(":")[2])) as line:
        yield line


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer trusts the practice org's certificate."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.certificate))


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificates and no proxies of this computer's own."""
    for name in (*BUNDLES, *PROXIES):
        monkeypatch.delenv(name, raising=False)


def url_of(line: Line) -> str:
    return f"https://127.0.0.1:{line.port}"


@pytest.mark.parametrize(
    "cut",
    [Cut(), Cut(resets=True), Cut(after=3), Cut(after=100, resets=True)],
    ids=["closed", "reset", "cut in a record", "reset in a record"],
)
@pytest.mark.usefixtures("trusted")
@WHO
def test_a_handshake_that_breaks_has_sent_nothing_and_is_tried_again(
    client: Client, line: Line, ask: Ask, error: type[OptbackError], cut: Cut
) -> None:
    line.cuts = [cut, cut]

    ask(client, url_of(line))

    assert (len(line.connections), len(client.slept)) == (3, 2)
    line.cuts = [cut] * 9
    with pytest.raises(error) as raised:
        ask(client, url_of(line))
    assert "secur" not in raised.value.message  # it isn't about the certificate
    assert "CA_BUNDLE" not in raised.value.remedy
    assert len(line.connections) == 6


@WHO
def test_a_certificate_that_is_not_trusted_is_never_tried_again(
    client: Client, line: Line, ask: Ask, error: type[OptbackError]
) -> None:
    with pytest.raises(error) as raised:
        ask(client, url_of(line))

    assert raised.value.message.endswith("its certificate isn't trusted")
    assert raised.value.remedy == CERTIFICATE_REMEDY
    assert (len(line.connections), client.slept) == (1, [])


@WHO
def test_certificates_that_cannot_be_read_are_named_before_anything_is_sent(
    client: Client,
    line: Line,
    ask: Ask,
    error: type[OptbackError],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path in (tmp_path / "missing.pem", empty):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))

        with pytest.raises(error) as raised:
            ask(client, url_of(line))

        assert raised.value.remedy == CERTIFICATE_REMEDY
        assert client.slept == []


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A proxy that wants a password; where it was asked to lead."""
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            page = b"<html><h1>Proxy Authentication Required</h1></html>"
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_port}")
        yield asked
        server.shutdown()


@WHO
def test_a_proxy_that_wants_a_password_is_asked_once(
    client: Client, proxy: list[str], ask: Ask, error: type[OptbackError]
) -> None:
    with pytest.raises(error) as raised:
        ask(client, "https://org.invalid")

    assert "a proxy on the way asks for a user name and a password" in raised.value.message
    assert raised.value.remedy == PROXY_REMEDY
    assert (proxy, client.slept) == (["org.invalid:443"], [])


@WHO
def test_a_page_of_a_proxy_that_wants_a_password_is_asked_for_once(
    client: Client,
    practice: Practice,
    trusted: None,
    ask: Ask,
    error: type[OptbackError],
) -> None:
    faults = practice.world.faults
    faults.add(fault_from_text("html,status=407,area=any,times=none"))

    with pytest.raises(error) as raised:
        ask(client, practice.url)

    assert raised.value.remedy == PROXY_REMEDY
    assert (faults.calls.total(), client.slept) == (1, [])


@WHO
def test_a_name_that_is_not_found_at_first_is_looked_up_again(
    client: Client,
    practice: Practice,
    trusted: None,
    ask: Ask,
    error: type[OptbackError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, looked_up = socket.getaddrinfo, []

    def look_up(host: str, *arguments: object, **options: object) -> object:
        looked_up.append(host)
        if len(looked_up) < 3 or len(looked_up) > 3:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return found(host, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    ask(client, practice.url)

    assert (len(looked_up), len(client.slept)) == (3, 2)
    with pytest.raises(error):
        ask(client, practice.url)
    assert len(looked_up) == 6
