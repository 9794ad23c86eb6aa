"""Measures what the text front end costs: from characters to segments, in this process, for each kilobyte of text."""

import time

from tests.reading import segments

from bench.run import Run

TRIES = 15
CHARACTERS = 1000
"""Characters of the prose of one sample. It is new in each one."""

NOISE = """## Release {n}.{m}.0

- **Fixed**: `parseConfig()` in [src/config.py](src/config.py) no longer drops `--no-cache={n}`, see #{n}{m}.
- The build takes {n}.{m} s instead of {m}{n} ms, on 2024-0{d}-1{d} at 1{d}:0{d}.
- Costs: ${n}.{m}0 for {m} GiB, or €{m},{n}00; -{n}°C to +{m}°C; {n}/{m} of 10^{d}.

| pod | ready | age |
|---|---|---|
| web-{n} | {d}/{d} | {m}d |
| api-{m} | 0/{d} | {n}h |

```python
def add(a: int, b: int) -> int:
    return a + b + {n}
```

Mail jane.doe{n}@example.com, or look at https://example.com/docs/{m}/install#step-{n}.
"""


def measure(run: Run) -> None:
    for _ in segments("Warm up, please. It is 10:30 and -5°C, see src/main.py:42.\n\n" + _noise(0)):
        pass
    prose, first, noise = [], [], []
    for number in run.tries(TRIES, "reading a kilobyte of prose, and of Markdown full of symbols"):
        text = ""
        while len(text) < CHARACTERS:
            text += run.texts.of_phonemes(120) + " "
        prose.append(_ms_per_kib(text))
        first.append(_ms_to_first(text * 40))
        noise.append(_ms_per_kib(_noise(number + 1)))
    run.add("reading prose", "ms/KiB", prose, goal=2.0, note="characters to words")
    run.add("reading Markdown full of symbols", "ms/KiB", noise)
    run.add("first block of a 40 KiB text", "ms", first, note="what the first chunk waits for")


def _noise(number: int) -> str:
    return NOISE.format(n=number + 3, m=number * 7 % 90 + 2, d=number % 9 + 1)


def _ms_per_kib(text: str) -> float:
    begun = time.perf_counter()
    for _ in segments(text):
        pass
    return (time.perf_counter() - begun) * 1e3 / (len(text.encode()) / 1024)


def _ms_to_first(text: str) -> float:
    begun = time.perf_counter()
    next(segments(text, most=400))
    return (time.perf_counter() - begun) * 1e3
