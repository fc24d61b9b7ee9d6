"""The benchmark: `make bench`. JSON on standard output, a readable table on standard error.

`PNE_BENCH_N` patients (1,000 unless said) and a tenth of them, for how times grow. `PNE_BENCH_FOLDER` keeps the
databases from one run to the next.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pne_tracker.cli import collect_seldom
from tests import bench_billing, bench_pages, bench_planner, bench_reminders, bench_stage, bench_writes

PARTS = {
    "P10 billing": bench_billing.measure,
    "P10 planner": bench_planner.measure,
    "P9 reminders": bench_reminders.measure,
}
GROWTH = {"P1": 0.10, "P2": 0.10, "P3": 0.10, "P4": 0.10, "P7": 0.10, "P8": 0.10, "P5": 1.1, "P6": 1.1}
Rows = dict[str, dict[str, Any]]


@contextmanager
def _folder() -> Iterator[Path]:
    kept = os.environ.get("PNE_BENCH_FOLDER")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _grown(small: Rows, large: Rows, times: float) -> None:
    """Adds to the rows how their time grew: the exponent of a power of the number of patients."""
    for name, row in large.items():
        most, before = GROWTH.get(name.split()[0]), small.get(name)
        if most is None or before is None:
            continue
        growth = math.log(row["median_ms"] / before["median_ms"]) / math.log(times)
        fine = growth <= most
        row |= {"growth": round(growth, 2), "most_growth": most, "ok": row["ok"] and fine}


def measure() -> Rows:
    """Every part."""
    collect_seldom()
    patients = bench_stage.size()
    few = max(patients // 10, bench_stage.SMALLEST)
    sizes = sorted({few, patients})
    by_size: list[Rows] = []
    with _folder() as folder:
        for one in sizes:
            print(f"{one:,} patients ...", file=sys.stderr)
            url = bench_stage.database(folder, one)
            by_size.append(bench_pages.measure(url, folder) | bench_writes.measure(url, folder))
    if len(by_size) == 2:
        _grown(by_size[0], by_size[1], patients / few)
    return {"patients": {"n": patients, "ok": True}, **by_size[-1], **_parts()}


def _parts() -> Rows:
    return {name: part() for name, part in PARTS.items()}


def main() -> int:
    """Measure every part; exit 1 when one misses its figure."""
    found = measure()
    print(json.dumps(found, indent=2))
    for name, figures in found.items():
        shown = "  ".join(f"{what} {value}" for what, value in figures.items() if what != "ok")
        print(f"{name:34} {'holds ' if figures['ok'] else 'MISSES'}  {shown}", file=sys.stderr)
    return 0 if all(figures["ok"] for figures in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
