"""Two hands that do the same tasks: a mouse that counts its clicks, a keyboard that counts Tabs."""

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from tests.browser.tab import Tab

_MOST_STEPS = 120
_HAS_FOCUS = "e => e === document.activeElement || e.contains(document.activeElement)"
_IS_BEFORE = """e => document.activeElement !== document.body
    && !!(e.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"""
_ARROWS = {"radio": "ArrowDown", "tab": "ArrowRight"}


class Hand(Protocol):
    """Someone at the dashboard. `effort` is what their last task took."""

    effort: int

    def begin(self) -> None:
        """Be on the Overview, and count from here."""

    def press(self, target: Locator) -> None:
        """Press a button, a link, or a switch, or open a fold."""

    def choose(self, target: Locator, steps: int = 1) -> None:
        """Choose a tab or a radio button that is so many steps after the chosen one."""

    def write(self, target: Locator, text: str) -> None:
        """Write into a field."""

    def is_led_to(self, target: Locator) -> None:
        """The page itself gives the focus to what to press next."""


class Mouse:
    """Clicks, and types where it clicked."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.effort = 0

    def begin(self) -> None:
        """With the menu, which doesn't count."""
        self.tab.go_to("Overview")
        self.effort = 0

    def press(self, target: Locator) -> None:
        """One click."""
        self.tab.wait_until_settled()
        if target.evaluate("e => e.matches('[role=switch], [type=radio]')"):
            target = target.locator("xpath=ancestor::label")
        target.click()
        self.effort += 1

    def choose(self, target: Locator, steps: int = 1) -> None:
        """One click, whether or not it's far."""
        assert steps > 0
        self.press(target)

    def write(self, target: Locator, text: str) -> None:
        """A click into the field, and the text."""
        self.press(target)
        target.fill(text)

    def is_led_to(self, target: Locator) -> None:
        """It's there to be clicked."""
        expect(target).to_be_visible()


class Keys:
    """Never touches the mouse. Enter, Space, and arrows don't count, the way to them does."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.effort = 0

    @property
    def page(self) -> Page:
        """Where the keys go."""
        return self.tab.page

    def begin(self) -> None:
        """With the address bar."""
        self.tab.open("?connection=practice")
        self.effort = 0

    def press(self, target: Locator) -> None:
        """Tab to it, and press Enter; a switch takes Space."""
        self._go_to(target)
        is_switch = target.evaluate("e => e.matches('[type=checkbox], [role=switch]')")
        self.page.keyboard.press("Space" if is_switch else "Enter")

    def choose(self, target: Locator, steps: int = 1) -> None:
        """Tab to the chosen one of its group, then arrows."""
        role = target.evaluate("e => e.getAttribute('role') || e.type")
        group = self.page.locator("[role=tablist], [role=radiogroup]").filter(has=target)
        self._go_to(group)
        for _ in range(steps):
            self.page.keyboard.press(_ARROWS[role])
        self.page.keyboard.press("Enter" if role == "tab" else "Space")

    def write(self, target: Locator, text: str) -> None:
        """Tab to the field, and type."""
        self._go_to(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def is_led_to(self, target: Locator) -> None:
        """Without a press of Tab."""
        expect(target).to_be_focused()

    def _go_to(self, target: Locator) -> None:
        """Press Tab until it has the focus; Shift and Tab if it's further up."""
        self.tab.wait_until_settled()
        target.wait_for()
        for _ in range(_MOST_STEPS):
            if target.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("Shift+Tab" if target.evaluate(_IS_BEFORE) else "Tab")
            self.effort += 1
        raise AssertionError(f"{_MOST_STEPS} presses of Tab don't reach {target}")
