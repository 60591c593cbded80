// Suggests names of fields and objects while someone types a query into Streamlit's text area, and
// tells the page what is typed, so that it can name a wrong name before the text counts.
const TRIES = 20, PAUSE_MS = 100, TYPED_MS = 600, MOST = 8
const WORDS = new Set(("select from where and or not in like order group by limit offset asc desc " +
  "nulls first last having null true false includes excludes using scope with for typeof when then " +
  "else end today yesterday tomorrow").split(" "))

export default function ({ data, parentElement, setTriggerValue }) {
  attach({ data, parentElement, setTriggerValue }, TRIES)
}

// The text area may be drawn later than this, or again.
function attach(given, tries) {
  const area = document.querySelector(`.st-key-${given.data.input} textarea`)
  if (area) {
    if (!area.names) area.names = new Names(area)
    area.names.take(given)
  }
  if (tries) setTimeout(() => attach(given, tries - 1), PAUSE_MS)
}

class Names {
  constructor(area) {
    this.area = area
    area.addEventListener("input", () => { this.show(); this.tell() })
    area.addEventListener("keydown", event => this.press(event))
    area.addEventListener("blur", () => { clearTimeout(this.timer); this.close() })
    area.addEventListener("click", () => this.close())
    document.addEventListener("scroll", () => this.close(), { capture: true, passive: true })
  }

  take({ data, parentElement, setTriggerValue }) {
    this.objects = data.objects
    this.setTriggerValue = setTriggerValue
    let list = parentElement.querySelector(".optback-names")
    if (!list) {
      list = document.createElement("ul")
      list.className = "optback-names"
      list.id = `names-${data.input}`
      list.hidden = true
      list.setAttribute("role", "listbox")
      list.setAttribute("aria-label", "Names")
      parentElement.append(list)
    }
    this.list = list
    this.area.setAttribute("aria-autocomplete", "list")
    this.area.setAttribute("aria-controls", list.id)
  }

  tell() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.setTriggerValue("typed", this.area.value), TYPED_MS)
  }

  press(event) {
    if (event.ctrlKey && event.key === " ") this.show(true)
    else if (this.list.hidden || event.ctrlKey || event.metaKey || event.altKey) return this.close()
    else if (event.key === "ArrowDown") this.choose(this.at + 1)
    else if (event.key === "ArrowUp") this.choose(this.at - 1)
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.take_over(this.at)
    else if (event.key === "Escape") this.close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  show(isAsked = false) {
    const before = this.area.value.slice(0, this.area.selectionStart)
    const word = before.match(/[\w.]*$/)[0]
    this.start = before.length - word.length
    const isText = (before.replace(/\\./g, "").match(/'/g) ?? []).length % 2
    const isNumber = /^[\d.]/.test(word), isWord = WORDS.has(word.toLowerCase())
    if (isText || isNumber || isWord || !(word || isAsked)) return this.close()
    this.found = this.find(before, word).slice(0, MOST)
    const isDone = this.found.length === 1 && this.found[0][0].toLowerCase() === word.toLowerCase()
    if (!this.found.length || isDone) return this.close()
    this.draw()
  }

  find(before, word) {
    if (/\bfrom\s+\w*$/i.test(before)) {
      return ranked(this.objects.map(one => [one.name, one.label]), word)
    }
    const from = around(this.area.value, this.start).match(/\bfrom\s+(\w+)(?:\s+(?:as\s+)?(\w+))?/i)
    const object = this.objects.find(one => one.name.toLowerCase() === from?.[1].toLowerCase())
    if (!object) return []
    for (const own of [from[2], object.name]) {
      const prefix = own && `${own}.`.toLowerCase()
      if (prefix && !WORDS.has(own.toLowerCase()) && word.toLowerCase().startsWith(prefix)) {
        this.start += prefix.length
        return ranked(object.fields, word.slice(prefix.length))
      }
    }
    return ranked(object.fields, word)
  }

  draw() {
    this.list.replaceChildren(...this.found.map(([path, label], at) => {
      const option = document.createElement("li"), name = document.createElement("b")
      option.id = `${this.list.id}-${at}`
      option.setAttribute("role", "option")
      name.textContent = path
      option.append(name)
      if (label !== path) {
        const words = document.createElement("span")
        words.textContent = label
        option.append(words)
      }
      option.onpointerdown = event => { event.preventDefault(); this.take_over(at) }
      return option
    }))
    this.list.hidden = false
    this.choose(0)
    this.place()
  }

  choose(at) {
    this.at = (at + this.found.length) % this.found.length
    for (const [place, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", place === this.at)
      if (place === this.at) option.scrollIntoView({ block: "nearest" })
    }
    this.area.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`)
  }

  // Below the word, or above it where there is no room.
  place() {
    const { left, top, line } = placeOf(this.area, this.start), list = this.list
    const isBelow = top + line + list.offsetHeight < innerHeight
    list.style.left = `${Math.max(8, Math.min(left, innerWidth - list.offsetWidth - 12))}px`
    list.style.top = `${isBelow ? top + line + 2 : Math.max(4, top - list.offsetHeight - 2)}px`
  }

  take_over(at) {
    const [path] = this.found[at], { area } = this
    area.focus()
    area.setSelectionRange(this.start, area.selectionStart)
    document.execCommand("insertText", false, path) // can be undone, and Streamlit hears of it
    this.close()
  }

  close() {
    if (this.list) this.list.hidden = true
    this.area.removeAttribute("aria-activedescendant")
  }
}

// The query around a place: the subquery it is in, else all of it without its subqueries.
function around(text, at) {
  const open = []
  for (let place = 0; place < at; place++) {
    if (text[place] === "(") open.push(place)
    else if (text[place] === ")") open.pop()
  }
  const inner = open.reverse().find(place => /^\(\s*select\b/i.test(text.slice(place)))
  if (inner !== undefined) return text.slice(inner + 1)
  return text.replace(/\(\s*select\b[^()]*\)/gi, "()")
}

function ranked(names, word) {
  const wanted = word.toLowerCase()
  const rank = ([path, label]) => {
    const lower = path.toLowerCase()
    if (lower.startsWith(wanted)) return 0
    if (lower.split(".").pop().startsWith(wanted)) return 1
    if (label.toLowerCase().split(/[^\w]+/).some(part => part.startsWith(wanted))) return 2
    return wanted.length > 1 && lower.includes(wanted) ? 3 : 4
  }
  const known = names.map((name, at) => ({ name, at, rank: rank(name) })).filter(one => one.rank < 4)
  return known.sort((a, b) => a.rank - b.rank || a.at - b.at).map(one => one.name)
}

// Where a character is on the screen: measured in a copy of the text area.
function placeOf(area, at) {
  const style = getComputedStyle(area), copy = document.createElement("div")
  for (const name of ["font", "padding", "border", "letterSpacing", "lineHeight", "boxSizing"]) {
    copy.style[name] = style[name]
  }
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap",
    overflowWrap: "break-word", width: `${area.clientWidth}px` })
  copy.textContent = area.value.slice(0, at)
  const mark = document.createElement("span")
  mark.textContent = "|"
  copy.append(mark)
  document.body.append(copy)
  const box = area.getBoundingClientRect(), line = mark.offsetHeight
  const found = { left: box.left + mark.offsetLeft, top: box.top + mark.offsetTop - area.scrollTop, line }
  copy.remove()
  return found
}
