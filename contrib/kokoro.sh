#!/bin/sh
# kokoro.sh: prints a directory with the official implementation of the model, kokoro on PyTorch, for tests and benches.
#
# What is in it comes before what is in .venv, for a program that has it in PYTHONPATH, and .venv stays without PyTorch.
# It is kept in the user's cache by its versions, so that only the first clone on a machine installs it (1.2 GB, a minute
# or two). Where pip finds a build of PyTorch for the CPU, as its settings may say, that will do: PyPI's own for Linux on x86
# is the one for NVIDIA's GPUs, and takes several GB.
set -eu

PYTHON=${PYTHON:-python3}
TORCH="torch==2.13.0"
KOKORO="kokoro==0.9.4"

tag=$("$PYTHON" -c 'import sys; print(sys.implementation.cache_tag)')
directory=${XDG_CACHE_HOME:-$HOME/.cache}/ttsmesh-tests/$tag-$TORCH-$KOKORO

install() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 "$PYTHON" -m pip install -q --target "$unfinished" "$@" >&2
}

if [ ! -d "$directory" ]; then
    echo "setup: installing $TORCH and $KOKORO into $directory" >&2
    mkdir -p "$(dirname "$directory")"
    unfinished=$(mktemp -d "$directory.XXXXXX")
    trap 'rm -rf "$unfinished"' EXIT
    trap 'exit 130' INT TERM
    # kokoro excludes Python 3.13, although it works there. pip would ignore that of all that it installs, and take a
    # numpy that this Python cannot run. So kokoro comes alone, and then what it imports that .venv lacks: misaki is there.
    install --no-deps --ignore-requires-python "$KOKORO"
    install "$TORCH" transformers huggingface-hub loguru
    chmod 755 "$unfinished"
    # Another make may have been faster. Then this one's goes.
    failure=$(mv -T "$unfinished" "$directory" 2>&1) || [ -d "$directory" ] || { echo "$failure" >&2; exit 1; }
fi
printf '%s\n' "$directory"
