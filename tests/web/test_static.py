"""What look.md promises of the stylesheet, the fonts and the scripts, measured."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "intake" / "web" / "static"
STYLE = (STATIC / "app.css").read_text(encoding="utf-8")
TOKENS = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")
GROUNDS = ("paper", "sheet", "wash")
SIGNALS = ("wait", "stop", "good", "info")
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|[;{\s](?:left|right):|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
)


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of each theme: the light ones, and both places that say the dark ones."""
    light, rest = STYLE.split("@media (prefers-color-scheme: dark)", 1)
    device, chosen = rest.split(':root[data-theme="dark"]', 1)
    return {
        "light": dict(TOKENS.findall(light)),
        "dark by device": dict(TOKENS.findall(device)),
        "dark by choice": dict(TOKENS.findall(chosen.split("}", 1)[0])),
    }


def luminance(colour: str) -> float:
    """Return the relative luminance of a #rrggbb colour (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs() -> list[tuple[str, str]]:
    on_grounds = [(ink, ground) for ink in ("ink", "grey-text", "accent", *SIGNALS) for ground in GROUNDS]
    on_washes = [(text, f"{signal}-wash") for signal in SIGNALS for text in (signal, "ink")]
    return [
        *on_grounds,
        *on_washes,
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("accent-strong", "accent-wash"),
        ("grey-text", "accent-wash"),
    ]


@pytest.mark.parametrize("theme", ["light", "dark by device", "dark by choice"])
def test_every_text_stands_out_from_its_ground(theme: str) -> None:
    colours = themes()[theme]
    weak = {pair: round(found, 2) for pair in pairs() if (found := contrast(colours[pair[0]], colours[pair[1]])) < 4.5}
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark by device"])
def test_the_edge_of_a_control_can_be_seen(theme: str) -> None:
    colours = themes()[theme]
    assert [ground for ground in GROUNDS if contrast(colours["grey-edge"], colours[ground]) < 3] == []


def test_both_ways_into_the_dark_are_one() -> None:
    assert themes()["dark by device"] == themes()["dark by choice"]


def test_a_known_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_stylesheet_is_small_and_knows_no_left_or_right() -> None:
    assert len(STYLE.encode()) < 40_000
    assert PHYSICAL.findall(STYLE) == []


def test_the_fonts_are_small_licensed_and_all_there() -> None:
    fonts = STATIC / "fonts"
    named = set(re.findall(r'url\("fonts/([^"]+)"\)', STYLE))
    assert named == {path.name for path in fonts.glob("*.woff2")}
    assert sum(path.stat().st_size for path in fonts.glob("*.woff2")) <= 500_000
    for path in fonts.glob("*.woff2"):
        family = re.sub(r"(-latin)?-\d+$", "", path.stem)
        assert "SIL Open Font License" in (fonts / f"{family}.OFL.txt").read_text(encoding="utf-8")


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in STATIC.glob("*.*"):
        outside = re.findall(r"https?://(?!www\.w3\.org/)\w\S+", path.read_text(encoding="utf-8"))
        assert outside == [], path.name


def test_the_scripts_are_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in STATIC.glob("*.js")}
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines >= 150} == {}
