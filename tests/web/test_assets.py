"""Style, scripts and fonts are kept by browsers for a year, and asked for anew when any of them changes."""

import gzip
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


def answer(client: FlaskClient, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    with client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}) as found:
        return found.status_code, dict(found.headers), found.data


def test_text_travels_compressed_to_whom_it_suits(client: FlaskClient) -> None:
    style = style_of(client)
    font = style.replace("app.css", "fonts/ibm-plex-sans-latin-400.woff2")
    _, plain, content = answer(client, style)
    _, packed, data = answer(client, style, Accept_Encoding="gzip, br")
    part = answer(client, style, Accept_Encoding="gzip", Range="bytes=0-9")
    assert gzip.decompress(data) == content
    whole = (plain, packed, answer(client, style, Accept_Encoding="gzip;q=0")[1], answer(client, font)[1])
    assert [headers.get("Content-Encoding") for headers in whole] == [None, "gzip", None, None]
    assert (part[0], part[2], "Accept-Encoding" in packed["Vary"]) == (206, content[:10], True)
    assert plain["ETag"] != packed["ETag"]
    again = answer(client, style, Accept_Encoding="gzip", If_None_Match=packed["ETag"])
    assert (again[0], again[2]) == (304, b"")


def test_the_address_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a").write_text("one")
    first = version(tmp_path)
    (tmp_path / "fonts" / "a").write_text("two")
    second = version(tmp_path)
    (tmp_path / "fonts" / "a").rename(tmp_path / "fonts" / "b")
    assert len({first, second, version(tmp_path), version(tmp_path / "fonts")}) == 4
