/* What can be read off a page: evaluated in it by checks.py. */
() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const called = (element) => `${element.tagName.toLowerCase()}#${element.id || element.name || "?"}`;
  const labelled = (control) =>
    (control.labels && control.labels.length > 0) ||
    control.getAttribute("aria-label") ||
    (control.getAttribute("aria-labelledby") || "").split(" ").some((id) => id && document.getElementById(id));
  const controls = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return {
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    unlabelled: controls.filter((control) => !labelled(control)).map(called),
    doubled: [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))],
    empty: [...document.querySelectorAll("main a, main button")]
      .filter((element) => shown(element) && !element.textContent.trim() && !element.getAttribute("aria-label"))
      .map(called),
    links: [...document.querySelectorAll("a[href]")]
      .filter((link) => link.origin === location.origin && !link.hasAttribute("download"))
      .map((link) => link.pathname + link.search),
  };
};
