"""The forms of a page as a person would send them: what stands in each field, and something where nothing stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {
    "date": "2026-11-20",
    "number": "3",
    "email": "someone@example.org",
    "time": "09:00",
    "tel": "5550100",
}
UNSENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """Where a form goes, and what it sends."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self.form: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(has.get("action") or self.page, has.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input" and has.get("name"):
            self._input(self.form, has)
        elif tag == "select":
            self.select = has.get("name", "")
        elif tag == "option" and self.select and (has.get("value") or "selected" in has):
            if "selected" in has or not self.form.fields.get(self.select):
                self.form.fields[self.select] = has.get("value", "")
        elif tag == "textarea":
            self.area = has.get("name", "")
            self.form.fields[self.area] = ""

    def _input(self, form: Form, has: dict[str, str]) -> None:
        name, kind = has["name"], has.get("type", "text")
        if kind in UNSENT:
            return
        if kind in {"radio", "checkbox"}:
            if "checked" in has or (kind == "radio" and name not in form.fields):
                form.fields[name] = has.get("value", "on")
        else:
            form.fields[name] = has.get("value") or ("" if kind == "hidden" else TYPED.get(kind, "Words"))

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.form is not None and self.area:
            self.form.fields[self.area] = self.form.fields[self.area].strip() or "Words"
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.form = None


def forms_of(page: str, html: str) -> list[Form]:
    """The forms on the page at that address that are sent by POST."""
    reader = _Reader(page)
    reader.feed(html)
    return [form for form in reader.forms if form.method == "post"]
