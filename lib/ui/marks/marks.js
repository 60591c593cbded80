// Draws one of the marks. Text only, never HTML: names come from records.
const COPIED_MS = 2500

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".root")
  const color = colorsOf(parentElement)
  const focused = root.getRootNode().activeElement?.dataset.id
  const draw = { balance, bar, timeline, waterfall, days, spark, copy }[data.kind]
  root.replaceChildren(...draw(data, color, setStateValue))
  if (focused !== undefined)
    [...root.querySelectorAll("[data-id]")].find(e => e.dataset.id === focused)?.focus()
}

// The theme's own colors, so that light and dark need no second set.
function colorsOf(parent) {
  const css = getComputedStyle(parent.host ?? parent)
  const chart = css.getPropertyValue("--st-chart-categorical-colors").split(",")
  const order = ["updated", "already_opted_out", "kept", "skipped", "failed", "pending"]
  const named = { quiet: "var(--st-gray-color)", main: "var(--st-blue-color)" }
  return name => named[name] ?? chart[order.indexOf(name)]?.trim() ?? named.quiet
}

function element(tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const grouped = number => number.toLocaleString("en-US")

function barOf(parts, picked, words, color) {
  const whole = element("div", "bar")
  whole.setAttribute("role", "img")
  whole.setAttribute("aria-label", words)
  for (const part of parts) {
    const area = element("i")
    area.style.flex = part.count
    area.style.background = color(part.color)
    area.style.opacity = picked && picked !== part.id ? 0.3 : 1
    area.title = `${grouped(part.count)} ${part.label}`
    whole.append(area)
  }
  return whole
}

function bar({ parts, words }, color) {
  return [barOf(parts, null, words, color)]
}

function balance({ parts, picked, words, canPick }, color, setStateValue) {
  const legend = element(canPick ? "div" : "ul", "legend")
  if (canPick) {
    legend.setAttribute("role", "group")
    legend.setAttribute("aria-label", "Show only")
  }
  for (const part of parts) {
    const word = element(canPick ? "button" : "li")
    const swatch = element("span", "swatch"), text = element("span")
    swatch.style.background = color(part.color)
    text.append(element("b", "", grouped(part.count)), ` ${part.label}`)
    word.append(swatch, text)
    if (canPick) {
      word.type = "button"
      word.dataset.id = part.id
      word.setAttribute("aria-pressed", picked === part.id)
      word.onclick = () => setStateValue("picked", picked === part.id ? null : part.id)
    }
    legend.append(word)
  }
  return [barOf(parts, picked, words, color), legend]
}

function timeline({ moments }, color) {
  const list = element("ol", "timeline")
  for (const moment of moments) {
    const item = element("li"), dot = element("span", "dot"), what = element("div")
    dot.style.borderColor = color(moment.color)
    if (moment.color !== "quiet") dot.style.background = color(moment.color)
    what.append(element("b", "", moment.title))
    if (moment.note) what.append(element("div", "quiet", moment.note))
    item.append(element("span", "when quiet", moment.when), dot, what)
    list.append(item)
  }
  return [list]
}

function waterfall({ steps }, color) {
  const list = element("ul", "waterfall"), whole = Math.max(1, steps[0]?.count ?? 0)
  let left = whole
  steps.forEach((step, place) => {
    if (!step.isTotal) left -= step.count
    const item = element("li", place && step.isTotal ? "end" : "")
    const track = element("div", "track"), area = element("i")
    area.style.left = `${step.isTotal ? 0 : (left / whole) * 100}%`
    area.style.width = `${(step.count / whole) * 100}%`
    area.style.background = color(step.color)
    track.append(area)
    const number = `${step.isTotal ? "" : "−"}${grouped(step.count)}`
    item.append(element("span", "", step.label), track, element("span", "number", number))
    list.append(item)
  })
  return [list]
}

function days({ days, words }, color) {
  const strip = element("div", "days")
  strip.setAttribute("role", "img")
  strip.setAttribute("aria-label", words)
  for (const day of days) {
    const area = element("i", day.height)
    area.style.background = color(day.color)
    area.title = day.title
    strip.append(area)
  }
  return [strip]
}

function spark({ values, words }, color) {
  const bars = element("div", "spark"), highest = Math.max(...values, 1)
  bars.setAttribute("role", "img")
  bars.setAttribute("aria-label", words)
  for (const value of values) {
    const area = element("i", value ? "" : "none")
    if (value) area.style.height = `${(value / highest) * 100}%`
    area.style.background = color("quiet")
    bars.append(area)
  }
  return [bars]
}

function copy({ label, text }) {
  const button = element("button", "copy", "Copy")
  button.type = "button"
  button.setAttribute("aria-label", label)
  button.onclick = async () => {
    try { await navigator.clipboard.writeText(text) }
    catch { copyAsOneDidBefore(button, text) } // the browser keeps the clipboard to itself
    button.textContent = "Copied"
    setTimeout(() => { button.textContent = "Copy" }, COPIED_MS)
  }
  return [button]
}

function copyAsOneDidBefore(button, text) {
  const area = element("textarea")
  area.value = text
  button.after(area)
  area.select()
  document.execCommand("copy")
  area.remove()
}
