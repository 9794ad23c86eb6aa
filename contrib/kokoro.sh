#!/bin/sh
# kokoro.sh: prints a directory with the official implementation of the model, kokoro on PyTorch, for tests and benches.
#
# What is in it comes before what is in .venv, for a program that has it in PYTHONPATH, and .venv stays without PyTorch.
# It is kept in the user's cache by its versions, so that only the first clone on a machine installs it (1.5 GB, a minute
# or two). Where pip finds a build of PyTorch for the CPU, as its settings may say, that will do: PyPI's own for Linux on x86
# is the one for NVIDIA's GPUs, and takes several GB.
set -eu

PYTHON=${PYTHON:-python3}
TORCH="torch==2.13.0"
KOKORO="kokoro==0.9.4"

tag=$("$PYTHON" -c 'import sys; print(sys.implementation.cache_tag)')
directory=${XDG_CACHE_HOME:-$HOME/.cache}/ttsmesh-tests/$tag-$TORCH-$KOKORO
if [ ! -d "$directory" ]; then
    echo "setup: installing $TORCH and $KOKORO into $directory" >&2
    mkdir -p "$(dirname "$directory")"
    unfinished=$(mktemp -d "$directory.XXXXXX")
    trap 'rm -rf "$unfinished"' EXIT
    # misaki excludes Python 3.13, although it works there, and so does kokoro, which brings misaki.
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 "$PYTHON" -m pip install -q --ignore-requires-python \
        --target "$unfinished" "$TORCH" "$KOKORO" >&2
    chmod 755 "$unfinished"
    # Another make may have been faster. Then this one's goes.
    [ -d "$directory" ] || mv -T "$unfinished" "$directory"
fi
printf '%s\n' "$directory"
