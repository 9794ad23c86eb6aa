"""``ttsmesh lexicon``: how single words are said, in the user's lexicon or in a project's."""

import os
from pathlib import Path

import click

from ttsmesh.cli.client import directory
from ttsmesh.cli.commands.explain import explanations
from ttsmesh.cli.options import complete_language, complete_word
from ttsmesh.cli.output_path import current_directory
from ttsmesh.errors import Code, ConfigError, RejectedError, printable, quoted
from ttsmesh.languages import language_code
from ttsmesh.lexicon.entries import checked_saying, checked_word, languages_of, section_name
from ttsmesh.lexicon.files import content, shipped_lexicon, user_lexicon
from ttsmesh.lexicon.project import FILE_NAME, project_lexicon
from ttsmesh.text_input import check_text
from ttsmesh.wire.messages import Explain, Explanation

_in_project = click.option(
    "--project", is_flag=True, help=f"In the project's lexicon, the nearest {FILE_NAME} upwards, or one made here."
)


_saying_language = click.option(
    *("-l", "--lang"),
    metavar="CODE",
    default="en",
    shell_complete=complete_language,
    help="The language: a code, all, or en for both kinds of English, which is the default.",
)
_only_language = click.option(
    *("-l", "--lang"), metavar="CODE", shell_complete=complete_language, help="Only what is for this language."
)


@click.group()
def lexicon() -> None:
    """Say how words are pronounced: by other words, or by phonemes."""


@lexicon.command()
@click.argument("word")
@click.argument("saying")
@_saying_language
@_in_project
def add(word: str, saying: str, lang: str, project: bool) -> None:
    """Have WORD said like the words of SAYING, or with its phonemes, as in "/wˈɪn/", which are IPA.

    WORD may be several words. In lower case it stands for all its writings; with a capital, for that one only.
    """
    from ttsmesh.lexicon import editing

    section = section_name(lang)
    key, said = checked_word(word), checked_saying(saying, section)
    path = _file(project)
    editing.add(path, section, key, said)
    click.echo(printable(f"{path}: [{section}] {key}"))


@lexicon.command()
@click.argument("word", shell_complete=complete_word)
@_only_language
@_in_project
def remove(word: str, lang: str | None, project: bool) -> None:
    """Forget how WORD is said."""
    from ttsmesh.lexicon import editing

    section = None if lang is None else section_name(lang)
    path = _file(project)
    if not editing.remove(path, section, checked_word(word)):
        raise RejectedError(f"{quoted(word)} is not in {path}", Code.USAGE)


@lexicon.command("list")
@_only_language
@click.option("--all", "shipped", is_flag=True, help="Also the technical words that come with ttsmesh.")
def list_(lang: str | None, shipped: bool) -> None:
    """List the words of the project's lexicon, then those of yours. What comes first counts."""
    section = None if lang is None else section_name(lang)
    wanted = None if section is None else set(languages_of(section))
    faults: list[str] = []
    for path in (_project(), user_lexicon(), shipped_lexicon() if shipped else None):
        if path is None:
            continue
        found = content(path)
        faults += found.faults
        sayings = [one for one in found.sayings if wanted is None or wanted.intersection(languages_of(one.section))]
        if sayings:
            click.echo(f"{printable(str(path))}:")
        width = max((len(one.word) for one in sayings), default=0)
        for one in sayings:
            click.echo(f"  {one.section:<6} {one.word:<{width}}  {one.said}")
    for fault in faults[:-1]:
        click.echo(f"ttsmesh: {fault}", err=True)
    if faults:
        raise ConfigError(faults[-1])


@lexicon.command()
@click.argument("words", nargs=-1, required=True, metavar="WORD...", shell_complete=complete_word)
@click.option(*("-l", "--lang"), metavar="CODE", shell_complete=complete_language, help="Said in this language.")
def test(words: tuple[str, ...], lang: str | None) -> None:
    """Print what is said for each WORD, and its phonemes. Speaks nothing."""
    language = None if lang is None else language_code(lang)
    for word in words:
        request = Explain(text=check_text(word), language=language, read_as="text", directory=directory())
        for explanation in explanations(request):
            click.echo(printable(f"{word}: {_explained(explanation)}"))


def _explained(said: Explanation) -> str:
    lost = f" (unsayable: {said.unsayable})" if said.unsayable else ""
    return f"{said.spoken} /{said.phonemes}/{lost}"


def _file(project: bool) -> Path:
    """The file that a command changes."""
    if not project:
        return user_lexicon()
    return _project() or Path(os.path.join(current_directory(FILE_NAME), FILE_NAME))


def _project() -> Path | None:
    here = directory()
    found = project_lexicon(here) if here else None
    return Path(found) if found else None
