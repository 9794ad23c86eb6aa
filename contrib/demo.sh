#!/bin/sh
# Speaks one sentence, to the speakers or else into hello.wav, and leaves no process behind. `make demo` calls it.
set -u

ttsmesh=.venv/bin/ttsmesh
text="Hello! This is ttsmesh. I speak on your own computer, and nothing you tell me leaves it."
file=hello.wav
no_audio=69

# A mesh that was running before is used and stays, because the user may be working with it.
case $("$ttsmesh" status --json) in
*'"running": true'*) trap 'exit 130' INT TERM HUP ;;
*)
    trap '"$ttsmesh" kill' EXIT
    trap 'exit 130' INT TERM HUP
    ;;
esac

next_steps() {
    echo "Next:   $ttsmesh say 'whatever you like'      $ttsmesh say --list      $ttsmesh --help"
}

echo "demo: speaking; the first time takes some seconds while the model loads"
refusal=$("$ttsmesh" say --wait "$text" 2>&1 </dev/null)
status=$?
if [ $status = 0 ]; then
    echo "demo: spoken, to the default audio device. Heard nothing? See docs/troubleshooting.md."
    next_steps
    exit 0
fi
if [ $status != $no_audio ]; then
    printf '%s\n' "$refusal" >&2
    exit $status
fi

printf 'demo: cannot be heard here (%s): saving it instead\n' "${refusal#ttsmesh: }"
"$ttsmesh" say --wait --force --output "$file" "$text" </dev/null || exit
seconds=$(wc -c <"$file" | awk '{ printf "%.1f", ($1 - 44) / 48000 }')
echo "demo: saved $file, $seconds seconds. Play it with any player, also on another machine."
next_steps
