/* How far the document can be scrolled sideways, in px, and what sticks out the most. */
() => {
  const root = document.documentElement;
  const over = Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth;
  if (over <= 0) return null;
  const scrolls = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const widest = [...document.body.querySelectorAll("*")]
    .filter((element) => !scrolls(element))
    .sort((one, two) => two.getBoundingClientRect().right - one.getBoundingClientRect().right)[0];
  return `${over} px: ${widest.tagName.toLowerCase()}.${widest.className} "${widest.textContent.trim().slice(0, 40)}"`;
};
