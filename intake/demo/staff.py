"""The people of the demo's desk: one chief, a publisher, two editors and a reader. They exist nowhere else."""

from collections.abc import Callable

from sqlalchemy import select

from intake.domain.links import token_hash
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.people import AccountLink, actor_for
from intake.workflow import accounts

PASSWORD = "open the harbour gate"  # noqa: S105 - a demo's, printed for whoever tries it
PEOPLE: dict[str, tuple[str, Role, str]] = {
    "salma": ("Salma Terrane", Role.CHIEF, "en"),
    "idris": ("Idris Wahm", Role.PUBLISHER, "en"),
    "nora": ("Nora Castellby", Role.EDITOR, "en"),
    "yusra": ("يسرى النجدلي", Role.EDITOR, "ar"),
    "tariq": ("Tariq Olmedan", Role.READER, "en"),
}
"""Each one's short name, which is the address before ``@harbourpost.example``: name, role on both desks, language."""


def address(short: str) -> str:
    """Return the sign-in address of one of them."""
    return f"{short}@harbourpost.example"


def hire(newsroom: Newsroom, hashed: Callable[[str], str]) -> dict[str, Actor]:
    """Make every account as the product does, by one-time link, and return them as actors by short name."""
    password = hashed(PASSWORD)
    (chief, (name, _, _)), *others = PEOPLE.items()
    with newsroom.transaction() as session:
        url = accounts.first_account_link(session, newsroom) or ""
        link = session.scalars(
            select(AccountLink).where(AccountLink.token_hash == token_hash(url.split("/")[-1]))
        ).one()
        first = accounts.redeem(session, newsroom, link, password, address=address(chief), name=name)
        session.flush()
        found = {chief: actor_for(first)}
        for short, (name, role, locale) in others:
            roles = {desk.slug: role for desk in newsroom.desks.every}
            made = accounts.invite(session, newsroom, found[chief], address(short), name, roles, locale)
            session.flush()
            link = session.scalars(select(AccountLink).where(AccountLink.person_id == made.id)).one()
            accounts.redeem(session, newsroom, link, password)
            found[short] = actor_for(made)
    return found
