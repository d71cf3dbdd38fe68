"""Settings are typed, layered and say what is wrong with them: the file, the key and the cure."""

import re
import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from intake.domain.errors import SettingsError
from intake.settings import Settings, data_dir, load, load_desks

DESKS = (data_dir("config") / "desks.toml").read_text(encoding="utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(data_dir("config"), folder)
    return folder


def loaded(config: Path, text: str = "", **environment: str) -> Settings:
    (config / "intake.toml").write_text(text, encoding="utf-8")
    return load({"INTAKE_CONFIG": str(config), **environment})


def test_without_a_word_the_defaults_hold(config: Path) -> None:
    settings = loaded(config)
    assert (settings.web.port, settings.relay.security, settings.limits.undo_seconds) == (8000, "starttls", 20)
    assert [desk.slug for desk in settings.desks.every] == ["opinion", "rai"]
    assert settings.root == config.parent / "var"
    assert settings.database_url == f"sqlite:///{config.parent / 'var' / 'intake.sqlite3'}"


def test_a_file_wins_over_a_variable_over_the_settings_over_the_default(config: Path, tmp_path: Path) -> None:
    text = '[relay]\nhost = "file.example"\nusername = "file"\npassword = "file"\n'
    secret = tmp_path / "secret"
    secret.write_text("from the secret\n", encoding="utf-8")
    settings = loaded(
        config,
        text,
        INTAKE_RELAY_USERNAME="variable",
        INTAKE_RELAY_PASSWORD="variable",
        INTAKE_RELAY_PASSWORD_FILE=str(secret),
        INTAKE_RELAY_PORT="2525",
    )
    relay = settings.relay
    assert (relay.host, relay.username, relay.password, relay.port, relay.timeout) == (
        "file.example",
        "variable",
        "from the secret",
        2525,
        20,
    )


def test_a_relative_folder_lies_beside_the_config_and_a_shells_where_the_shell_is(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert loaded(config, 'folder = "state"').root == tmp_path / "state"
    assert loaded(config, "", INTAKE_FOLDER="state").root == elsewhere / "state"


def test_links_have_one_slash(config: Path) -> None:
    assert loaded(config, 'base_url = "https://desk.example/"').base_url == "https://desk.example"


def test_settings_do_not_change(config: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        loaded(config).name = "other"  # type: ignore[misc]  # the point


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nam = "x"', "nam is no key here. Cure: did you mean name?"),
        ("[web]\nprt = 1", "web: prt is no key here. Cure: did you mean port?"),
        ("zzzzzz = 1", "zzzzzz is no key here. Cure: remove it"),
        ('[web]\nport = "8000"', "web.port: Input should be a valid integer. Cure: see the comment above that key."),
        ("[web]\nport = true", "web.port: Input should be a valid integer. Cure: see the comment above that key."),
        ("name = 3", "name: Input should be a valid string. Cure: see the comment above that key."),
        ('[relay]\nsecurity = "ssl"', "relay.security: Input should be 'none', 'starttls' or 'tls'. Cure:"),
        ("web = 3", "web must be a table. Cure: write it as [web]."),
        ("desks = 3", "desks is no key here."),
        ("name = ", "is not valid TOML"),
    ],
)
def test_a_fault_names_file_key_and_cure(config: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)) as refused:
        loaded(config, text)
    assert str(refused.value).startswith(str(config / "intake.toml"))
    assert "Cure: " in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"INTAKE_WEB_PROT": "1"}, "INTAKE_WEB_PROT is no setting. Cure: did you mean INTAKE_WEB_PORT?"),
        ({"INTAKE_PASWORD_FILE": "x"}, "INTAKE_PASWORD_FILE is no setting. Cure: "),
        ({"INTAKE_WEB_PORT": "many"}, "web.port: Input should be a valid integer. Cure: "),
        ({"INTAKE_SECRET_KEY_FILE": "/nowhere"}, "INTAKE_SECRET_KEY_FILE: /nowhere cannot be read"),
    ],
)
def test_a_faulty_variable_is_named(config: Path, environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        loaded(config, "", **environment)


def test_a_variable_into_what_is_no_table_is_told_so(config: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape("web must be a table. Cure: write it as [web].")):
        loaded(config, "web = 3", INTAKE_WEB_PORT="80")


def test_relays_are_addresses_and_networks(config: Path) -> None:
    named = loaded(config, '[mail]\nrelays = ["192.0.2.7", "2001:db8::/32"]').mail.relays
    assert named == ["192.0.2.7", "2001:db8::/32"]
    assert loaded(config, INTAKE_MAIL_RELAYS="192.0.2.7, 10.0.0.0/8").mail.relays == ["192.0.2.7", "10.0.0.0/8"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("192.0.2.7/24", "192.0.2.7/24 has host bits set. Cure: write addresses such as 192.0.2.7, or networks"),
        ("mx.example.org", "'mx.example.org' does not appear to be an IPv4 or IPv6 network. Cure: write addresses"),
        ("", "'' does not appear to be an IPv4 or IPv6 network. Cure: write addresses"),
    ],
)
def test_a_relay_that_is_no_network_is_named(config: Path, wrong: str, why: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"intake.toml: mail.relays: {why}")):
        loaded(config, f'[mail]\nrelays = ["{wrong}"]')


def test_a_missing_file_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"{tmp_path / 'intake.toml'} is missing. Cure: copy")):
        load({"INTAKE_CONFIG": str(tmp_path)})


def test_a_file_that_is_no_text_is_named(config: Path) -> None:
    (config / "intake.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(SettingsError, match="is not valid TOML"):
        load({"INTAKE_CONFIG": str(config)})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("", ""), ""),
        (('slug = "rai"', 'slug = "opinion"'), "slug: opinion is used twice. Cure: give each desk its own."),
        (
            ('addresses = ["rai@harbourpost.example"]', 'addresses = ["OpEd@harbourpost.example"]'),
            "addresses: oped@harbourpost.example is used twice.",
        ),
        (("promise_days = 3", "promis_days = 3"), "promis_days is no key here. Cure: did you mean promise_days?"),
        (("promise_days = 3", 'promise_days = "3"'), "promise_days: Input should be a valid integer. Cure: "),
        (('"Africa/Tripoli"', '"Africa/Atlantis"'), "'Africa/Atlantis' is no IANA time zone. Cure: "),
        (("opens = 09:00:00", "opens = 18:00:00"), "opens must be earlier than closes. Cure: "),
        (('"sun", "mon"', '"Sunday", "mon"'), "days must name at least one of"),
        (
            ("min_words = 400", "min_words = 400\nmin_wrods = 1"),
            "min_wrods is no key here. Cure: did you mean min_words?",
        ),
        (("[desk.calendar]", "[desk.calender]"), "calender is no key here. Cure: did you mean calendar?"),
    ],
)
def test_a_faulty_desk_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "desks.toml"
    path.write_text(DESKS.replace(*change, 1) if said else DESKS, encoding="utf-8")
    if not said:
        assert len(load_desks(path).every) == 2
        return
    with pytest.raises(SettingsError, match=re.escape(said)) as refused:
        load_desks(path)
    assert str(refused.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no [[desk]] is defined. Cure: copy one"),
        ("[desk]\nslug = 'a'", "desk must be a list of tables. Cure: write [[desk]]"),
        ("[[desks]]\nslug = 'a'\n" + DESKS, "desks is no key here. Cure: this file holds [[desk]] tables only."),
    ],
)
def test_a_desks_file_of_another_form_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "desks.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(said)):
        load_desks(path)
