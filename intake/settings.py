"""Typed, frozen settings: defaults < config/intake.toml < INTAKE_* < INTAKE_*_FILE.

An unknown key or a wrong type is a ``SettingsError`` that names the file, the key and the cure. Loading is lazy about
its validator, so that a listener and the pipe start quickly. It opens no database and makes no folder.
"""

import dataclasses
import difflib
import json
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal

from intake.domain.desk import Desk, Desks
from intake.domain.errors import SettingsError


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the pages are served. ``trusted_proxies`` is the number of proxies whose X-Forwarded-* count."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    trusted_proxies: int = 0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail comes in, and how large a message may be, in bytes: LMTP, and SMTP when it has a port; and
    whether and by whom its sender is proved.

    Without ``tls_certificate`` there is no STARTTLS; ``require_tls`` refuses mail in the clear from other machines.
    ``relays`` are addresses and networks of the operator's own servers in front.
    """

    host: str = "127.0.0.1"
    port: int = 8024
    max_bytes: int = 26_214_400
    authenticate: bool = True
    trusted_authserv_ids: list[str] = field(default_factory=list)
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 0
    smtp_name: str = ""
    smtp_connections: int = 100
    tls_certificate: str = ""
    tls_key: str = ""
    require_tls: bool = False
    relays: list[str] = field(default_factory=list)

    def is_relay(self, address: str) -> bool:
        """Tell whether an address is one of our own servers, or this machine: a client behind it is unknown."""
        try:
            found = ip_address(address)
        except ValueError:
            return True
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return found.is_loopback or any(found in ip_network(relay) for relay in self.relays)


@dataclass(frozen=True, slots=True)
class ScreeningSettings:
    """Scanners that are asked about filed mail; an empty address asks none. ``timeout`` is in seconds."""

    rspamd: str = ""
    clamav: str = ""
    timeout: int = 20


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """The SMTP relay for letters. Without a host, letters are kept as files. ``timeout`` is in seconds."""

    host: str = ""
    port: int = 587
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password: str = ""
    timeout: int = 20
    cafile: str = ""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """Bounds on what people send by form: bytes of a request and of a text, seconds a person needs at least."""

    request_bytes: int = 25_000_000
    text_bytes: int = 200_000
    form_seconds: int = 4
    undo_seconds: int = 20
    confirmations_a_day: int = 1
    session_hours: int = 12


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What the logbook tells. ``addresses`` adds the visitor's network address to each request's line."""

    addresses: bool = False


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Who may read /metrics: whoever shows the token; without one, this machine alone.

    ``folder`` holds the web processes' shared counters while they run; empty means ``metrics`` in the state folder.
    """

    token: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """The secret of each provider that hands mail over by HTTP; empty closes its address.

    Several secrets, parted by blanks, are all valid: that is how one is changed without losing mail.
    """

    mailgun: str = ""
    sendgrid: str = ""
    generic: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation decides. ``folder`` holds all state; ``database`` empty means SQLite in it."""

    name: str = "Op-Ed Intake"
    folder: str = "var"
    base_url: str = "http://127.0.0.1:8000"
    database: str = ""
    secret_key: str = ""
    web: WebSettings = field(default_factory=WebSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    screening: ScreeningSettings = field(default_factory=ScreeningSettings)
    relay: RelaySettings = field(default_factory=RelaySettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    desks: Desks = field(default_factory=lambda: Desks(()))

    @property
    def root(self) -> Path:
        """Return the folder of all state, absolute."""
        return Path(self.folder).absolute()

    @property
    def database_url(self) -> str:
        """Return the database's URL."""
        return self.database or f"sqlite:///{self.root / 'intake.sqlite3'}"


def data_dir(name: str) -> Path:
    """Return the folder of shipped ``templates`` or ``config``: in the wheel, or beside the package in a checkout."""
    shipped = Path(str(files("intake") / "_data" / name))
    return shipped if shipped.is_dir() else Path(__file__).resolve().parent.parent / name


def config_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds intake.toml and desks.toml: INTAKE_CONFIG, or the one shipped."""
    return Path(environ["INTAKE_CONFIG"]) if environ.get("INTAKE_CONFIG") else data_dir("config")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings files and variables. Raises SettingsError naming the file, the key and the cure."""
    folder = config_dir(environ)
    table = _read(folder / "intake.toml")
    _merge_environment(table, environ)
    settings: Settings = _checked(Settings, table, f"{folder / 'intake.toml'}")
    _refuse_wrong_networks(settings.mail.relays, f"{folder / 'intake.toml'}: mail.relays")
    # A folder named in the file lies beside the config folder, wherever the command starts; one named by a variable
    # is the shell's. The files shipped in a wheel have no place beside them: there it is the working directory.
    beside = Path() if environ.get("INTAKE_FOLDER") or folder.parent.name == "_data" else folder.absolute().parent
    root = str(beside / settings.folder)
    base_url = settings.base_url.rstrip("/")
    return dataclasses.replace(settings, folder=root, base_url=base_url, desks=load_desks(folder / "desks.toml"))


def load_desks(path: Path) -> Desks:
    """Read the desks file. Raises SettingsError; two desks with one slug or address are an error."""
    desks: tuple[Desk, ...] = load_tables(path, "desk", Desk)
    if not desks:
        raise SettingsError(f"{path}: no [[desk]] is defined. Cure: copy one from the shipped config/desks.toml.")
    _refuse_twins(path, "slug", [desk.slug for desk in desks])
    _refuse_twins(path, "addresses", [address.lower() for desk in desks for address in desk.addresses])
    return Desks(desks)


def load_tables(path: Path, name: str, kind: Any) -> tuple[Any, ...]:
    """Read a file that holds only tables [[name]], each as one ``kind``. Raises SettingsError."""
    file = _read(path)
    for key in set(file) - {name}:
        raise SettingsError(f"{path}: {key} is no key here. Cure: this file holds [[{name}]] tables only.")
    tables = file.get(name, [])
    if not isinstance(tables, list):
        raise SettingsError(f"{path}: {name} must be a list of tables. Cure: write [[{name}]], with two brackets.")
    return tuple(
        _checked(kind, table, f"{path}: [[{name}]] {table.get('slug', number)}")
        for number, table in enumerate(tables, start=1)
    )


def _refuse_twins(path: Path, key: str, found: list[str]) -> None:
    twins = {value for value in found if found.count(value) > 1}
    if twins:
        raise SettingsError(f"{path}: {key}: {', '.join(sorted(twins))} is used twice. Cure: give each desk its own.")


def _refuse_wrong_networks(found: list[str], where: str) -> None:
    for text in found:
        try:
            ip_network(text)
        except ValueError as error:
            cure = "write addresses such as 192.0.2.7, or networks such as 192.0.2.0/24 and 2001:db8::/32; no names"
            raise SettingsError(f"{where}: {error}. Cure: {cure}.") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path} is missing. Cure: copy the shipped one, or set INTAKE_CONFIG.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}. Cure: mend that line.") from None


_OURS = {"INTAKE_CONFIG"}


def _merge_environment(table: dict[str, Any], environ: Mapping[str, str]) -> None:
    known = {_variable(path): path for path in _paths(Settings)}
    for variable in sorted(v for v in environ if v.startswith("INTAKE_") and v not in _OURS):
        plain = variable.removesuffix("_FILE") if variable not in known else variable
        if plain not in known:
            raise SettingsError(f"{variable} is no setting. {_nearest(variable, known)}")
        value = environ[variable] if plain == variable else _secret_file(variable, environ[variable])
        *sections, key = known[plain]
        place = table
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise SettingsError(f"intake.toml: {section} must be a table. Cure: write it as [{section}].")
        place[key] = _typed(value, known[plain])


def _secret_file(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"{variable}: {path} cannot be read ({error.strerror}). Cure: mend path or rights."
        ) from None


def _typed(value: str, path: tuple[str, ...]) -> Any:
    owner: Any = Settings
    for section in path[:-1]:
        owner = typing.get_type_hints(owner)[section]
    kind = typing.get_type_hints(owner)[path[-1]]
    if kind == list[str]:
        return [part.strip() for part in value.split(",") if part.strip()]
    if kind not in (int, bool):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # the check that follows names the key


def _paths(owner: Any, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    hints = typing.get_type_hints(owner)
    found: list[tuple[str, ...]] = []
    for spec in dataclasses.fields(owner):
        if spec.name == "desks" or not spec.init:
            continue
        path = (*prefix, spec.name)
        found += _paths(hints[spec.name], path) if dataclasses.is_dataclass(hints[spec.name]) else [path]
    return found


def _variable(path: tuple[str, ...]) -> str:
    return "_".join(("INTAKE", *path)).upper()


def _nearest(name: str, known: typing.Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Cure: did you mean {near[0]}?" if near else "Cure: remove it; config/intake.toml lists every key."


def _checked(kind: Any, table: dict[str, Any], where: str) -> Any:
    from pydantic import TypeAdapter, ValidationError

    _refuse_unknown(kind, table, where)
    try:
        return TypeAdapter(kind).validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{where}: {key}: {first['msg']}. Cure: see the comment above that key.") from None


def _refuse_unknown(kind: Any, table: dict[str, Any], where: str) -> None:
    hints = typing.get_type_hints(kind)
    allowed = {spec.name for spec in dataclasses.fields(kind) if spec.init and spec.name != "desks"}
    for key, value in table.items():
        if key not in allowed:
            raise SettingsError(f"{where}: {key} is no key here. {_nearest(key, allowed)}")
        inner = hints[key]
        if isinstance(inner, types.GenericAlias):
            continue
        if dataclasses.is_dataclass(inner):
            if not isinstance(value, dict):
                raise SettingsError(f"{where}: {key} must be a table. Cure: write it as [{key}].")
            _refuse_unknown(inner, value, f"{where}: {key}")
