"""What the page of accounts shows: everybody with their roles, in two statements however many they are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from intake.storage.people import Person


def everybody(session: Session) -> Sequence[Person]:
    """Return every account with its desk roles, the active ones first, by name."""
    query = select(Person).options(selectinload(Person.desk_roles)).order_by(Person.active.desc(), Person.name)
    return session.scalars(query).all()
