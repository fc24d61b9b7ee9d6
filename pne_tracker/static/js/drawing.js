/* Drawing on the page: strokes as whole numbers from 0 to 1000, sent as JSON. Without this file a photo can be added. */
(() => {
  "use strict";

  const form = document.querySelector("[data-draw]");
  const paper = form && form.querySelector("canvas");
  const pen = paper && paper.getContext && paper.getContext("2d");
  if (!pen) return;
  const SIDE = 1000;
  const strokes = [];
  const kept = form.elements.namedItem("strokes");
  let stroke = null;
  form.hidden = false;

  const scale = () => paper.width / SIDE;

  function point(event) {
    const box = paper.getBoundingClientRect();
    const place = (value, start, length) => Math.max(0, Math.min(SIDE, Math.round(((value - start) / length) * SIDE)));
    return [place(event.clientX, box.left, box.width), place(event.clientY, box.top, box.height)];
  }

  function draw() {
    const style = getComputedStyle(paper);
    pen.clearRect(0, 0, paper.width, paper.height);
    pen.strokeStyle = style.color;
    pen.lineWidth = 8 * scale();
    pen.lineCap = pen.lineJoin = "round";
    for (const line of strokes) {
      pen.beginPath();
      pen.moveTo(line[0] * scale(), line[1] * scale());
      for (let at = 2; at < line.length; at += 2) pen.lineTo(line[at] * scale(), line[at + 1] * scale());
      if (line.length === 2) pen.lineTo(line[0] * scale() + 0.1, line[1] * scale());
      pen.stroke();
    }
  }

  paper.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    stroke = point(event);
    strokes.push(stroke);
    draw();
  });
  paper.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [x, y] = point(event);
    const last = stroke.length - 2;
    if (Math.abs(stroke[last] - x) + Math.abs(stroke[last + 1] - y) < 5) return;
    stroke.push(x, y);
    draw();
  });
  /* The form holds the drawing after each stroke, so that portal.js can keep it on the device. */
  function changed() {
    stroke = null;
    kept.value = strokes.length ? JSON.stringify(strokes) : "";
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  }

  for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => stroke && changed());
  form.querySelector("[data-draw-undo]").addEventListener("click", () => { strokes.pop(); draw(); changed(); });
  form.querySelector("[data-draw-clear]").addEventListener("click", () => { strokes.length = 0; draw(); changed(); });
  if (kept.value) {
    strokes.push(...JSON.parse(kept.value));
    draw();
  }
})();
