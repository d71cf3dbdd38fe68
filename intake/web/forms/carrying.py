"""A filled form as hidden fields: what the check page carries, so that nothing need be stored before "send"."""

from collections.abc import Iterator
from typing import Any

from wtforms import BooleanField, Field, FieldList, FileField, Form, FormField
from wtforms.csrf.core import CSRFTokenField


def carried(form: Form) -> list[tuple[str, str]]:
    """Return the name and value of every answer, as a browser would send them again; no file, no CSRF token."""
    return [pair for field in form for pair in _of(field)]


def _of(field: Field) -> Iterator[tuple[str, str]]:
    if isinstance(field, FormField):
        yield from carried(field.form)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _of(entry)
    elif isinstance(field, BooleanField):
        if field.data:
            yield field.name, "y"
    elif not isinstance(field, (FileField, CSRFTokenField)):
        yield field.name, _plain(field.data)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
