"""Style, scripts and fonts are kept by browsers for a year, and asked for anew when any of them changes."""

import re
from pathlib import Path

from flask.testing import FlaskClient

from intake.web.assets import version

KEPT = "public, max-age=31536000, immutable"


def style_of(client: FlaskClient) -> str:
    found = re.search(r'href="(/static/[0-9a-f]{12}/app\.css)"', client.get("/account/login").text)
    assert found
    return found[1]


def kept(client: FlaskClient, path: str) -> tuple[int, set[str]]:
    with client.get(path) as answer:
        return answer.status_code, set(answer.headers.get("Cache-Control", "").split(", "))


def test_what_a_page_names_is_kept_for_a_year(client: FlaskClient) -> None:
    style = style_of(client)
    folder = style.removesuffix("app.css")
    for name in ("app.css", "theme.js", "favicon.svg", "fonts/ibm-plex-sans-latin-400.woff2", "vendor/squire.mjs"):
        assert kept(client, folder + name) == (200, set(KEPT.split(", "))), name


def test_a_page_from_before_an_upgrade_still_finds_its_style_and_keeps_nothing(client: FlaskClient) -> None:
    assert kept(client, "/static/000000000000/app.css") == (200, {"no-cache"})
    assert client.get(style_of(client).replace("app.css", "none.css")).status_code == 404
    assert client.get("/static/x/../../app.py").status_code == 404


def test_the_address_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a").write_text("one")
    first = version(tmp_path)
    (tmp_path / "fonts" / "a").write_text("two")
    second = version(tmp_path)
    (tmp_path / "fonts" / "a").rename(tmp_path / "fonts" / "b")
    assert len({first, second, version(tmp_path), version(tmp_path / "fonts")}) == 4
