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

AXE = Axe()
WIDTHS = (1280, 390)
PICTURES = os.environ.get("PICTURES", "")
"""A folder in which to keep a picture of every page in every width and theme, to look at; nothing is kept without."""


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
        self.page.goto(address if address.startswith("http") else self.base + address)
        self.look()

    def look(self) -> None:
        """Hold the open page, at its width and in the light, to what every page must be."""
        if self.scripts:
            self._ask_axe()
        self._measure()

    def look_all_over(self, name: str) -> None:
        """Hold the open page to it at both widths, in the light and in the dark; ``name`` is its picture's."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for theme in ("light", "dark"):
                self._turn(theme)
                rule = _LOOKED_AT[width, theme]
                if rule is not None:
                    self._ask_axe(rule)
                if PICTURES:
                    kept = Path(PICTURES) / f"{name}-{self.language}-{width}-{theme}.png"
                    self.page.screenshot(path=kept, full_page=True)
            self._measure()
        self._turn("light")

    def _turn(self, theme: Literal["light", "dark"] | str) -> None:
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")

    def _ask_axe(self, rule: str = "") -> None:
        found = AXE.run(self.page, options={"runOnly": {"type": "rule", "values": [rule]}} if rule else None)
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"

    def _measure(self) -> None:
        measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        wide = self.page.evaluate(measure) if self.scripts else 0
        assert (self.page.url, wide, self.faults) == (self.page.url, 0, [])

    def focus_shows(self) -> bool:
        """Go on by one Tab and tell whether what has the focus now is outlined."""
        self.page.keyboard.press("Tab")
        return bool(self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'"))

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
