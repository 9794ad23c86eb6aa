"""Writes a run's figures as Markdown tables for people and as JSON for programs."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.run import Row, Run

_HEAD = ("", "median", "p5", "p95", "worst", "n", "goal", "")


def markdown(run: Run, machine: dict[str, str], load: tuple[float, float]) -> str:
    """The machine, and a table for each part."""
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    lines.append(f"- load before and after: {load[0]:.1f}, {load[1]:.1f}; seed {run.seed}{'; quick' * run.quick}")
    for part in dict.fromkeys(row.part for row in run.rows):
        lines += ["", f"### {part}", "", _line(_HEAD), _line(["---", *["---:"] * 5, "---", "---"])]
        lines += [_line(_cells(row)) for row in run.rows if row.part == part]
        notes = [f"- {row.what}: {row.note}" for row in run.rows if row.part == part and row.note]
        lines += ["", *notes] if notes else []
    return "\n".join(lines) + "\n"


def write(run: Run, machine: dict[str, str], load: tuple[float, float], directory: Path) -> str:
    """Write ``latest.json`` and ``latest.md`` to ``directory``, and return the tables."""
    directory.mkdir(parents=True, exist_ok=True)
    table = markdown(run, machine, load)
    (directory / "latest.md").write_text(table)
    result: dict[str, Any] = {"machine": machine, "load": load, "seed": run.seed, "quick": run.quick}
    result["rows"] = [asdict(row) | {"met": row.met} for row in run.rows]
    (directory / "latest.json").write_text(json.dumps(result, indent=1))
    return table


def _cells(row: Row) -> list[str]:
    # A single figure has no spread.
    spread = [_number(float(np.percentile(row.values, p))) for p in (5, 95, 100)] if len(row.values) > 1 else [""] * 3
    judged = f"{row.judged} " if len(row.values) > 1 else ""
    goal = "" if row.goal is None else f"{judged}≤ {row.goal:g}"
    met = {None: "", True: "met", False: "**missed**"}[row.met]
    unit = f", {row.unit}" if row.unit else ""
    return [f"{row.what}{unit}", _number(row.at("median")), *spread, str(len(row.values)), goal, met]


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
