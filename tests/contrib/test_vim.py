"""The plugin for Vim and Neovim, in both, started as a user without settings has them, with a fake ttsmesh."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contrib.recorder import Recorder
from tests.documents import ROOT, sample
from tests.mesh import PATIENCE

VIM = ROOT / "contrib" / "vim"

DOCUMENT = "docs/editors.md"

EDITORS = {
    "vim": ["vim", "-es", "-u", "NONE", "-i", "NONE", "-n"],
    "nvim": ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n"],
}

ODD = """She said "it's 5%" of `x` \\ $HOME; # ! %:p <cword>\n\n\tnaïve 日本語 \U0001f600\n"""

WAIT = """
function! Wait(condition)
  while !eval(a:condition)
    sleep 5m
  endwhile
endfunction
function! Complaints()
  return filter(split(execute('messages'), "\\n"), 'v:val =~# "^ttsmesh: "')
endfunction
"""


@pytest.fixture(params=EDITORS)
def editor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def edit(editor: str, fake: Recorder, text: str, script: str) -> list[str]:
    """Load the plugin, open ``text``, run ``script`` and quit. Returns what the script has put into ``g:out``."""
    directory = fake.directory
    (directory / "text").write_text(text)
    save = (
        f"call writefile(map(get(g:, 'out', []), 'type(v:val) == 1 ? v:val : json_encode(v:val)'), '{directory}/out')"
    )
    (directory / "script.vim").write_text(f"{WAIT}\n{script}\n{save}\nqall!\n")
    plugin = str(VIM / "plugin" / "ttsmesh.vim")
    run = subprocess.run(
        [*EDITORS[editor], "-S", plugin, "-S", str(directory / "script.vim"), str(directory / "text")],
        env=fake.env | {"LC_ALL": "C.UTF-8", "HOME": str(fake.directory), "NVIM_LOG_FILE": os.devnull},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 0, run
    return (directory / "out").read_text().splitlines()


def until_calls(fake: Recorder, count: int) -> str:
    """The command that waits until ``fake`` was called so often."""
    return f"""call Wait('len(glob("{fake.directory}/calls/*.json", 0, 1)) == {count}')"""


def test_the_whole_buffer_is_said_as_it_is_although_the_editor_quits(editor: str, fake: Recorder) -> None:
    edit(editor, fake, ODD, "TTSSay")
    (call,) = fake.calls(1)
    assert call.arguments[:2] == ["say", "--caller"]
    assert call.arguments[2].startswith("vim-")
    assert call.arguments[3:] == []
    assert call.input == ODD.removesuffix("\n")


def test_a_long_text_is_whole_although_the_editor_quits(editor: str, fake: Recorder) -> None:
    text = "A line of a long text.\n" * 50_000
    edit(editor, fake, text, "TTSSay")
    assert fake.calls(1)[0].input == text.removesuffix("\n")


def test_a_text_of_another_encoding_arrives_in_utf_8(fake: Recorder) -> None:
    script = """set encoding=latin1\ncall setline(1, "na\\xefve")\nTTSSay"""
    edit("vim", fake, "", script)  # Neovim's is always UTF-8
    assert fake.calls(1)[0].input == "naïve"


def test_a_range_is_said(editor: str, fake: Recorder) -> None:
    edit(editor, fake, "one\ntwo\nthree\nfour\n", "2,3TTSSay")
    assert fake.calls(1)[0].input == "two\nthree"


def test_loading_changes_no_option_and_complains_of_nothing(editor: str, fake: Recorder) -> None:
    script = f"""
let g:before = &cpoptions
unlet g:loaded_ttsmesh
source {VIM}/plugin/ttsmesh.vim
let g:out = [v:errmsg, &cpoptions ==# g:before]
"""
    assert edit(editor, fake, "", script) == ["", "1"]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("python", ["--as", "code"]),
        ("markdown", ["--as", "markdown"]),
        ("diff", ["--as", "diff"]),
        ("text", []),
        ("", []),
    ],
)
def test_the_file_type_says_what_the_text_is(editor: str, fake: Recorder, kind: str, given: list[str]) -> None:
    edit(editor, fake, "a = 1\n", f"let &filetype = '{kind}'\nTTSSay")
    assert fake.calls(1)[0].arguments[3:] == given


def test_settings_are_options_and_those_of_the_buffer_come_first(editor: str, fake: Recorder) -> None:
    script = """
let g:ttsmesh_voice = 'af_sky'
let b:ttsmesh_voice = 'bm_george'
let b:ttsmesh_format = 'log'
let g:ttsmesh_options = ['--speed', '1.3']
TTSSay
"""
    edit(editor, fake, "a\n", script)
    assert fake.calls(1)[0].arguments[3:] == ["--voice", "bm_george", "--as", "log", "--speed", "1.3"]


def test_the_program_may_have_arguments(editor: str, fake: Recorder) -> None:
    edit(editor, fake, "a\n", "let g:ttsmesh_command = ['env', 'A=1', 'ttsmesh']\nTTSSay")
    assert fake.calls(1)[0].arguments[0] == "say"


def test_a_voice_is_chosen_shown_and_forgotten(editor: str, fake: Recorder) -> None:
    script = """
let g:out = [trim(execute('TTSVoice'))]
TTSVoice bm_george
let g:out += [trim(execute('TTSVoice')), g:ttsmesh_voice]
let b:ttsmesh_voice = 'af_sky'
TTSVoice af_heart:1,bf_emma:2
let g:out += [b:ttsmesh_voice, g:ttsmesh_voice]
TTSVoice!
let g:out += [trim(execute('TTSVoice'))]
"""
    none = "ttsmesh: the voice of the settings"
    heard = [none, "ttsmesh: bm_george", "bm_george", "af_heart:1,bf_emma:2", "bm_george", none]
    assert edit(editor, fake, "", script) == heard


def test_voices_are_completed_also_in_a_blend(editor: str, fake: Recorder) -> None:
    names = {"af_heart": None, "af_sky": None, "bf_emma": None, "af_broken": "voice af_broken is damaged"}
    voices = {"voices": [{"name": name, "fault": fault} for name, fault in names.items()]}
    fake.answer("voices", output=json.dumps(voices, indent=2))
    script = """
let g:out = getcompletion('TTSVoice af_', 'cmdline')
let g:out += getcompletion('TTSVoice af_sky:2,b', 'cmdline')
"""
    assert edit(editor, fake, "", script) == ["af_heart", "af_sky", "af_sky:2,bf_emma"]
    assert [call.arguments for call in fake.calls(2)] == [["voices", "--json"]] * 2


def test_stop_ends_the_texts_of_this_editor_or_all(editor: str, fake: Recorder) -> None:
    edit(editor, fake, "a\n", f"TTSSay\n{until_calls(fake, 1)}\nTTSStop\nTTSStop!")
    said, *stopped = [call.arguments for call in fake.calls(3)]
    assert sorted(stopped) == [["stop"], ["stop", "--caller", said[2]]]


def test_stop_takes_back_what_is_on_its_way(editor: str, fake: Recorder) -> None:
    fake.answer("say", hangs=True)
    # The text's process has ended long before the one of the stop has started.
    script = f"TTSSay\n{until_calls(fake, 1)}\nTTSStop\n{until_calls(fake, 2)}\nlet g:out = Complaints()"
    assert edit(editor, fake, "a\n", script) == []
    said, stopped = fake.calls(2)
    assert (said.arguments[0], stopped.arguments[0]) == ("say", "stop")
    fake.until_ended(said)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("wsiw", "über"),
        ("0s2w", "eins über "),
        ("sj", "eins über 日本\nzwei unter\n"),
        ("0wve\\<Plug>(ttsmesh-say)", "über"),
        ("V\\<Plug>(ttsmesh-say)", "eins über 日本\n"),
        ("0\\<C-v>jl\\<Plug>(ttsmesh-say)", "ei\nzw"),
        ("$v\\<Plug>(ttsmesh-say)", "本"),
    ],
)
def test_motions_and_selections_are_said_to_the_character(editor: str, fake: Recorder, keys: str, said: str) -> None:
    script = f"""
set nocompatible
nmap s <Plug>(ttsmesh-say)
call setreg('z', 'kept z')
call setreg('0', 'kept 0')
call setreg('1', 'kept 1')
call setreg('"', {{'points_to': '1'}})
set clipboard=unnamed
let g:before = &clipboard
call cursor(1, 1)
execute "normal {keys}"
let g:out = [getreg('z'), getreg('0'), getreg('"'), &selection, &clipboard ==# g:before]
"""
    out = edit(editor, fake, "eins über 日本\nzwei unter\n", script)
    assert out == ["kept z", "kept 0", "kept 1", "inclusive", "1"]
    assert fake.calls(1)[0].input.rstrip("\n") == said.rstrip("\n")


def test_a_complaint_of_ttsmesh_is_shown_once(editor: str, fake: Recorder) -> None:
    fake.answer("say", errors="ttsmesh: unknown voice 'xy'; see: ttsmesh voices\n", status=66)
    script = "TTSSay\ncall Wait('!empty(Complaints())')\nsleep 20m\nlet g:out = Complaints()"
    assert edit(editor, fake, "a\n", script) == ["ttsmesh: unknown voice 'xy'; see: ttsmesh voices"]


def test_a_failure_without_a_word_is_told(editor: str, fake: Recorder) -> None:
    fake.answer("say", status=70)
    script = "TTSSay\ncall Wait('!empty(Complaints())')\nlet g:out = Complaints()"
    assert edit(editor, fake, "a\n", script) == ["ttsmesh: ended with status 70"]


def test_a_missing_program_is_told_in_one_line(editor: str, fake: Recorder) -> None:
    script = "let g:ttsmesh_command = '/nowhere/ttsmesh'\nTTSSay\nTTSStop\nlet g:out = Complaints()"
    line = "ttsmesh: there is no program /nowhere/ttsmesh; see :help g:ttsmesh_command"
    assert edit(editor, fake, "a\n", script) == [line, line]


def test_options_that_are_no_list_are_told_in_one_line(editor: str, fake: Recorder) -> None:
    script = "let g:ttsmesh_options = '--speed 1.3'\nTTSSay\nlet g:out = Complaints()"
    assert edit(editor, fake, "a\n", script) == [
        "ttsmesh: g:ttsmesh_options must be a list, such as ['--speed', '1.3']"
    ]


DIAGNOSTICS = """
call setloclist(0, [{'bufnr': bufnr('%'), 'lnum': 2, 'col': 1, 'type': 'E', 'text': 'expected ;'},
\\ {'bufnr': bufnr('%'), 'lnum': 2, 'col': 3, 'type': 'w', 'text': 'unused'},
\\ {'bufnr': bufnr('%'), 'lnum': 3, 'text': 'plain'}])
"""


@pytest.mark.parametrize(
    ("place", "said"), [("2, 2", "Error: expected ;\nWarning: unused"), ("2, 3", "Warning: unused"), ("3, 1", "plain")]
)
def test_the_diagnostic_under_the_cursor_is_said(editor: str, fake: Recorder, place: str, said: str) -> None:
    edit(editor, fake, "one\ntwo\nthree\n", f"set nocompatible\n{DIAGNOSTICS}\ncall cursor({place})\nTTSDiagnostic")
    (call,) = fake.calls(1)
    assert (call.arguments[3:], call.input) == (["--as", "text"], said)


def test_diagnostics_of_neovim_are_said(fake: Recorder) -> None:
    script = """
lua vim.diagnostic.set(vim.api.nvim_create_namespace('t'), 0, {
\\ {lnum = 0, col = 4, end_col = 7, severity = vim.diagnostic.severity.WARN, message = "first\\nsecond"},
\\ {lnum = 0, col = 0, end_col = 3, severity = vim.diagnostic.severity.ERROR, message = "other"}})
call cursor(1, 6)
TTSDiagnostic
"""
    edit("nvim", fake, "one two\n", script)
    assert fake.calls(1)[0].input == "Warning: first\nsecond"


def test_a_line_without_a_diagnostic_is_told(editor: str, fake: Recorder) -> None:
    line = "ttsmesh: there is no diagnostic in this line"
    assert edit(editor, fake, "a\n", "TTSDiagnostic\nlet g:out = Complaints()") == [line]


def test_help_is_found(editor: str, fake: Recorder, tmp_path: Path) -> None:
    (tmp_path / "doc").mkdir()
    (tmp_path / "doc" / "ttsmesh.txt").write_text((VIM / "doc" / "ttsmesh.txt").read_text())
    script = f"""
helptags {tmp_path}/doc
set runtimepath+={tmp_path}
let g:out = []
for topic in [':TTSSay', ':TTSStop', ':TTSVoice', ':TTSDiagnostic', '<Plug>(ttsmesh-say)', 'g:ttsmesh_command']
  execute 'help' topic
  call add(g:out, expand('%:t'))
  helpclose
endfor
"""
    assert edit(editor, fake, "", script) == ["ttsmesh.txt"] * 6


def test_installed_as_the_document_says_keys_speak_and_there_is_help(fake: Recorder, tmp_path: Path) -> None:
    shutil.copytree(VIM, tmp_path / "src" / "ttsmesh" / "contrib" / "vim")
    (tmp_path / ".vimrc").write_text("set nocompatible\n" + sample(DOCUMENT, "vim", "nmap <Leader>s "))
    env = fake.env | {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def run(*command: str) -> None:
        subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=PATIENCE, check=True
        )

    run("sh", "-ec", sample(DOCUMENT, "sh", "mkdir -p ~/.vim").replace("vim -c", "vim -es -u ~/.vimrc -c"))
    (tmp_path / "text").write_text("one\ntwo\n")
    keys = ["-c", "2", "-c", r"normal \ss", "-c", "help :TTSSay", "-c", "qall!"]
    run("vim", "-es", "-u", str(tmp_path / ".vimrc"), str(tmp_path / "text"), *keys)
    assert fake.calls(1)[0].input.strip() == "two"
