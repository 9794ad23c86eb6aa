"""The plots: of word errors against the rate, for the README, and of the real-time factor against the length."""

from collections.abc import Mapping, Sequence
from pathlib import Path

_COLOURS = ("tab:blue", "tab:red")


def plot(path: Path, rates: Sequence[float], errors: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]) -> None:
    """``errors``: of each way to be fast, and of each way to be judged, (rate, word error rate)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3.6))
    for colour, (way, judged) in zip(_COLOURS, errors.items(), strict=True):
        for line, (how, points) in zip(("-", "--"), judged.items(), strict=True):
            axes.plot(*zip(*points, strict=True), line, color=colour, marker="o", markersize=4, label=f"{way}, {how}")
    axes.set_xticks(rates, [f"{rate:g}x" for rate in rates])
    axes.set_ylim(0, 1)
    axes.set_xlabel("speed")
    axes.set_ylabel("word error rate (Whisper tiny.en)")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def by_length(path: Path, every: Sequence[Mapping[str, Mapping[str, float]]]) -> None:
    """Real-time factor by the length of the text, of each renderer; the first of them knows that length."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3.6))
    for name in every[0]:
        points = sorted((next(iter(one.values()))["tokens"], one[name]["whole"] / one[name]["sound"]) for one in every)
        axes.plot(*zip(*points, strict=True), marker="o", markersize=3, linewidth=0.8, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("phonemes")
    axes.set_ylabel("render seconds / audio seconds")
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize=8)
    figure.tight_layout()
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
