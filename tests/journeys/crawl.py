"""Every page a role can reach: from links found on pages, and from the rules that no link leads to."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from pne_tracker.domain.access import Permission, Role, roles_with
from pne_tracker.web.policies import permission_of

FILES = ("/photo", ".<kind>", ".csv", ".xlsx", ".pdf", ".json", ".ics", ".zip", ".x12", ".js", ".webmanifest")
NOT_PAGES = ("/static/", "/api/", "/fhir/", "/healthz", "/readyz", "/security/", "/session")
EXAMPLES = 2


class Crawl:
    """Walks breadth-first; of pages of one kind (endpoint and names of query fields) a few examples do.

    `always` are looked at whatever was seen, after all else; `before` is the walk of somebody else whose examples
    count. `endpoint` is that of the page where the walk stands.
    """

    def __init__(
        self,
        app: Flask,
        role: Role,
        starts: list[str],
        examples: int = EXAMPLES,
        always: Sequence[str] = (),
        before: Crawl | None = None,
    ) -> None:
        self.map = app.url_map.bind("localhost")
        self.examples = examples
        self.seen: Counter[tuple[str, ...]] = Counter(before.seen if before else ())
        self.always = frozenset(always)
        self.endpoints: set[str] = set()
        self.endpoint = ""
        self.queue: deque[str] = deque()
        self.known: set[str] = set()
        self.found(starts)
        self.last = deque(self.always - self.known)

    def found(self, links: list[str]) -> None:
        """Links to follow, in their order."""
        for link in links:
            path = urlsplit(link).path
            if link in self.known or path.startswith(NOT_PAGES) or path.endswith(FILES):
                continue
            self.known.add(link)
            self.queue.append(link)

    def __iter__(self) -> Iterator[str]:
        while self.queue or self.last:
            link = (self.queue or self.last).popleft()
            kind = self._kind(link)
            if kind is None or (self.seen[kind] >= self.examples and link not in self.always):
                continue
            self.seen[kind] += 1
            self.endpoint = kind[0]
            self.endpoints.add(self.endpoint)
            yield link

    def _kind(self, link: str) -> tuple[str, ...] | None:
        parts = urlsplit(link)
        try:
            endpoint, _values = self.map.match(parts.path, method="GET")
        except HTTPException:
            return ("unknown", parts.path)
        return (endpoint, *sorted(parse_qs(parts.query, keep_blank_values=True)))


def rules_of(app: Flask, role: Role) -> list[Rule]:
    """The rules of pages that `role` may open by GET."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and not rule.rule.startswith(NOT_PAGES)
        and not rule.rule.endswith(FILES)
        and role in _roles(app, rule)
    ]


def _roles(app: Flask, rule: Rule) -> tuple[Role, ...]:
    permission = permission_of(app, rule.endpoint)
    if permission is None or permission is Permission.PUBLIC:
        return ()
    return roles_with(permission)


def starts_of(app: Flask, role: Role, ids: dict[str, UUID]) -> list[str]:
    """The addresses of the role's rules that need no id, and of those whose ids are known."""
    with app.test_request_context():
        built = []
        for rule in rules_of(app, role):
            values = {name: ids[name] for name in rule.arguments if name in ids}
            if rule.arguments <= set(values):
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
                built.append(urlsplit(address).path)
    return built
