#!/bin/sh
# dist.sh: builds the sdist and the wheel into dist/, looks at what is in them, and installs the wheel as users do, with
# pipx and with uv, each into a home directory of its own. There it says a sentence into a file, with the voices and the
# model that `ttsmesh setup` has prepared for you. `make dist` calls it.
#
# The tools are in a venv of their own, .dist-venv. What is installed comes from where the settings of pip and uv say.
set -eu

PYTHON=${PYTHON:-python3}
TOOLS=.dist-venv

say() { printf 'dist: %s\n' "$*"; }
fail() { printf 'dist: %s\n' "$*" >&2; exit 1; }
size() { du -sk "$@" | awk '{ kib += $1 } END { printf "%.1f MB", kib * 1.024 / 1000 }'; }

work=$(mktemp -d /tmp/dist-XXXXXX)  # short, for sockets
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

if [ ! -x $TOOLS/bin/uv ]; then
    say "installing the tools into $TOOLS"
    "$PYTHON" -m venv --clear $TOOLS
    $TOOLS/bin/python -m pip install -q --disable-pip-version-check build twine check-wheel-contents pipx uv
fi

rm -rf dist
say "building the sdist, and the wheel from the sdist"
$TOOLS/bin/python -m build --outdir dist . >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "no build"; }
wheel=$(echo dist/*.whl)
sdist=$(echo dist/*.tar.gz)
$TOOLS/bin/twine check --strict "$wheel" "$sdist"
$TOOLS/bin/check-wheel-contents --ignore W002 "$wheel"  # ttsmesh.desktop is there twice: for us, and for the desktop

tar -tzf "$sdist" >"$work/sdist"
"$PYTHON" -m zipfile -l "$wheel" | awk 'NR > 1 { print $1 }' >"$work/wheel"
for wanted in LICENSE NOTICE share/man/man1/ttsmesh.1 share/man/man1/ttsmesh-say.1 \
    share/bash-completion/completions/ttsmesh share/zsh/site-functions/_ttsmesh \
    share/fish/vendor_completions.d/ttsmesh.fish; do
    grep -q "/$wanted\$" "$work/wheel" || fail "$wanted is not in the wheel"
done
for wanted in LICENSE NOTICE README.md pyproject.toml contrib/wheel/hook.py; do
    grep -q "^[^/]*/$wanted\$" "$work/sdist" || fail "$wanted is not in the sdist"
done
stray='__pycache__|\.pyc$|\.egg-info/|/\.(venv|mypy_cache|ruff_cache|pytest_cache|hypothesis)/|node_modules|results/'
! grep -E "$stray" "$work/sdist" "$work/wheel" || fail "these do not belong there"

# What a new user has: a home directory without anything in it. Voices and model are those of `ttsmesh setup`.
home=$work/home
data=${XDG_DATA_HOME:-$HOME/.local/share}
cache=${XDG_CACHE_HOME:-$HOME/.cache}
config=${XDG_CONFIG_HOME:-$HOME/.config}
export PIP_CONFIG_FILE="${PIP_CONFIG_FILE:-$config/pip/pip.conf}"
[ ! -e "$config/uv/uv.toml" ] || export UV_CONFIG_FILE="${UV_CONFIG_FILE:-$config/uv/uv.toml}"
settings=$(env | sed -n 's/^\(PIP_[A-Z_]*\|UV_[A-Z_]*\|SSL_CERT_[A-Z]*\|[a-z]*_proxy\|[A-Z]*_PROXY\)=.*/\1/p')

fresh() {  # fresh COMMAND...: runs it with that home directory, and with nothing of our environment but what pip needs
    set -- PATH="$home/bin:/usr/local/bin:/usr/bin:/bin" HOME="$home" LANG=C.UTF-8 XDG_RUNTIME_DIR="$home/run" \
        PIP_DISABLE_PIP_VERSION_CHECK=1 PIPX_HOME="$home/pipx" PIPX_BIN_DIR="$home/bin" PIPX_MAN_DIR="$home/man" \
        UV_TOOL_DIR="$home/uv" UV_TOOL_BIN_DIR="$home/bin" UV_CACHE_DIR="$cache/uv" PIP_CACHE_DIR="$cache/pip" "$@"
    for name in $settings; do
        eval "set -- $name=\"\$$name\" \"\$@\""
    done
    env -i "$@"
}

use() {  # use NAME: what a new user does first, and what the package brings besides the program
    fresh ttsmesh --version
    fresh ttsmesh say --help >/dev/null
    fresh env XDG_DATA_HOME="$data" XDG_CACHE_HOME="$cache" \
        ttsmesh say --wait -o "$home/hello.wav" "Installed, and speaking."
    fresh ttsmesh kill
    [ "$(wc -c <"$home/hello.wav")" -gt 20000 ] || fail "$1: hello.wav is too short"
    [ -n "$(find "$home" -path '*share/fish/vendor_completions.d/ttsmesh.fish')" ] || fail "$1: no completion"
    [ -n "$(find "$home" -path '*share/man/man1/ttsmesh-say.1')" ] || fail "$1: no manual page"
}

begin() {
    rm -rf "$home"
    mkdir -p "$home/run"
    chmod 700 "$home/run"
}

begin
say "pipx install"
fresh "$PWD/$TOOLS/bin/pipx" install --quiet --python "$($PYTHON -c 'import sys; print(sys.executable)')" "$PWD/$wheel"
[ -e "$home/man/man1/ttsmesh.1" ] || fail "pipx shows no manual page"
use pipx
with_pipx=$(size "$home/pipx")

begin
say "uv tool install"
fresh "$PWD/$TOOLS/bin/uv" tool install --quiet --python "$PYTHON" "$PWD/$wheel"
use uv
with_uv=$(size "$home/uv")

say "sdist $(size "$sdist"), wheel $(size "$wheel"); installed with pipx $with_pipx, with uv $with_uv"
