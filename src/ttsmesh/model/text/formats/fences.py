"""Blocks of code between fences: where they begin and end, and what their languages are called. Pure."""

import re
from collections.abc import Callable

from ttsmesh.model.text.formats.align import in_words
from ttsmesh.model.text.formats.lines import Line
from ttsmesh.model.text.passages import Passage, Piece

_OPENS = re.compile(
    r"[ \t>]{0,20}(?:(?:[-*+]|(\d{1,3})[.)])[ \t]{1,4})?(`{3,200}|~{3,200})[ \t]*"
    r"((?:[{.]{0,2}[^\W_][\w+#.:/=-]{0,60}(?:[ \t,;{}][^`~\n]{0,200})?|\{[^`~{}\n]{1,200}\})?)$"
)
_LANGUAGE = re.compile(r"[{.\s]{0,3}([^\W_][\w+#.-]{0,30})")

_NAMES = """
shell: sh bash shell zsh fish console shell-session shellsession terminal
PowerShell: powershell pwsh ps1
batch: cmd bat batch dosbatch
Python: py python python3 py3 pycon
JavaScript: js javascript node jsx mjs
TypeScript: ts typescript tsx
C: c h
C++: c++ cpp cxx cc hpp
C#: c# cs csharp
F#: f# fs fsharp
Objective-C: objective-c objc objectivec
Go: go golang
Rust: rs rust
Ruby: rb ruby
Kotlin: kt kotlin kts
Perl: pl perl
Haskell: hs haskell
Elixir: ex elixir exs
Erlang: erl erlang
Clojure: clj clojure
OCaml: ml ocaml
Julia: jl julia
YAML: yml yaml
JSON: json json5 jsonc jsonl
LaTeX: tex latex
Dockerfile: docker dockerfile
Makefile: make makefile
GraphQL: gql graphql
Terraform: tf hcl terraform
Protobuf: proto protobuf
assembly: asm nasm assembly
Visual Basic: vb
WebAssembly: wasm
CMake: cmake
MATLAB: matlab
nginx: nginx
HTTP: http
HTML: html
CSS: css
SCSS: scss
SQL: sql
XML: xml
TOML: toml
CSV: csv
PHP: php
SVG: svg
INI: ini
"""
"""Proper names of languages by what stands behind a fence, where they are not the same with a capital."""

_NAME_OF = {
    alias: name
    for name, separator, aliases in (line.partition(": ") for line in _NAMES.splitlines())
    for alias in aliases.split()
}

_FORMATS = {
    **dict.fromkeys(("text", "txt", "plain", "plaintext", "output", "quote"), "text"),
    **dict.fromkeys(("md", "markdown"), "markdown"),
    **dict.fromkeys(("diff", "patch"), "diff"),
    **dict.fromkeys(("log", "logs"), "log"),
    "pytb": "traces",
}


_KEY = re.compile(r"[ \t>]{0,20}-----BEGIN ([A-Z0-9 ]{0,40})-----")
_KEY_END = re.compile(r"[ \t>]{0,20}-----END [A-Z0-9 ]{0,40}-----")


def key(line: Line) -> str:
    """What the block of a key or a certificate is that ``line`` begins, as a term; empty if it begins none."""
    match = _KEY.match(line.text)
    if match is None:
        return ""
    return "a secret" if "PRIVATE" in match[1] else "certificate" if "CERTIFICATE" in match[1] else "data"


def key_ends(line: Line) -> bool:
    """Whether ``line`` ends the block of a key."""
    return _KEY_END.match(line.text) is not None


def opening(line: Line) -> tuple[str, str, Piece | None] | None:
    """The fence that ``line`` opens, the language after it in lower case, and the number of the item that begins with
    it; None if it opens none."""
    found = _OPENS.match(line.text)
    if not found or line.goes_on:
        return None
    language = _LANGUAGE.match(found.group(3))
    start, end = found.span(1)
    number = Piece(found.group(1), line.start + start, line.start + end) if found.group(1) else None
    return found.group(2), language.group(1).lower() if language else "", number


def closes(line: Line, fence: str) -> bool:
    """Whether ``line`` ends the block that ``fence`` opened."""
    text = line.text.strip("> \t")
    return len(text) >= len(fence) and text == fence[0] * len(text)


def format_of(language: str) -> str:
    """The format in which a block of ``language`` is read: "code" for a programming language, "" if none is named."""
    return _FORMATS.get(language, "code") if language else ""


def name_of(language: str) -> str:
    """What ``language`` is called: "py" is Python."""
    return _NAME_OF.get(language, language.capitalize())


def is_shell(language: str) -> bool:
    """Whether ``language`` is that of commands."""
    return name_of(language) in ("shell", "PowerShell", "batch")


def summary(what: str, language: str, lines: int, start: int, end: int, term: Callable[[str], str]) -> Passage:
    """ "code, Python, 12 lines" for ``start:end``."""
    count = f"{lines} {term('line' if lines == 1 else 'lines')}"
    text = ", ".join(part for part in (term(what), name_of(language), count) if part)
    return Passage((in_words(text, start, end),), "paragraph")
