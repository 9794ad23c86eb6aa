"""Measures whether captions say when words are heard: beside the energy of the sound after pauses, and before them.

Only where there was silence does the sound itself tell when a word begins. So the sentences, in all nine languages,
have pauses at commas, colons, dashes and ends of sentences. They are spoken by voices chosen by chance.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from tests.decoded import Samples, decoded
from tests.mesh import Mesh

from bench.run import Run
from bench.warm import ask, warm_mesh
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.text import marks
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue
from ttsmesh.wire.messages import Finished, Say

SENTENCES = {
    "en-us": (
        "When the rain had stopped, we opened every window; the whole house smelled of wet leaves.",
        "Bring a coat, a lamp, and something to eat: the hut is cold at night.",
        "Most of them agreed. However, nobody knew who would pay, or when.",
        "After lunch, if you still want to, let us walk to the mill.",
        "The answer, to be honest, surprised me: they had never asked.",
    ),
    "en-gb": (
        "Although the kettle was boiling, nobody moved; outside, the milkman had begun to sing.",
        "First turn left, then right, and look for a green door.",
        "My uncle, who mended clocks, was always late. His wife did not mind.",
        "If it snows again, the lambs must come in: all of them, tonight.",
        "We paid the fare, found two seats, and slept until York.",
    ),
    "es": (
        "Cuando terminó la fiesta, recogimos las mesas; nadie quería marcharse todavía.",
        "Compra pan, tomates, queso y limones: mañana cierran las tiendas.",
        "Mi vecina, que toca el violín, ensaya por las tardes. Me gusta escucharla.",
        "Si llegas tarde, llama antes de entrar, por favor.",
        "Primero, lava el arroz; después, calienta el agua.",
    ),
    "fr-fr": (
        "Quand le facteur est passé, le chien dormait ; personne n'a entendu la sonnette.",
        "Prends du beurre, des œufs, de la farine : nous ferons un gâteau.",
        "Ma cousine, qui vit à Lyon, arrive demain. Elle reste une semaine.",
        "Si tu veux, passe ce soir, mais téléphone avant.",
        "D'abord, ouvrez la boîte ; ensuite, comptez les vis.",
    ),
    "hi": (
        "जब बारिश रुकी, बच्चे बाहर भागे; सारी गली पानी से भरी थी।",
        "दूध, चीनी, चाय और बिस्कुट ले आओ: मेहमान आने वाले हैं।",
        "मेरी बहन, जो दिल्ली में रहती है, कल आएगी। हम सब खुश हैं।",
        "अगर देर हो जाए, तो फ़ोन करना, ज़रूर।",
        "पहले सब्ज़ी धो लो, फिर पानी गरम करो, और नमक डालो।",
    ),
    "it": (
        "Quando il treno si fermò, scesero tutti; sulla banchina c'era solo un gatto.",
        "Compra il pane, le pere, un po' di burro: domani è festa.",
        "Mio zio, che fa il fornaio, si alza alle tre. Dorme il pomeriggio.",
        "Se piove, restiamo a casa, e giochiamo a carte.",
        "Prima taglia le cipolle; poi, con calma, scalda l'olio.",
    ),
    "ja": (
        "雨がやんだので、窓を開けました。庭は、とても静かでした。",
        "まず、野菜を洗って、それから、小さく切ってください。",
        "妹は、京都に住んでいますが、明日、ここに来ます。",
        "もし遅くなったら、必ず、電話をください。",
        "パンと、卵と、牛乳を買いました。でも、塩を忘れました。",
    ),
    "pt-br": (
        "Quando a chuva parou, abrimos as janelas; o quintal cheirava a terra molhada.",
        "Traga pão, queijo, bananas e café: amanhã tudo fecha.",
        "Minha tia, que mora em Recife, chega hoje. Ela fica um mês.",
        "Se quiser, venha mais cedo, mas avise antes.",
        "Primeiro, lave as folhas; depois, corte os tomates.",
    ),
    "zh": (
        "雨停了以后，我们打开窗户；院子里，到处都是落叶。",
        "先把菜洗干净，再切成小块，最后放一点盐。",
        "我妹妹住在杭州，她明天来，大家都很高兴。",
        "如果你来晚了，请先打电话，不要着急。",
        "我买了面包、鸡蛋和牛奶。可是，我忘了买茶。",
    ),
}
"""By language. None of them was used to find how early the model sounds (``places.EARLY_SAMPLES``)."""

COUNT = sum(map(len, SENTENCES.values()))
SECONDS = 25.0
"""Seconds for the sentences in a run of all parts, in which not all of them are said; ``python -m bench captions`` has
more."""

WINDOW = SAMPLE_RATE // 200
BELOW_DB = 35.0
"""Windows of 5 ms are silent so far below the loudest tenth of them."""

SILENCE_S = 0.08
"""Seconds of the shortest pause. Inside words some consonants are silent for nearly as long."""

NEAR_S = 0.25
"""Seconds by which a word and its sound may be apart, so that a fault is seen as what it is."""

MEDIAN_MS, P95_MS = 50.0, 120.0


class Found(NamedTuple):
    """A pause: by how many ms the word behind it is said to begin after its sound does, and the word before it to end
    after its sound does. (Less than 0: before.)"""

    begin: float
    end: float


def measure(run: Run) -> None:
    chance, catalogue = random.Random(run.seed), Catalogue()
    voices = defaultdict(list)
    for voice in OFFICIAL:
        voices[catalogue.info(voice).language].append(voice)
    found: dict[str, list[Found]] = {language: [] for language in SENTENCES}
    silent = 0
    with warm_mesh(run) as mesh:
        jobs = [(language, each[number]) for number in range(5) for language, each in SENTENCES.items()]
        for number in run.tries(COUNT, "sentences in nine languages", quick=len(SENTENCES), seconds=SECONDS):
            language, text = jobs[number]
            voice = chance.choice(voices[language])
            captions, samples = captioned(mesh, text, voice)
            for pause in pauses(text, captions, samples):
                if pause is None:
                    silent += 1
                else:
                    found[language].append(pause)
    every = [pause for each in found.values() for pause in each]
    begins = [abs(pause.begin) for pause in every]
    what = "words begin in captions, off their sound after a pause"
    run.add(what, "ms", begins, goal=MEDIAN_MS, note=f"{silent} marks without a pause near them; {_signed(every)}")
    run.add(f"{what}, 95 of 100", "ms", begins, goal=P95_MS, judged="p95")
    for language, each in found.items():
        run.add(f"the same, {language}", "ms", [abs(pause.begin) for pause in each], note=_signed(each))
    run.add("words end in captions, off their sound before a pause", "ms", [abs(pause.end) for pause in every])


def _signed(found: list[Found]) -> str:
    if not found:
        return ""
    begin, end = np.median(found, axis=0)
    few, many = np.percentile([pause.end for pause in found], [5, 95])
    return f"begin {begin:+.0f} ms, end {end:+.0f} ms ({few:+.0f} to {many:+.0f})"


def captioned(mesh: Mesh, text: str, voice: str) -> tuple[list[dict[str, float]], Samples]:
    """The captions of ``text`` as ``say`` writes them, and its sound."""
    sound, captions = mesh.work / "a.wav", mesh.work / "a.json"
    say = Say(text=text, voice=voice, output=str(sound), captions=str(captions), force=True, wait=True)
    with ask(mesh, say) as client:
        *_, outcome = client
    if not isinstance(outcome, Finished):
        raise RuntimeError(f"a save ended as {outcome!r}\n{mesh.log()}")
    return json.loads(captions.read_text()), decoded(sound)


def pauses(text: str, captions: list[dict[str, float]], samples: Samples) -> Iterator[Found | None]:
    """What there is at each mark of ``text`` at which a reader breathes; None where the voice has not paused."""
    quiet = silences(samples)
    for i, after in enumerate(captions[1:]):
        before = captions[i]
        if not any(mark in marks.SENTENCE + marks.CLAUSE for mark in text[int(before["to"]) : int(after["from"])]):
            continue
        near = [
            (last - first, first, last)
            for first, last in quiet
            if abs(last - after["start_s"]) <= NEAR_S and last > before["start_s"]
        ]
        if not near:
            yield None
            continue
        _, first, last = max(near)
        yield Found(1e3 * (after["start_s"] - last), 1e3 * (before["end_s"] - first))


def silences(samples: Samples) -> list[tuple[float, float]]:
    """The seconds from which to which the sound is silent, inside it."""
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    levels = np.sqrt((windows**2).mean(axis=1))
    loud = np.flatnonzero(levels > np.percentile(levels, 90) * 10 ** (-BELOW_DB / 20))
    gaps = np.flatnonzero(np.diff(loud) * WINDOW > SILENCE_S * SAMPLE_RATE)
    return [(float(loud[gap] + 1) * WINDOW / SAMPLE_RATE, float(loud[gap + 1]) * WINDOW / SAMPLE_RATE) for gap in gaps]
