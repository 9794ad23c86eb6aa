"""Measures how loud each official voice is: ``python -m bench.levels``, which takes some minutes.

It measures ITU-R BS.1770 with pyloudnorm, over five sentences in the voice's language as the model speaks them. Run it
when the voices or the sentences change, and write its output to ``src/ttsmesh/model/voices/levels.json``.
"""

import json
import sys

import numpy as np
from tests.phonemes import phonemes_of
from tests.whole import render

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue

_ENGLISH = (
    "The old ship left the harbour early in the morning, long before the town was awake.",
    "Could you tell me what time the last train leaves for the city?",
    "Three hundred and forty people came to the meeting on Monday.",
    "No, I have never seen anything like it before!",
    "She kept it in a small wooden box, together with a ring and a dried yellow flower.",
)

SENTENCES = {
    "en-us": _ENGLISH,
    "en-gb": _ENGLISH,
    "es": (
        "El viejo barco salió del puerto temprano por la mañana, mucho antes de que el pueblo despertara.",
        "¿Puede decirme a qué hora sale el último tren para la ciudad?",
        "Trescientas cuarenta personas vinieron a la reunión del lunes.",
        "¡No, nunca he visto nada igual!",
        "Lo guardaba en una cajita de madera, junto con un anillo y una flor amarilla seca.",
    ),
    "fr-fr": (
        "Le vieux bateau a quitté le port tôt le matin, bien avant que la ville ne se réveille.",
        "Pouvez-vous me dire à quelle heure part le dernier train pour la ville ?",
        "Trois cent quarante personnes sont venues à la réunion de lundi.",
        "Non, je n'ai jamais rien vu de pareil !",
        "Elle le gardait dans une petite boîte en bois, avec une bague et une fleur jaune séchée.",
    ),
    "hi": (
        "पुराना जहाज़ सुबह जल्दी बंदरगाह से निकल गया, शहर के जागने से बहुत पहले।",
        "क्या आप मुझे बता सकते हैं कि शहर की आख़िरी ट्रेन कब जाती है?",
        "सोमवार की बैठक में तीन सौ चालीस लोग आए।",
        "नहीं, मैंने पहले कभी ऐसा कुछ नहीं देखा!",
        "वह उसे लकड़ी के एक छोटे डिब्बे में एक अंगूठी और एक पीले फूल के साथ रखती थी।",
    ),
    "it": (
        "La vecchia nave lasciò il porto la mattina presto, molto prima che la città si svegliasse.",
        "Può dirmi a che ora parte l'ultimo treno per la città?",
        "Trecentoquaranta persone sono venute alla riunione di lunedì.",
        "No, non ho mai visto niente di simile!",
        "Lo teneva in una piccola scatola di legno, insieme a un anello e a un fiore giallo secco.",
    ),
    "ja": (
        "古い船は、町が目を覚ますずっと前に、朝早く港を出ました。",
        "町へ行く最後の電車は何時に出るか教えていただけますか?",
        "月曜日の会議には三百四十人が来ました。",
        "いいえ、こんなものは今まで見たことがありません!",
        "彼女はそれを指輪と黄色い花といっしょに小さな木の箱に入れていました。",
    ),
    "pt-br": (
        "O velho navio deixou o porto cedo pela manhã, muito antes de a cidade acordar.",
        "Você pode me dizer a que horas sai o último trem para a cidade?",
        "Trezentas e quarenta pessoas vieram à reunião de segunda-feira.",
        "Não, eu nunca vi nada igual!",
        "Ela o guardava em uma pequena caixa de madeira, junto com um anel e uma flor amarela seca.",
    ),
    "zh": (
        "那艘老船一大早就离开了港口，那时小镇还没有醒来。",
        "请问去市里的最后一班火车几点开？",
        "星期一有三百四十个人来参加会议。",
        "不，我从来没有见过这样的东西！",
        "她把它放在一个小木盒里，和一枚戒指、一朵干了的黄花放在一起。",
    ),
}


def main() -> None:
    """Print the table: voice to LUFS."""
    import pyloudnorm

    meter = pyloudnorm.Meter(SAMPLE_RATE)
    engine, catalogue = OpenVinoEngine(), Catalogue()
    engine.load()
    levels: dict[str, float] = {}
    for voice in OFFICIAL:
        speaker, language = catalogue.speaker(voice), catalogue.info(voice).language
        # BS.1770 leaves the silence around a sentence out.
        parts = [render(engine, phonemes_of(said, language).text, speaker).samples for said in SENTENCES[language]]
        levels[voice] = round(float(meter.integrated_loudness(np.concatenate(parts))), 1)
        peak = max(float(np.abs(part).max()) for part in parts)
        each = " ".join(f"{meter.integrated_loudness(part):.1f}" for part in parts)
        print(f"{voice} {levels[voice]} LUFS, peak {peak:.2f}; {each}", file=sys.stderr, flush=True)
    print(json.dumps(levels, indent=1))


if __name__ == "__main__":
    main()
