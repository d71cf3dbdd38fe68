"""A person with a Chromium of their own, who holds every page they open to what every page must be.

It knows no page and no journey. Axe reads the whole page in the light; what the dark can change is contrast alone.
"""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

AXE = Axe().axe_script
WIDTHS = (1280, 390)
PICTURES = os.environ.get("PICTURES", "")
"""A folder in which to keep a picture of every page in every width and theme, to look at; nothing is kept without."""

THOROUGH = os.environ.get("THOROUGH", "")
"""Set to have axe read each page of a journey at either width; without, at the first: it finds the same at both."""

ASK_AXE = """async (rules) => {
  // Asked for findings alone, axe does not describe what is right: half the time, and the same findings.
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run({ resultTypes: ["violations"], ...only });
  return found.violations.map((one) => [one.id, one.help, ...one.nodes.map((each) => each.html)]);
}"""
SIZES = """async () => {
  await document.fonts.ready;
  const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return loaded.map((one) => [one.name, one.encodedBodySize]);
}"""
STRUCTURE = """[...document.querySelectorAll("*")].map((one) => {
  const named = [...one.attributes].filter((each) => ["class", "role", "lang", "dir", "type"].includes(each.name));
  return [one.tagName, one.childElementCount, one.attributes.length, ...named.map((each) => each.value)].join(" ");
}).join("\\n")"""
_SEEN: set[tuple[str, int, str]] = set()
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CAN_BE_REACHED = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0)"""
SMALL_TARGETS = f"""() => {CAN_BE_REACHED}.filter((one) => {{
  // A link within a sentence is as high as its line (WCAG 2.2, 2.5.8, "Inline").
  const alone = one.parentElement.textContent.trim() === one.textContent.trim();
  if (one.matches("[tabindex]") || (getComputedStyle(one).display === "inline" && !alone)) return false;
  const whole = getComputedStyle(one, "::after").position === "absolute" ? one.closest(".row") : one;
  const place = whole.getBoundingClientRect();
  const hidden = place.bottom < 0 || place.width <= 1; // the skip link until it has the focus; a file's own button
  return !hidden && (place.width < 23.5 || place.height < 23.5);
}}).map((one) => one.outerHTML.slice(0, 160))"""
UNSEEN_FOCUS = f"""() => {CAN_BE_REACHED}.filter((one) => {{
  one.focus({{ preventScroll: true }});
  const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return !outlined(getComputedStyle(one)) && !outlined(getComputedStyle(one, "::after"));
}}).map((one) => one.outerHTML.slice(0, 160))"""


class Visitor:
    """A person with a browser of their own, who notices what should not be there."""

    def __init__(self, browser: Browser, base: str, language: str, width: int = 1280, *, scripts: bool = True) -> None:
        self.base, self.scripts, self.width, self.language = base, scripts, width, language
        context = browser.new_context(
            locale=language,
            viewport={"width": width, "height": 900},
            extra_http_headers={"Accept-Language": language},
            java_script_enabled=scripts,
            reduced_motion="reduce",  # a colour on its way from one theme to the other is not a colour of the page
        )
        self.page: Page = context.new_page()
        self.expected = 200
        self.faults: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda asked: self._notice(asked.url))

    def _hear(self, kind: str, said: str) -> None:
        # A refused form is answered 422, which Chromium writes down as an error.
        if kind in ("error", "warning") and not re.search(rf"status of (422|{self.expected})\b", said):
            self.faults.append(said)

    def _notice(self, address: str) -> None:
        if urlsplit(address).netloc not in (urlsplit(self.base).netloc, ""):
            self.faults.append(f"a request left the host: {address}")

    def open(self, address: str) -> None:
        """Open a page and look it over."""
        answer = self.page.goto(address if address.startswith("http") else self.base + address)
        assert (self.page.url, answer and answer.status) == (self.page.url, self.expected)
        self.look()

    def follow(self, link: str) -> None:
        """Go where the first link that a selector finds leads, and look at what comes."""
        self.page.locator(link).first.click()
        self.page.wait_for_load_state()
        self.look()

    def type(self, **values: str) -> None:
        """Type into fields of the open page, by their names."""
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)

    def leave(self) -> None:
        """Close this person's browser."""
        self.page.context.close()

    def look(self) -> None:
        """Hold the open page, at its width and in both themes, to what every page must be."""
        if self.scripts and self._is_new():
            self._ask_axe()
            self._turn("dark")
            self._ask_axe("color-contrast")
            self._turn("light")
        self._measure()

    def _is_new(self) -> bool:
        """Tell whether no page of this structure was looked at yet, in this language (thoroughly: at this width)."""
        shape = (self.language, self.width if THOROUGH else 0, self.page.evaluate(STRUCTURE))
        seen = shape in _SEEN
        _SEEN.add(shape)
        return not seen

    def look_all_over(self, name: str) -> None:
        """Hold the open page to it at both widths, in the light and in the dark; ``name`` is its picture's.

        What does not change with width and theme is looked at once: that whatever has the focus shows it. Of pages
        that differ in their words alone, as those of errors do, axe is asked about the first.
        """
        new = self._is_new()
        self._walk_by_keyboard()
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for theme in ("light", "dark"):
                self._turn(theme)
                rule = _LOOKED_AT[width, theme]
                if new and rule is not None:
                    self._ask_axe(rule)
                if PICTURES:
                    kept = Path(PICTURES) / f"{name}-{self.language}-{width}-{theme}.png"
                    self.page.screenshot(path=kept, full_page=True)
            self._measure()
        self._turn("light")

    def _turn(self, theme: Literal["light", "dark"] | str) -> None:
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")

    def _ask_axe(self, rule: str = "") -> None:
        if self.page.evaluate("typeof axe === 'undefined'"):
            self.page.evaluate(AXE)
        assert (self.page.url, self.page.evaluate(ASK_AXE, [rule] if rule else [])) == (self.page.url, [])

    def _measure(self) -> None:
        wide, small = self.page.evaluate(f"[{TOO_WIDE}, ({SMALL_TARGETS})()]") if self.scripts else (0, [])
        touched = self.page.viewport_size == {"width": WIDTHS[1], "height": 900}
        assert (self.page.url, wide, self.faults) == (self.page.url, 0, [])
        assert not (touched and small), f"{self.page.url}: {small}"

    def loaded(self) -> tuple[int, int]:
        """Return the bytes that the open page made the browser load, as they were sent: all, and all but the fonts."""
        sizes = self.page.evaluate(SIZES)
        return sum(size for _, size in sizes), sum(size for name, size in sizes if not name.endswith(".woff2"))

    def _walk_by_keyboard(self) -> None:
        """Focus everything that can have the focus, as Tab does, and see that it shows."""
        self.page.keyboard.press("Tab")  # from here on Chromium shows a focus that a script moves, too
        assert (self.page.url, self.page.evaluate(UNSEEN_FOCUS)) == (self.page.url, [])

    def press(self, action: str) -> None:
        """Press the main button of the form that is sent to an address ending so, and look at what comes."""
        form = self.page.locator(f'form[action$="{action}"]').last
        every = form.locator("button.button:visible")
        main = form.locator("button.button:not(.quiet, .plain, .small):visible")
        (main if main.count() else every).last.click()
        self.page.wait_for_load_state()
        self.look()


_LOOKED_AT = {(1280, "light"): "", (1280, "dark"): "color-contrast", (390, "light"): None, (390, "dark"): None}
"""Which of axe's rules a look can break, "" for all: structure and colours are the same at every width."""
