"""The official model with its weights, in PyTorch. Only ``engine`` imports this, and only when it loads."""

import io
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kokoro import KModel

from ttsmesh.errors import ConfigError, failure_line, os_reason
from ttsmesh.model.build.graph import Graph
from ttsmesh.model.build.weights_packages import read_weights
from ttsmesh.model.engine.kokoro.state_dict import state_dict
from ttsmesh.model.engine.kokoro.weights import REPOSITORY, Weights, examine
from ttsmesh.model.g2p.tokens import table
from ttsmesh.model.kokoro import STYLE_SIZE, SYMBOLS

CONFIG = {
    "n_token": SYMBOLS,
    "vocab": table(),
    "style_dim": STYLE_SIZE // 2,
    "hidden_dim": 512,
    "n_layer": 3,
    "text_encoder_kernel_size": 5,
    "max_dur": 50,
    "dropout": 0.2,
    "n_mels": 80,
    "plbert": {
        "hidden_size": 768,
        "num_attention_heads": 12,
        "intermediate_size": 2048,
        "max_position_embeddings": 512,
        "num_hidden_layers": 12,
        "dropout": 0.1,
    },
    "istftnet": {
        "upsample_rates": [10, 6],
        "upsample_kernel_sizes": [20, 12],
        "upsample_initial_channel": 512,
        "resblock_kernel_sizes": [3, 7, 11],
        "resblock_dilation_sizes": [[1, 3, 5]] * 3,
        "gen_istft_n_fft": 20,
        "gen_istft_hop_size": 5,
    },
}
"""The sizes of Kokoro-82M v1.0. With them, ``KModel`` asks the hub for nothing."""

UNTRAINED = re.compile(r"\.norm\.(weight|bias)$|^bert\.pooler\.|^decoder\.generator\.stft\.")
"""The names of what the weights need not have: factors of norms that the style scales, which are there for an exporter
only; a part of ALBERT whose result nothing uses; and, without complex numbers, the basis of the Fourier transform."""


def load_model(weights: Weights, *, complex_numbers: bool = True) -> Any:
    """A ``KModel`` with ``weights`` on the CPU, ready to render. Raises ``ConfigError`` if it does not get them all.

    Without ``complex_numbers`` it computes the Fourier transform as convolutions, for devices that have none.
    """
    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    with warnings.catch_warnings():
        # kokoro joins the directions and lengths of its weights by a function that torch has another one for.
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", UserWarning)  # of an LSTM of one layer with a dropout
        model: Any = KModel(REPOSITORY, config=CONFIG, model=nothing, disable_complex=not complex_numbers)
    initial = {name: value for name, value in model.state_dict().items() if UNTRAINED.search(name)}
    given = _official(weights.paths[0]) if weights.official else _shipped(weights.paths)
    try:
        model.load_state_dict({**initial, **given}, strict=True)
    except RuntimeError as error:
        raise ConfigError(f"these are not the weights of Kokoro-82M ({weights}): {failure_line(str(error))}") from error
    for module in model.modules():
        if hasattr(module, "weight_g"):  # else every run would compute the weights anew
            torch.nn.utils.remove_weight_norm(module)
    return model.eval()


def _shipped(paths: list[Path]) -> dict[str, torch.Tensor]:
    try:
        shipped = Graph.from_bytes(read_weights(paths))
    except OSError as error:
        raise ConfigError(f"cannot read the weights in {paths[0]}: {os_reason(error)}") from error
    return {name: torch.from_numpy(np.require(array, requirements="W")) for name, array in state_dict(shipped).items()}


def _official(path: Path) -> dict[str, torch.Tensor]:
    """The weights in the official file, which has them by parts of the model, with a prefix of the trainer's."""
    examine(Weights([path], official=True))  # what torch says of such a file is advice to trust it
    try:
        parts = torch.load(path, map_location="cpu", weights_only=True)
        return {
            f"{part}.{name.removeprefix('module.')}": weight
            for part, weights in parts.items()
            for name, weight in weights.items()
        }
    except Exception as error:  # reason: a file of any content; torch raises errors of several modules
        raise ConfigError(f"{path} is not a file of Kokoro's weights: {failure_line(str(error))}") from error
