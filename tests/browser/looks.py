"""What a script can see wrong on a page: cut, on top of each other, sideways, jumping, or axe's."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 1440, 768, 390)
HEIGHTS = {1280: 800, 1440: 900, 768: 1024, 390: 844}
MOST_SHIFT = 0.1  # from the heading on, while a page loads
_LITTLE = 0.005
MOST_SHIFT_AT_THE_END = 0.02  # when a run ends

# Words that move once the heading is there, scored as browsers score a layout shift: the share of
# the window they cover, times how far they move. The platform's own first change of width and its
# gray placeholders, which have nothing to read, don't count.
_WATCH = """(() => {
    let since = 0
    window.shifts = []
    const look = () => {
        if (document.querySelector("h1")) since = performance.now()
        else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    const platforms = s => s.node?.dataset?.testid === "stMainBlockContainer"
    const read = s => s.node?.textContent?.trim() && s.node.checkVisibility?.() !== false
    const seen = r => Math.max(0, Math.min(r.right, innerWidth) - Math.max(r.left, 0))
        * Math.max(0, Math.min(r.bottom, innerHeight) - Math.max(r.top, 0))
    const far = s => Math.max(Math.abs(s.previousRect.x - s.currentRect.x),
        Math.abs(s.previousRect.y - s.currentRect.y))
    const area = s => Math.max(seen(s.previousRect), seen(s.currentRect))
    const at = r => [r.x, r.y, r.width, r.height].map(Math.round).join(" ")
    const words = s => `"${s.node.textContent.trim().slice(0, 30)}" `
        + `${at(s.previousRect)} > ${at(s.currentRect)}`
    const score = sources => Math.min(1, sources.reduce((sum, s) => sum + area(s), 0)
        / (innerWidth * innerHeight))
        * Math.max(...sources.map(far)) / Math.max(innerWidth, innerHeight)
    new PerformanceObserver(list => {
        for (const e of list.getEntries()) {
            const sources = e.sources.filter(read)
            if (since && e.startTime > since && !e.hadRecentInput && sources.length
                    && !e.sources.some(platforms))
                window.shifts.push([score(sources), sources.map(words)])
        }
    }).observe({ type: "layout-shift", buffered: true })
})()"""
# Text that its own box cuts off, unless a tooltip has it.
_CUT = """() => [...document.querySelectorAll(
        ':is([data-testid=stMain], [role=dialog]) :is(p, h1, h2, h3, h4, label, button, a, li, '
        + 'span, div, td, th, code, input[role=combobox])')]
    .filter(e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter(e => !e.closest('[class*=sr-only], canvas, [data-testid=stDataFrame]'))
    .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX)
        || e.tagName === 'INPUT')
    .filter(e => e.tagName === 'INPUT' ? e.value
        : [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
            || ['P', 'LABEL', 'H1', 'H2', 'H3'].includes(e.tagName) && e.textContent.trim())
    .filter(e => e.clientWidth > 1 && e.clientHeight > 1)
    .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 4)
    .filter(e => !e.closest('[title]'))
    .map(e => `"${(e.value || e.textContent).trim().slice(0, 60)}"`)"""
# Words of two elements at the same place. Each line of a text is a box.
_ON_EACH_OTHER = """() => {
    const boxes = []
    const main = document.querySelector('[data-testid=stMain]')
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
    const skip = 'svg, [data-testid=stDataFrame], [class*=sr-only], [data-testid=stVegaLiteChart],'
        + '[data-testid=stFileUploaderDropzoneInput], style, script, [aria-hidden=true]'
    while (texts.nextNode()) {
        const text = texts.currentNode, parent = text.parentElement
        if (!text.textContent.trim() || parent.closest(skip)) continue
        if (!parent.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
        const range = document.createRange()
        range.selectNodeContents(text)
        for (const box of range.getClientRects())
            if (box.width > 2 && box.height > 2 && shows(box, parent))
                boxes.push({ box, text, parent })
    }
    function shows(box, element) {
        const x = box.x + box.width / 2, y = box.y + box.height / 2
        if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return true
        const top = document.elementFromPoint(x, y)
        return !top || element.contains(top) || top.contains(element)
    }
    const found = new Set()
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
        if (a.text === b.text) return
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
        if (wide > 3 && high > 6)
            found.add(`"${a.text.textContent.trim().slice(0, 40)}" and `
                + `"${b.text.textContent.trim().slice(0, 40)}"`)
    }))
    return [...found]
}"""
_SIDEWAYS = """() => [document.documentElement,
        ...document.querySelectorAll('[data-testid=stMain], [data-testid=stSidebarContent]')]
    .filter(e => e.getBoundingClientRect().right > 0)  // a collapsed menu is next to the screen
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.tagName} ${e.dataset.testid}: ${e.scrollWidth} > ${e.clientWidth}`)"""


def watch(page: Page) -> None:
    """Note what moves, from the next page that is loaded on."""
    page.add_init_script(_WATCH)


def shift(page: Page) -> float:
    """How much has moved since the heading came, or since the last `forget_shifts`."""
    return float(sum(value for value, _ in page.evaluate("window.shifts")))


def moved(page: Page) -> list[str]:
    """What has moved, each with its places before and after."""
    shifts: list[tuple[float, list[str]]] = page.evaluate("window.shifts")
    return [f"{value:.3f}: {'; '.join(what)}" for value, what in shifts if value > _LITTLE]


def forget_shifts(page: Page) -> None:
    """What has moved until now doesn't count."""
    page.evaluate("() => { window.shifts.length = 0 }")


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def misplaced(page: Page) -> list[str]:
    """What scrolls sideways, is cut off, or is on top of something else, at this width."""
    cut = [f"cut off: {text}" for text in dict.fromkeys(page.evaluate(_CUT))]
    both = [f"on each other: {texts}" for texts in page.evaluate(_ON_EACH_OTHER)]
    return [f"sideways: {what}" for what in sideways(page)] + cut + both


def violations(page: Page) -> list[str]:
    """The rules of axe-core, best practices included, that the page as it is violates."""
    found = Axe().run(page).response["violations"]
    return [f"axe: {rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
