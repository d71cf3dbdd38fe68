"""Accounts: the first one by a link that works once, others by invitation; nobody changes their own rights."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, broken
from intake.storage.messages import Letter
from intake.storage.people import AccountLink, Person, actor_for
from intake.workflow import accounts
from tests import factories


def opened(session: Session, newsroom: Newsroom, address: str | None) -> AccountLink:
    assert address is not None
    link = accounts.open_link(session, newsroom, address.rpartition("/")[2])
    assert link is not None
    return link


@pytest.fixture
def administrator(session: Session, newsroom: Newsroom) -> Actor:
    link = opened(session, newsroom, accounts.first_account_link(session, newsroom))
    return actor_for(accounts.redeem(session, newsroom, link, "hash", address="Sara@Desk.example", name=" Sara "))


def test_the_first_account_is_administrator_and_chief_everywhere(
    session: Session, newsroom: Newsroom, administrator: Actor
) -> None:
    assert (administrator.name, administrator.address, administrator.administrator) == (
        "Sara",
        "sara@desk.example",
        True,
    )
    assert administrator.roles == {desk.slug: frozenset({Role.CHIEF}) for desk in newsroom.desks.every}
    assert accounts.first_account_link(session, newsroom) is None


def test_only_the_newest_first_link_works_and_once(session: Session, newsroom: Newsroom) -> None:
    old = accounts.first_account_link(session, newsroom)
    new = accounts.first_account_link(session, newsroom)
    assert old is not None
    assert accounts.open_link(session, newsroom, old.rpartition("/")[2]) is None
    link = opened(session, newsroom, new)
    accounts.redeem(session, newsroom, link, "hash", address="sara@desk.example", name="Sara")
    with pytest.raises(IllegalAction):
        accounts.redeem(session, newsroom, link, "hash", address="eve@desk.example", name="Eve")
    assert accounts.open_link(session, newsroom, (new or "").rpartition("/")[2]) is None


def test_two_first_links_make_one_first_account(session: Session, newsroom: Newsroom) -> None:
    link = opened(session, newsroom, accounts.first_account_link(session, newsroom))
    factories.person(session, newsroom)
    with pytest.raises(IllegalAction):
        accounts.redeem(session, newsroom, link, "hash", address="eve@desk.example", name="Eve")


@pytest.mark.parametrize(("hours", "works"), [(24, True), (24.001, False)])
def test_the_first_link_lasts_a_day(session: Session, newsroom: Newsroom, hours: float, works: bool) -> None:
    address = accounts.first_account_link(session, newsroom)
    link = opened(session, newsroom, address)
    factories.pass_time(newsroom, hours=hours)
    assert (accounts.open_link(session, newsroom, (address or "").rpartition("/")[2]) is not None) == works
    if not works:  # not even for someone whose page was open all day
        with pytest.raises(IllegalAction):
            accounts.redeem(session, newsroom, link, "hash", address="sara@desk.example", name="Sara")


def test_no_stored_link_can_be_used(session: Session, newsroom: Newsroom) -> None:
    address = accounts.first_account_link(session, newsroom) or ""
    stored = session.scalars(select(AccountLink)).one()
    assert stored.token_hash not in address
    assert accounts.open_link(session, newsroom, stored.token_hash) is None


def test_an_invitation_gives_the_roles_named_and_a_letter(
    session: Session, newsroom: Newsroom, administrator: Actor
) -> None:
    person = accounts.invite(session, newsroom, administrator, "Noor@Desk.example", "Noor", {"rai": Role.EDITOR}, "ar")
    letter = session.scalars(select(Letter).where(Letter.code == "A1")).one()
    assert (person.email, person.password, letter.to_address, letter.locale) == (
        "noor@desk.example",
        None,
        "noor@desk.example",
        "ar",
    )
    assert actor_for(person).roles == {"rai": frozenset({Role.EDITOR})}
    factories.pass_time(newsroom, days=7)
    redeemed = accounts.redeem(session, newsroom, opened(session, newsroom, letter.link_url), "hash", name="Eve")
    assert (redeemed.id, redeemed.name, redeemed.administrator) == (person.id, "Noor", False)


@pytest.mark.parametrize(("address", "name"), [("sara@desk.example", "Twin"), ("noor", "Noor"), ("n@d.example", " ")])
def test_a_taken_or_impossible_address_is_refused(
    session: Session, newsroom: Newsroom, administrator: Actor, address: str, name: str
) -> None:
    with pytest.raises(Missing):
        accounts.invite(session, newsroom, administrator, address, name, {}, "en")


def test_only_an_administrator_makes_accounts_and_roles(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    target = session.get_one(Person, factories.person(session, newsroom, Role.READER).id)
    with pytest.raises(NotAllowed):
        accounts.invite(session, newsroom, chief, "noor@desk.example", "Noor", {}, "en")
    with pytest.raises(NotAllowed):
        accounts.set_role(session, newsroom, chief, target, "opinion", Role.CHIEF)
    with pytest.raises(NotAllowed):
        accounts.set_active(session, newsroom, chief, target, active=False)
    assert actor_for(target).roles["opinion"] == frozenset({Role.READER})


def test_nobody_changes_their_own_rights(session: Session, newsroom: Newsroom, administrator: Actor) -> None:
    own = session.get_one(Person, administrator.id)
    with pytest.raises(NotAllowed):
        accounts.set_role(session, newsroom, administrator, own, "opinion", Role.READER)
    with pytest.raises(NotAllowed):
        accounts.set_active(session, newsroom, administrator, own, active=False)
    assert (actor_for(own), own.active) == (replace(administrator, name="Sara"), True)


def test_a_role_replaces_the_one_before_and_may_be_none(
    session: Session, newsroom: Newsroom, administrator: Actor
) -> None:
    target = session.get_one(Person, factories.person(session, newsroom, Role.READER).id)
    accounts.set_role(session, newsroom, administrator, target, "opinion", Role.PUBLISHER)
    assert actor_for(target).roles == {"opinion": frozenset({Role.PUBLISHER}), "rai": frozenset({Role.READER})}
    accounts.set_role(session, newsroom, administrator, target, "opinion", None)
    assert actor_for(target).roles == {"rai": frozenset({Role.READER})}


def test_switching_an_account_off_ends_its_sessions_and_is_audited(
    session: Session, newsroom: Newsroom, administrator: Actor
) -> None:
    target = session.get_one(Person, factories.person(session, newsroom, Role.READER).id)
    before = target.fs_uniquifier
    accounts.set_active(session, newsroom, administrator, target, active=False)
    assert (target.active, target.fs_uniquifier != before) == (False, True)
    session.flush()
    assert list(session.scalars(select(AuditEntry.action))) == ["redeem", "set_active"]
    assert list(broken(session)) == []
