"""What people decide about whole domains, and what they see before that (rules.md, 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.addresses import compared, is_domain
from lib.errors import UsageError
from lib.services.alerts import watch
from lib.services.log import Log
from lib.sources.protocol import Source
from lib.store import connections, domains
from lib.store.domains import DomainEntry, Verdict


@dataclass(frozen=True, slots=True)
class DomainDecided:
    """A decision that was stored; `trouble` says why an alert about it couldn't be sent."""

    domain: str
    trouble: str = ""


def domain_name(text: str) -> str:
    """The compared form of a domain that a person typed. Raises UsageError."""
    name = compared(text).removeprefix("@")
    if "@" in name or not is_domain(name):
        raise UsageError(
            f"{text!r} isn't a domain",
            remedy="Name exactly one domain, such as example.com. Subdomains are domains of "
            "their own.",
        )
    return name


def domains_now(log: Log, connection: str) -> Sequence[DomainEntry]:
    """The whole domains on the connection's unsubscribe list, with what was decided."""
    scope = _scope(log, connection)
    return domains.entries(log.store, scope) if scope else ()


def refuse_unlisted(log: Log, connection: str, domain: str, file: Source | None) -> None:
    """Raise UsageError unless this very domain is on the list, or in the file of the run.

    A run with a file is about what the file names, so the file must have the domain.
    """
    if file is not None:
        if domain not in _in_file(file):
            raise UsageError(
                f"The file doesn't have {domain} as a whole domain",
                remedy=f"Write @{domain} alone in a cell, or approve the domain in a run without "
                "--file.",
            )
        return
    known = [entry.domain for entry in domains_now(log, connection)]
    if domain not in known:
        raise _unlisted(domain, known)


def keep_mailable(log: Log, connection: str, domain: str, by: str) -> DomainDecided:
    """Keep the people at a domain mailable although it's on the list. Raises UsageError.

    Boxes that an earlier approval has set stay set.
    """
    scope = _listed(log, connection, domain)
    domains.decide(log.store, scope, domain, Verdict.MAILABLE, by)
    return DomainDecided(domain, watch.look_again(log, connection))


def withdraw(log: Log, connection: str, domain: str, by: str) -> DomainDecided:
    """Take back what was decided about a domain: it's on hold again. Raises UsageError."""
    scope = _listed(log, connection, domain)
    if not domains.withdraw(log.store, scope, domain, by):
        raise UsageError(
            f"Nothing was decided about {domain}",
            remedy="It's on hold already: no one is opted out because of it, and its people stay "
            "off lists.",
        )
    return DomainDecided(domain, watch.look_again(log, connection))


def _listed(log: Log, connection: str, domain: str) -> str:
    """The scope in which the domain is on the list."""
    scope = _scope(log, connection)
    known = [entry.domain for entry in domains_now(log, connection)]
    if scope is None or domain not in known:
        raise _unlisted(domain, known)
    return scope


def _unlisted(domain: str, known: Sequence[str]) -> UsageError:
    if known:
        listed = f"Whole domains on the list: {', '.join(known)}."
    else:
        listed = "There's no whole domain on it. Domains are known once a run has read the list."
    return UsageError(
        f"{domain} isn't on the unsubscribe list as a whole domain",
        remedy=f"{listed} Only the very domain counts, without subdomains.",
    )


def _in_file(file: Source) -> set[str]:
    entries = (compared(sighting.entry) for sighting in file.reading(None).sightings)
    return {entry.removeprefix("@") for entry in entries if is_domain(entry)}


def _scope(log: Log, connection: str) -> str | None:
    state = connections.state(log.store, connection)
    return state.scope if state else None
