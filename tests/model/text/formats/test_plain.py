"""How plain text is read: where lines are joined, and what stands for what."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "one line": ("Hello there.", "Hello there. ¶"),
    "two paragraphs": ("Hello there.\n\nHow are you?", "Hello there. ¶\nHow are you? ¶"),
    "wrapped prose": (
        (
            "The report that you asked for is ready, and it was sent to\n"
            "every member of the board of directors in the afternoon of\n"
            "Monday."
        ),
        (
            "The report that you asked for is ready, and it was sent to every member of the board "
            "of directors in the afternoon of Monday. ¶"
        ),
    ),
    "wrapped before a name": (
        (
            "The report that you asked for is ready, and it was sent to\n"
            "Mary on Monday. She said that she would read it at once."
        ),
        (
            "The report that you asked for is ready, and it was sent to Mary on Monday. She said "
            "that she would read it at once. ¶"
        ),
    ),
    "words of a list": ("Apple\nBanana\nOrange", "Apple /\nBanana /\nOrange ¶"),
    "small words of a list": ("apples\nbread\nmilk", "apples /\nbread /\nmilk ¶"),
    "poem with marks": ("Roses are red,\nViolets are blue.", "Roses are red, Violets are blue. ¶"),
    "short heading line": (
        "Meeting notes\nThe team met on Monday to talk about the next release of the product.",
        ("Meeting notes /\nThe team met on Monday to talk about the next release of the product. ¶"),
    ),
    "address": ("Jane Doe\n12 Main St\nSpringfield", "Jane Doe /\n12 Main St /\nSpringfield ¶"),
    "labels": (
        "From: Robert Smith of the engineering team\nTo: Alice\nSubject: the report",
        "From: Robert Smith of the engineering team /\nTo: Alice /\nSubject: the report ¶",
    ),
    "broken word": ("a nega-\ntive answer", "a negative answer ¶"),
    "kept hyphen": ("a well-\nknown answer", "a well-known answer ¶"),
    "soft hyphen": ("a neg\u00ad\native answer", "a negative answer ¶"),
    "hyphen before a capital": ("the Franco-\nPrussian war", "the Franco-Prussian war ¶"),
    "double hyphen": ("Today -- not tomorrow -- is it.", "Today — not tomorrow — is it. ¶"),
    "double hyphen in a word": ("Yes--no", "Yes—no ¶"),
    "french dash": ("oui - non", "oui — non ¶"),
    "minus stays": ("5 - 3 is 2", "5 - 3 is 2 ¶"),
    "letters minus stays": ("x - y", "x - y ¶"),
    "flag stays": ("use --force now", "use --force now ¶"),
    "quoted mail": (
        "On Monday Bob wrote:\n> I think so.\n> Let us go.\n\nFine.",
        "On Monday Bob wrote: ¶\nI think so. Let us go. ¶\nFine. ¶",
    ),
    "deep quote": (">> You said\n>> so yesterday.\n> I did.", "You said so yesterday. ¶\nI did. ¶"),
    "comparison at the start": ("> 5 is too many", "> 5 is too many ¶"),
    "greater or equal": (">= 5 is too many", ">= 5 is too many ¶"),
    "signature": ("See you.\n\n-- \nBob", "See you. ¶\nBob ¶"),
    "underlined heading": ("Title\n=====\n\nText here.", "Title ¶\nText here. ¶"),
    "underlined with hyphens": ("Title\n-----\nText here.", "Title ¶\nText here. ¶"),
    "rule of stars": ("One.\n\n* * *\n\nTwo.", "One. ¶\nTwo. ¶"),
    "bullets": ("We need:\n- flour\n- two eggs\n- milk", "We need: ¶\nflour |\ntwo eggs |\nmilk ¶"),
    "bullet signs": ("• one\n• two", "one |\ntwo ¶"),
    "numbers": ("Steps:\n1. Open it.\n2. Close it.", "Steps: ¶\n1, Open it. |\n2, Close it. ¶"),
    "number in brackets": ("1) first\n2) second", "1, first |\n2, second ¶"),
    "number at a line's start": (
        ("He was born in the long and cold winter of the year\n1848. It was a year of revolutions in all of Europe."),
        ("He was born in the long and cold winter of the year 1848. It was a year of revolutions in all of Europe. ¶"),
    ),
    "lone star": ("*", "* ¶"),
    "stars between numbers": ("2 * 3 * 4", "2 * 3 * 4 ¶"),
    "snake case": ("call my_function_name now", "call my_function_name now ¶"),
    "hash comment": ("# a comment\nsudo reboot", "# a comment sudo reboot ¶"),
    "hashtag": ("I like #python", "I like #python ¶"),
    "html in text": ("if a < b and b > c", "if a < b and b > c ¶"),
    "markdown stays": ("**not bold** [x](y)", "**not bold** [x](y) ¶"),
    "indented": ("    An indented line\n    and another one.", "An indented line and another one. ¶"),
    "tabs": ("\tOne line.", "One line. ¶"),
    "item that is wrapped": (
        "- This item goes on for long and is\n  wrapped.\n- Second",
        "This item goes on for long and is wrapped. |\nSecond ¶",
    ),
    "japanese lines": ("日本語の\n文章です。", "日本語の文章です。 ¶"),
    "phonemes": ("A [tomato](/təˈmeɪtoʊ/) here", "A tomato here ¶"),
    "path is no phonemes": ("See [docs](/docs/) here", "See [docs](/docs/) here ¶"),
    "ellipsis line": ("Wait\n...\nwhat?", "Wait /\n... what? ¶"),
    "blank lines only": ("\n\n  \n", ""),
    "windows line ends": ("One.\r\n\r\nTwo\r\nlines.", "One. ¶\nTwo lines. ¶"),
    "dash at a line's end": ("It is\na - b", "It is a - b ¶"),
    "task in text": ("- [x] shop\n- [ ] cook", "done: shop |\nto do: cook ¶"),
    "records": (
        "root:x:0:0:/root\ndaemon:x:1:1:/usr/sbin\nbin:x:2:2:/bin",
        "root:x:0:0:/root /\ndaemon:x:1:1:/usr/sbin /\nbin:x:2:2:/bin ¶",
    ),
    "options": (
        "  check    Run the linter on files\n  format   Run the formatter on files",
        "check    Run the linter on files /\nformat   Run the formatter on files ¶",
    ),
    "wide table": ("NAME    READY   STATUS\nweb-1   1/1     Running", "NAME: web-1, READY: 1 of 1, STATUS: Running. ¶"),
    "known by its mark": (
        "He left\n(for good)\nand never\ncame back to us",
        "He left /\n(for good) /\nand never /\ncame back to us ¶",
    ),
    "hindi lines": (
        "यह एक लंबी पंक्ति है जो आगे चलती है\nऔर यहाँ समाप्त होती है और फिर\nचलती है।",
        "यह एक लंबी पंक्ति है जो आगे चलती है और यहाँ समाप्त होती है और फिर चलती है। ¶",
    ),
    "french quote": ("— Oui, dit-il.\n— Non.", "— Oui, dit-il. — Non. ¶"),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_plain_text_is_read_as_its_lines_mean(source: str, said: str) -> None:
    assert shown(source, "text") == said
