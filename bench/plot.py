"""Draws the plots of docs/performance.md: word errors by rate, the real-time factor by length, and first sounds."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

_COLOURS = ("tab:blue", "tab:red")


@contextlib.contextmanager
def _axes(path: Path, height: float = 3.6) -> Iterator[Any]:
    """The axes of a plot that is saved as ``path``, ``height`` inches high."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, height))
    yield axes
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)


def plot(path: Path, rates: Sequence[float], errors: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]) -> None:
    """Plot ``errors``: pairs of rate and word error rate, for each way to be fast and each way to judge it."""
    with _axes(path) as axes:
        for colour, (way, judged) in zip(_COLOURS, errors.items(), strict=True):
            for line, (how, points) in zip(("-", "--"), judged.items(), strict=True):
                axes.plot(
                    *zip(*points, strict=True), line, color=colour, marker="o", markersize=4, label=f"{way}, {how}"
                )
        axes.set_xticks(rates, [f"{rate:g}x" for rate in rates])
        axes.set_ylim(0, 1)
        axes.set_xlabel("speed")
        axes.set_ylabel("word error rate (Whisper tiny.en)")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)


def by_length(path: Path, every: Sequence[Mapping[str, Mapping[str, float]]]) -> None:
    """Plot the real-time factor of each renderer by the length of the text.

    The first renderer knows that length, and how much of the sound is speech: the others get no credit for the silence
    that they render at both ends.
    """
    with _axes(path) as axes:
        first = next(iter(every[0]))
        for name in every[0]:
            points = sorted((one[first]["tokens"], one[name]["whole"] / one[first]["sound"]) for one in every)
            axes.plot(*zip(*points, strict=True), marker="o", markersize=3, linewidth=0.8, label=name)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("phonemes")
        axes.set_ylabel("render seconds / seconds of speech")
        axes.grid(alpha=0.3, which="both")
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))


def cumulative(path: Path, every: Mapping[str, Sequence[float]]) -> None:
    """Plot the share of tries that had been heard by the milliseconds, for each way to speak."""
    with _axes(path) as axes:
        for way, values in every.items():
            taken = sorted(values)
            axes.step(
                [taken[0], *taken], [place / len(taken) for place in range(len(taken) + 1)], where="post", label=way
            )
        axes.set_xscale("log")
        ticks = [
            tick
            for tick in (25, 50, 100, 150, 200, 300, 500, 1000, 2000)
            if tick <= 1.3 * max(map(max, every.values()))
        ]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.set_ylim(0, 1)
        axes.set_xlabel("milliseconds from the start to the first audible sample")
        axes.set_ylabel("share of the tries")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)


def waterfall(path: Path, every: Mapping[str, Sequence[Mapping[str, float]]]) -> None:
    """Plot the median time at which each milestone was reached, for each way to speak."""
    with _axes(path, 0.8 + 0.6 * len(every)) as axes:
        colours: dict[str, str] = {}
        for row, tries in enumerate(every.values()):
            reached = {stage: median(one[stage] for one in tries if stage in one) for one in tries for stage in one}
            before = 0.0
            for stage, at in sorted(reached.items(), key=lambda one: one[1]):
                label = None if stage in colours else stage
                colour = colours.setdefault(stage, f"C{len(colours)}")
                axes.barh(row, max(0.0, at - before), left=before, height=0.6, color=colour, label=label)
                before = at
        axes.set_yticks(range(len(every)), list(every))
        axes.invert_yaxis()
        axes.set_xlabel("milliseconds until ...")
        axes.grid(alpha=0.3, axis="x")
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))


def spectrograms(path: Path, every: Mapping[str, Mapping[str, Any]], rate: int) -> None:
    """Plot the spectrum over time of the sounds of several ways to speak, side by side, in a row for each text."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    ways = list(next(iter(every.values())))
    figure, rows = pyplot.subplots(len(every), len(ways), figsize=(10, 2.4 * len(every)), squeeze=False, sharey=True)
    for row, (text, sounds) in zip(rows, every.items(), strict=True):
        for axes, (way, samples) in zip(row, sounds.items(), strict=True):
            axes.specgram(samples, NFFT=512, Fs=rate, noverlap=384, vmin=-130, vmax=-40, cmap="magma")
            axes.set_yticks(range(0, rate // 2 + 1, 4000), [f"{kilohertz} kHz" for kilohertz in range(0, 13, 4)])
            axes.set_title(f"{way}: {text}", fontsize=7)
            axes.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)


def memory(path: Path, samples: Sequence[tuple[float, Mapping[str, float]]]) -> None:
    """Plot the MiB of each kind of process over time, in seconds."""
    with _axes(path) as axes:
        for name in sorted({name for _, each in samples for name in each}):
            axes.plot(
                [at for at, _ in samples], [each.get(name, 0.0) for _, each in samples], linewidth=1.2, label=name
            )
        axes.set_ylim(bottom=0)
        axes.set_xlabel("seconds")
        axes.set_ylabel("resident memory (MiB)")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
