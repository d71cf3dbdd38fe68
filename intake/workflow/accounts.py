"""Accounts of editors: the first one by a one-time link, others by invitation, roles by desk.

Passwords are hashed by the web's sign-in; here one comes in hashed. Signing in itself is not here.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.addresses import normalise_address
from intake.domain.errors import IllegalAction, Missing, NotAllowed
from intake.domain.links import token_hash
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.people import AccountLink, DeskRole, Person, actor_for
from intake.storage.turns import Turn, take_turn
from intake.workflow import letters
from intake.workflow.wording import when

FIRST_LINK_HOURS, INVITATION_DAYS = 24, 7


def first_account_link(session: Session, newsroom: Newsroom) -> str | None:
    """Return a fresh one-time link that makes the first account, or None when there is one. Older links are void."""
    take_turn(session, Turn.FIRST_ACCOUNT)
    if session.scalar(select(func.count(Person.id))):
        return None
    for old in session.scalars(
        select(AccountLink).where(AccountLink.person_id.is_(None), AccountLink.used_at.is_(None))
    ):
        old.used_at = newsroom.now()
    return _link(session, newsroom, None, timedelta(hours=FIRST_LINK_HOURS))


def invite(
    session: Session, newsroom: Newsroom, actor: Actor, address: str, name: str, roles: Mapping[str, Role], locale: str
) -> Person:
    """Make an account without a password and send its owner the one-time link (A1). Administrators only."""
    if not actor.administrator:
        raise NotAllowed("Only an administrator makes accounts.")
    person = add_person(session, newsroom, address, name, locale)
    for desk, role in roles.items():
        person.desk_roles.append(DeskRole(desk=desk, role=role.value))
    session.flush()
    _send_link(session, newsroom, person)
    _audited(session, newsroom, actor, "invite", person, {desk: role.value for desk, role in roles.items()})
    return person


def invite_again(session: Session, newsroom: Newsroom, actor: Actor, person: Person) -> None:
    """Send a fresh one-time link (A1) to someone who never chose a password; earlier links are void."""
    if not actor.administrator:
        raise NotAllowed("Only an administrator makes accounts.")
    session.refresh(person, with_for_update=True)
    if person.password is not None:
        raise IllegalAction("This account has a password. A forgotten one is replaced from the sign-in page.")
    for old in session.scalars(
        select(AccountLink).where(AccountLink.person_id == person.id, AccountLink.used_at.is_(None))
    ):
        old.used_at = newsroom.now()
    _send_link(session, newsroom, person)
    _audited(session, newsroom, actor, "invite_again", person, {})


def _send_link(session: Session, newsroom: Newsroom, person: Person) -> None:
    lasts = timedelta(days=INVITATION_DAYS)
    zone = newsroom.desks.every[0].calendar.zone
    values = {"until": when(newsroom.now() + lasts, zone, person.locale)}
    letters.queue_to_person(session, newsroom, "A1", person, values, _link(session, newsroom, person, lasts))


def add_person(session: Session, newsroom: Newsroom, address: str, name: str, locale: str) -> Person:
    """Add an account that cannot sign in yet. Raises Missing for an empty name or an address that is taken."""
    try:
        address = normalise_address(address)
    except ValueError:
        raise Missing("This is no e-mail address. Check it.") from None
    if not name.strip():
        raise Missing("An account needs a name.")
    take_turn(session, Turn.ADDRESS, address)
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise Missing("There is an account with this address already.")
    person = Person(
        email=address,
        name=name.strip(),
        locale=locale,
        active=True,
        administrator=False,
        fs_uniquifier=secrets.token_hex(32),
        created_at=newsroom.now(),
    )
    session.add(person)
    return person


def open_link(session: Session, newsroom: Newsroom, token: str) -> AccountLink | None:
    """Return the one-time link a token stands for, while it is unused and in time."""
    link = session.scalar(select(AccountLink).where(AccountLink.token_hash == token_hash(token)))
    if link is None or link.used_at is not None or link.expires_at < newsroom.now():
        return None
    return link


def redeem(
    session: Session, newsroom: Newsroom, link: AccountLink, password_hash: str, *, address: str = "", name: str = ""
) -> Person:
    """Use a one-time link: set the first password; the very first account also gets its address, name and all roles.

    The first account is administrator of the installation and chief of every desk.
    """
    session.refresh(link, with_for_update=True)
    if link.used_at is not None or link.expires_at < newsroom.now():
        raise IllegalAction("This link has been used or has ended. Ask for a new one.")
    if link.person_id is None:
        take_turn(session, Turn.FIRST_ACCOUNT)
        if session.scalar(select(func.count(Person.id))):
            raise IllegalAction("The first account exists already. Sign in, or ask for an invitation.")
        person = add_person(session, newsroom, address, name, newsroom.desks.every[0].language)
        person.administrator = True
        for desk in newsroom.desks.every:
            person.desk_roles.append(DeskRole(desk=desk.slug, role=Role.CHIEF.value))
        session.flush()
    else:
        person = session.get_one(Person, link.person_id)
    person.password = password_hash
    link.used_at = newsroom.now()
    _audited(session, newsroom, actor_for(person), "redeem", person, {})
    return person


def set_role(session: Session, newsroom: Newsroom, actor: Actor, person: Person, desk: str, role: Role | None) -> None:
    """Give a person one role on a desk, or none. Administrators only; nobody changes their own roles."""
    if not actor.administrator or actor.id == person.id:
        raise NotAllowed("Only an administrator changes roles, and nobody their own.")
    session.refresh(person, with_for_update=True)
    session.expire(person, ["desk_roles"])
    person.desk_roles[:] = [held for held in person.desk_roles if held.desk != desk]
    session.flush()
    if role is not None:
        person.desk_roles.append(DeskRole(desk=desk, role=role.value))
    _audited(session, newsroom, actor, "set_role", person, {"desk": desk, "role": role.value if role else None})


def set_active(session: Session, newsroom: Newsroom, actor: Actor, person: Person, *, active: bool) -> None:
    """Let a person sign in, or no more; their open sessions end. Administrators only, and not themselves."""
    if not actor.administrator or actor.id == person.id:
        raise NotAllowed("Only an administrator does this, and nobody to themselves.")
    person.active, person.fs_uniquifier = active, secrets.token_hex(32)
    _audited(session, newsroom, actor, "set_active", person, {"active": active})


def set_profile(
    session: Session, newsroom: Newsroom, actor: Actor, *, name: str, locale: str, shortcuts: bool
) -> Person:
    """Change one's own name, language and keys. Raises Missing without a name."""
    if not name.strip():
        raise Missing("An account needs a name.")
    person = session.get_one(Person, actor.id)
    person.name, person.locale, person.shortcuts = name.strip(), locale, shortcuts
    _audited(session, newsroom, actor, "set_profile", person, {})
    return person


def _link(session: Session, newsroom: Newsroom, person: Person | None, lasts: timedelta) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        AccountLink(
            person_id=person.id if person else None,
            token_hash=token_hash(token),
            created_at=newsroom.now(),
            expires_at=newsroom.now() + lasts,
        )
    )
    return f"{newsroom.settings.base_url}/account/start/{token}"


def _audited(
    session: Session, newsroom: Newsroom, actor: Actor, action: str, person: Person, detail: Mapping[str, object]
) -> None:
    append(
        session,
        at=newsroom.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action=action,
        detail={"person": person.id, **detail},
    )
