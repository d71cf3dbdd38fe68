"""The logbook: what every process writes down, as lines of JSON, or readable at a terminal.

Nothing personal gets in. The text of an entry is a fixed sentence: what is put into it must be a number, and only the
keys in ``KEYS`` pass. An error is told by its kind and its place in the code, never by its message, which may quote a
piece or an address. Whatever slips through that is searched for addresses, numbers and secrets and loses them. It
rotates and ships nothing: standard error belongs to whoever started the process.
"""

import errno
import logging
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, merge_contextvars

KEYS = frozenset(
    {"event", "level", "logger", "timestamp", "error", "where"}
    | {"request", "mail", "route", "method", "status", "ms", "remote"}
    | {"piece", "letter", "version", "genre", "act", "seconds"}
)
"""The only keys that are written."""
_OWN = frozenset({"level", "logger", "timestamp", "error", "where", "request", "mail", "route", "method", "remote"})
"""Keys whose values are made by this project's code alone and need no search."""
FRAMES = 8
"""How many places of an error's way through the code are told, the innermost last."""

_NET = (
    re.compile(r"\S+@\S+"),
    re.compile(r"(?<![\w/])/\S*"),  # a path may hold a secret link
    re.compile(r"\+?\d[\d ().:/-]{5,}\d"),  # phone numbers and IPv4
    re.compile(r"\b(?:[0-9a-fA-F]{0,4}:){2,}[0-9a-fA-F]{0,4}"),  # IPv6
    re.compile(r"[\w+=-]{22,}"),  # tokens and keys
    re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”"),  # what a library quotes came from outside
    re.compile(r"[^\x00-\x7f“”…–’]+"),  # our sentences are English
)
GONE = "…"

Event = MutableMapping[str, Any]


def configure(stream: IO[str] | None = None, *, level: int = logging.INFO) -> logging.Handler:
    """Send every logger of this process to ``stream`` (standard error) in our form; also errors that end a thread.

    Effects: replaces the root logger's handlers and the two hooks for uncaught errors. Returns the handler.
    """
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter(readable=out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # a library tells every step at INFO
    logging.getLogger("intake").setLevel(level)
    logging.raiseExceptions = False  # it would print the very values that must not be written
    sys.excepthook = _ended
    threading.excepthook = lambda told: _ended(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
    return handler


def formatter(*, readable: bool) -> logging.Formatter:
    """Return the formatter of the logbook: for a terminal, or one JSON object a line."""
    last = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            _sentence,
            structlog.stdlib.ExtraAdder(allow=KEYS),
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _told_error,
            cleared,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        use_get_message=False,
        pass_foreign_args=True,
    )


def new_request() -> str:
    """Number a request: every entry of this thread carries it until ``end_request``. Returns the number."""
    number = secrets.token_hex(6)
    clear_contextvars()
    bind_contextvars(request=number)
    return number


def end_request() -> None:
    """Forget the number of this thread's request."""
    clear_contextvars()


@contextmanager
def about_mail(key: str) -> Iterator[None]:
    """Mark every entry in this block with a mail's number: the first 12 digits of its key in the spool."""
    with bound_contextvars(mail=key[:12]):
        yield


def cleared(_logger: object, _method: str, event: Event) -> Event:
    """Drop unknown keys, and take out of every text what looks like an address, a number, a path or a secret."""
    kept = {key: value for key, value in event.items() if key in KEYS or key in ("_record", "_from_structlog")}
    for key, value in kept.items():
        if key not in _OWN and not key.startswith("_") and not isinstance(value, int | float):
            kept[key] = scrubbed(str(value))
    return kept


def scrubbed(text: str) -> str:
    """Return a text without what looks personal or secret."""
    for pattern in _NET:
        text = pattern.sub(GONE, text)
    return text


def _sentence(_logger: object, _method: str, event: Event) -> Event:
    """Fill only numbers into a library's sentence: its texts come from outside."""
    args = event.pop("positional_args", ())
    if args and isinstance(args, tuple):
        numbers = tuple(arg if isinstance(arg, int | float) else GONE for arg in args)
        with suppress(TypeError, ValueError):  # it has other places than values: it stays as it is
            event["event"] = event["event"].replace("%r", "%s") % numbers
    return event


def _told_error(_logger: object, _method: str, event: Event) -> Event:
    """Say an error by its kinds and its way through the code."""
    record: logging.LogRecord = event["_record"]
    event.pop("exc_info", None)
    error = record.exc_info[1] if record.exc_info else None
    # What the standard formatter would add to the line by itself, message and all.
    record.exc_info = record.exc_text = record.stack_info = None
    if error is not None:
        event["error"] = " < ".join(_kind(one) for one in _chain(error))
        event["where"] = [
            f"{_place(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]
        ]
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _kind(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        return f"{type(error).__name__} {errno.errorcode[error.errno or 0]}"
    return type(error).__name__


def _place(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("intake").critical("an error ended this", exc_info=(kind, error, trace))
