"""The benchmark: `make bench`. JSON on standard output, a readable table on standard error."""

from __future__ import annotations

import json
import sys

from tests import bench_billing, bench_planner, bench_reminders

PARTS = {
    "billing": bench_billing.measure,
    "planner": bench_planner.measure,
    "reminders": bench_reminders.measure,
}


def main() -> int:
    """Measure every part; exit 1 when one misses its figure."""
    found = {name: measure() for name, measure in PARTS.items()}
    print(json.dumps(found, indent=2))
    for name, figures in found.items():
        for what, value in figures.items():
            print(f"{name:10} {what:28} {value}", file=sys.stderr)
    return 0 if all(figures["ok"] for figures in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
