"""What happens to the services themselves: sign-in, time, faults, and starting over."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from lib.clock import from_text, to_text
from lib.practice.acts.people import ActRefused
from lib.practice.faults.fault import InjectedFault, fault_from_pairs
from lib.practice.org_setup import USERNAME
from lib.practice.world import Size, World


def change_password(world: World, username: str = USERNAME, password: str = "") -> dict[str, Any]:
    """Change a user's Salesforce password and security token; the answer has both."""
    account = world.signin.change_password(username, password)
    return {"username": username, "password": account.password, "token": account.token}


def expire_password(world: World, username: str = USERNAME) -> dict[str, Any]:
    """Expire a user's password: they must set a new password first."""
    world.signin.expire_password(username)
    return {"username": username}


def unlock_user(world: World, username: str = USERNAME) -> dict[str, Any]:
    """Unlock a user who entered too many wrong passwords."""
    world.signin.unlock(username)
    return {"username": username}


def expire_sessions(world: World) -> dict[str, Any]:
    """End every open session."""
    return {"ended": world.sessions.expire_all()}


def policy(world: World, **switches: Any) -> dict[str, Any]:
    """Change the sign-in policy; the answer shows the whole policy."""
    try:
        return asdict(world.signin.set_policy(**switches))
    except TypeError as error:
        raise ActRefused(str(error)) from error


def upload_certificate(world: World, certificate: str) -> dict[str, Any]:
    """Upload a certificate (PEM) to the app: from now on, it says whose JWTs are accepted."""
    world.app.upload_certificate(certificate)
    return {"consumer_key": world.app.consumer_key}


def mail_service(
    world: World, password: str = "", utc_offset: float | None = None
) -> dict[str, Any]:
    """Change the email service's password, or the time zone of its clock (hours ahead of UTC)."""
    if password:
        world.mail.change_password(password)
    if utc_offset is not None:
        world.mail.set_utc_offset(utc_offset)
    return {"password": world.mail.password, "zone": str(world.mail.zone)}


def pass_time(
    world: World, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
) -> dict[str, Any]:
    """Move the clock forward."""
    world.clock.advance(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
    return _time(world)


def set_time(world: World, to: str = "", stopped: bool | None = None) -> dict[str, Any]:
    """Set the clock to an ISO time, stop or restart it; without values, follow the real time."""
    if to:
        world.clock.set_to(from_text(to))
    if stopped is not None:
        (world.clock.stop if stopped else world.clock.go)()
    if not to and stopped is None:
        world.clock.follow_real_time()
    return _time(world)


def _time(world: World) -> dict[str, Any]:
    world.save_clock()
    return {"now": to_text(world.clock()), "stopped": world.clock.is_stopped}


def fault(world: World, kind: str, **settings: Any) -> dict[str, Any]:
    """Make the next requests fail (docs/practice.md lists kinds and settings)."""
    world.faults.add(fault_from_pairs(kind, settings.items()))
    return {"waiting": [asdict(waiting) for waiting in world.faults.waiting]}


def clear_faults(world: World) -> dict[str, Any]:
    """Clear all faults."""
    return {"cleared": world.faults.clear()}


def mail_outage(
    world: World, times: int | None = None, status: int = 503, retry_after: int | None = None
) -> dict[str, Any]:
    """Take the email service down for `times` requests, or until the faults are cleared."""
    world.faults.add(
        InjectedFault(
            "status", area="jangomail", times=times, status=status, retry_after=retry_after
        )
    )
    return {"waiting": [asdict(waiting) for waiting in world.faults.waiting]}


def start_afresh(
    world: World,
    seed: int | None = None,
    contacts: int | None = None,
    leads: int | None = None,
    unsubscribes: int | None = None,
    at: str = "",
) -> dict[str, Any]:
    """Replace the world; without numbers, with as many people from the next seed.

    The new world starts now, or at the ISO time `at`, and its clock runs from there.
    """
    old = world.size
    size = Size(
        seed=old.seed + 1 if seed is None else seed,
        contacts=old.contacts if contacts is None else contacts,
        leads=old.leads if leads is None else leads,
        unsubscribes=old.unsubscribes if unsubscribes is None else unsubscribes,
    )
    if world.replace is None:
        raise ActRefused("this server serves one world only")
    world.replace(size, from_text(at) if at else None)
    return asdict(size)
