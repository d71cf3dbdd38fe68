"""Editors' accounts and their roles. Plain tables: the web's sign-in maps its own classes onto them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.domain.roles import Actor, Kind, Role
from intake.storage.database import Base


class Person(Base):
    """Someone with an account at the desk. Columns that sign-in needs carry the names it expects."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    shortcuts: Mapped[bool] = mapped_column(default=True)

    desk_roles: Mapped[list["DeskRole"]] = relationship(back_populates="person", cascade="all, delete-orphan")


class DeskRole(Base):
    """One role of one person on one desk."""

    __tablename__ = "desk_role"
    __table_args__ = (
        UniqueConstraint("person_id", "desk", "role"),
        CheckConstraint("role IN ('reader','editor','publisher','chief','standards','auditor')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    desk: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(12))

    person: Mapped[Person] = relationship(back_populates="desk_roles")


class AccountLink(Base):
    """A one-time link by which a person sets the first password. Only the token's SHA-256 is kept."""

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def actor_for(person: Person) -> Actor:
    """Return the actor a person is, with the roles held on each desk. Reads ``desk_roles``."""
    roles: dict[str, set[Role]] = {}
    for held in person.desk_roles:
        roles.setdefault(held.desk, set()).add(Role(held.role))
    return Actor(
        Kind.PERSON,
        id=person.id,
        name=person.name,
        address=person.email,
        roles={desk: frozenset(held) for desk, held in roles.items()},
        administrator=person.administrator,
    )
