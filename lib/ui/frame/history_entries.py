"""One entry in the browser's history for each step, so that Back goes back one step.

Streamlit adds up to three entries when a button leads to another page, one more when it adds the
connection to an address without it, and none when a filter changes. Here, the first change of the
address after a click or a key adds an entry, and every other change replaces it.
"""

ONE_ENTRY_A_STEP = """{
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  let isStep = false;
  for (const kind of ["click", "keydown"])
    window.addEventListener(kind, () => { isStep = true; }, true);
  window.addEventListener("popstate", () => { isStep = false; }, true);
  history.pushState = history.replaceState = (state, title, url) => {
    const isOther = new URL(url ?? "", location.href).href !== location.href;
    (isStep && isOther ? push : replace)(state, title, url);
    if (isOther) isStep = false;
  };
}"""
