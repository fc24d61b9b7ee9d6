/* Whether the element that has the focus shows it: its look with the focus against its look without. */
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const near = [at, at.parentElement, at.nextElementSibling, ...(at.labels || [])].filter(Boolean);
  const look = () =>
    near
      .flatMap((element) => [null, "::before", "::after"].map((part) => getComputedStyle(element, part)))
      .map((s) => [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine].join("|"))
      .join("\n");
  const box = at.getBoundingClientRect();
  const name = `${at.tagName.toLowerCase()}#${at.id || at.name || at.textContent.trim().slice(0, 30)}`;
  const focused = look();
  at.blur();
  const away = box.width === 0 || box.height === 0;
  /* The picker inside a date field keeps the focus: there the outline alone is looked at. */
  const kept = document.activeElement === at;
  const style = getComputedStyle(at);
  const seen = kept ? style.outlineStyle !== "none" && style.outlineWidth !== "0px" : focused !== look();
  return { name, seen: seen && !away };
};
