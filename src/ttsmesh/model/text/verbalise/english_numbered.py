"""Numbers that name things in English: verses, flights, rooms and roads, and codes of the post. Pure.

Three digits that name something are said in two parts: room 101 is "one oh one", a Boeing 747 "seven forty-seven".
"""

import re

from ttsmesh.model.text.classify.units import SYMBOLS
from ttsmesh.model.text.kinds import Measure, Number
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.english_names import words
from ttsmesh.model.text.verbalise.english_words import several
from ttsmesh.model.text.verbalise.tables import entries

_BOOKS = words(
    "genesis gen exodus ex exod leviticus lev numbers num deuteronomy deut joshua josh judges judg ruth samuel sam "
    "kings kgs chronicles chron ezra nehemiah neh esther job psalm psalms ps proverbs prov ecclesiastes eccl isaiah "
    "isa jeremiah jer lamentations lam ezekiel ezek daniel dan hosea hos joel amos obadiah jonah micah mic nahum "
    "habakkuk hab zephaniah haggai zechariah zech malachi mal matthew matt mt mark mk luke lk john jn acts romans rom "
    "corinthians cor galatians gal ephesians eph philippians phil colossians col thessalonians thess timothy tim titus "
    "philemon hebrews heb james jas peter pet jude revelation rev sirach tobit wisdom maccabees surah sura quran qur'an"
)
_VERSE = re.compile(r"([1-9]\d{0,2}):([1-9]\d{0,2})(?:[-–]([1-9]\d{0,2}))?(?![\w:]|[.,-]\d)")
_BOOK_BEFORE = re.compile(r"[A-Z][a-z']{1,13}\.? $")

_NAMED = words("flight boeing porsche room route highway hwy interstate bus suite form rte rm")
_COUNTED = r"(?![\w%°]|[.,:/-]\d| (?:km|mi|m|ft|miles?|met(?:er|re)s|feet|people|guests|passengers|times)\b)"
_IN_PAIRS = re.compile(rf"([1-9])(\d\d)(?:-([1-9]\d{{2}}))?{_COUNTED}")
_FOUR = re.compile(rf"[1-9]\d(?:[1-9]\d|0[1-9]){_COUNTED}")
_FLIGHT_BEFORE = re.compile(r"\b[Ff]lights? (?:[A-Z][A-Z\d]|\d[A-Z]) $")
_LETTER_BEFORE = re.compile(r"(?:A|I-|US-|SR-)(?=([1-9])(\d\d)(?![\w-]|[.,]\d))")

_ADDRESS = re.compile(
    r"[1-9]\d{2,3}(?= (?:[NSEW]\.? )?(?:[A-Z][a-z'’]{1,20}\.? |\d{1,3}(?:st|nd|rd|th) ){1,3}(?:St|Street|Ave|Avenue"
    r"|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Ct|Court|Pl|Place|Way|Pkwy|Parkway|Hwy|Highway|Terrace)\b)"
)
_RATING = re.compile(r"(\d{1,2}(?:\.\d)?|100)/(5|10|20|100)(?![\w/%\"″]|\.\d)")
_RATED = words("rated rating score scored scores got gave give gives rate review grade graded it's pain mark")
_STARS = re.compile(r" (?:stars?|points?|rating|marks|would)\b")
_PART_OF = re.compile(r" (?:of|miles?|inch|inches|in|seconds?|cups?|mm|cm)\b|-")
_SEVERAL = re.compile(r"([1-9]\d{0,2})['’]?s(?![\w-])")
_SEVERAL_LETTERS = re.compile(r"([A-Z]{1,3})-([1-9]\d{0,3})s(?![\w-])")
_BEFORE_SEVERAL = _NAMED | words("two three four five six both several many few size sizes roll")
_OF_A_SOLDIER = re.compile(r"0([1-9])00(?= h(?:ou)?rs\b)")

_POSTCODE = re.compile(r"([A-Z]{2}) (\d{5})(?:-(\d{4}))?(?![\w-]|[.,]\d)")
_STATES = entries(
    """
    AL: Alabama; AK: Alaska; AZ: Arizona; AR: Arkansas; CA: California; CO: Colorado; CT: Connecticut; DE: Delaware;
    DC: D C; FL: Florida; GA: Georgia; HI: Hawaii; ID: Idaho; IL: Illinois; IN: Indiana; IA: Iowa; KS: Kansas;
    KY: Kentucky; LA: Louisiana; ME: Maine; MD: Maryland; MA: Massachusetts; MI: Michigan; MN: Minnesota;
    MS: Mississippi; MO: Missouri; MT: Montana; NE: Nebraska; NV: Nevada; NH: New Hampshire; NJ: New Jersey;
    NM: New Mexico; NY: New York; NC: North Carolina; ND: North Dakota; OH: Ohio; OK: Oklahoma; OR: Oregon;
    PA: Pennsylvania; RI: Rhode Island; SC: South Carolina; SD: South Dakota; TN: Tennessee; TX: Texas; UT: Utah;
    VT: Vermont; VA: Virginia; WA: Washington; WV: West Virginia; WI: Wisconsin; WY: Wyoming; PR: Puerto Rico
    """
)

_RATE = re.compile(r"([A-Za-zµ]{1,5})/(s|sec|h|hr|min|day|L|dL|kg)(?![\w/(])")
_NO_RATE = words("s sec secs min mins h hr hrs d in em A C F K T I")
_PER = re.compile(r"/([a-z]{1,10})(?![\w/(-]|\.\w)")
_PER_SO_MUCH = re.compile(r"/(?=10{1,3} ?(?:km|g|mL|ml|mg|kg|mi|L)(?!\w))")
_COUNTED_RATE = re.compile(r"([a-z]{3,14})/([a-z]{1,8})(?![\w/(.-])")
_NUMBER_BEFORE = re.compile(r"\d[kKM]?[ \u00a0]$")
_AMOUNT_BEFORE = re.compile(r"(?:\d[kKmMbB%x×]?|\d ?(?:[A-Za-z°µ]{1,4}|times|people|users|requests)|[€£¢])$")
_EACH = entries(
    """
    yr: year; y: year; mo: month; wk: week; d: day; hr: hour; h: hour; min: minute; sec: second; s: second;
    qtr: quarter; lb: pound; kg: kilogram; oz: ounce; gal: gallon; mi: mile; km: kilometer; pp: person; ea: each
    """
)
_EACH_IN_FULL = words(
    "year month week day hour minute second night quarter season person user seat head child adult student employee "
    "unit item piece page word line token call request query share barrel ton tonne gallon mile acre game match core "
    "node host device account team site room ticket trip ride visit session annum capita"
)


def verse(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A chapter and a verse of the Bible or the Quran: "Genesis 1:1", "Psalm 23:1-4", "1 Cor. 13:4"."""
    if not text[at].isdigit() or context.previous.rstrip(".") not in _BOOKS:
        return None
    found = _VERSE.match(text, at)
    if found is None or not _BOOK_BEFORE.search(text, max(0, at - 18), at):
        return None
    chapter, first, last = (numbers.cardinal(context.language, int(part)) if part else "" for part in found.groups())
    return found.end(), f"{chapter} {first} to {last}" if last else f"{chapter} {first}"


def named(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A number in two parts after what it names: "room 101", "flight BA 249", "Boeing 737-800", "A380", "I-405"."""
    first = text[at]
    if first in "AISU" and (letters := _LETTER_BEFORE.match(text, at)) and not text[at - 1 : at].isalnum():
        said = numbers.digits(context.language, letters[0])
        return letters.end() + 3, f"{said} {_pairs(letters[1], letters[2], context)}"
    if first.isdigit() and (address := _ADDRESS.match(text, at)) and not text[at - 1 : at].isalnum():
        whole = address[0]
        said = numbers.year("en-us", int(whole)) if len(whole) == 4 else _pairs(whole[0], whole[1:], context)
        return address.end(), said
    if not first.isdigit() or not (
        context.previous in _NAMED or _FLIGHT_BEFORE.search(text, max(0, at - 11), at) is not None
    ):
        return None
    if found := _IN_PAIRS.match(text, at):
        said = _pairs(found[1], found[2], context)
        return found.end(), f"{said} {_pairs(found[3][0], found[3][1:], context)}" if found[3] else said
    if found := _FOUR.match(text, at):
        return found.end(), numbers.year("en-us", int(found[0]))
    return None


def rating(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """How many points of all: "8/10", "4.5/5 stars"."""
    found = _RATING.match(text, at) if text[at].isdigit() else None
    if found is None or (at and (text[at - 1].isalnum() or text[at - 1] in "/.,-–$")):
        return None
    points, most = Number(found[1]), found[2]
    if float(found[1]) > int(most) or (len(found[1]) > 1 and found[1][0] == "0" and "." not in found[1]):
        return None
    is_rating = "." in found[1] or context.previous in _RATED or _STARS.match(text, found.end())
    if not is_rating and (
        most != "10"
        or _PART_OF.match(text, found.end())
        or (text[at - 1 : at].isspace() and text[max(0, at - 2) : at - 1].isdigit())
    ):
        return None
    return found.end(), f"{context.verbaliser.say(points)} out of {numbers.cardinal(context.language, int(most))}"


def postcode(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A state of America with the code of a town: "CA 90210"."""
    if not text[at].isupper() or not (found := _POSTCODE.match(text, at)):
        return None
    state = _STATES.get(found[1])
    if state is None or (at and text[at - 1] not in " \u00a0\n"):
        return None
    codes = ", ".join(numbers.digits(context.language, code) for code in found.groups()[1:] if code)
    return found.end(), f"{state} {codes}"


def per(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A stroke between an amount and what it is for: "€5/month", "$3/lb", "20 GB/user"."""
    if text[at] != "/" or not at:
        return None
    if _PER_SO_MUCH.match(text, at) and text[at - 1].isalpha():
        return at + 1, "per"
    found = _PER.match(text, at)
    if found is None or not _AMOUNT_BEFORE.search(text, max(0, at - 10), at):
        return None
    said = _each(found[1], context)
    return (found.end(), said) if said else None


def rate(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A unit and what it is per, without a number: "in km/h", "MB/s"; or what is counted: "70 beats/min"."""
    if text[at].islower() and _NUMBER_BEFORE.search(text, max(0, at - 3), at):
        counted = _COUNTED_RATE.match(text, at)
        if counted and (said := _each(counted[2], context)):
            return counted.end(), f"{counted[1]} {said}"
    found = _RATE.match(text, at) if text[at].isalpha() and not text[at - 1 : at].isalnum() else None
    if found is None or found[1] not in SYMBOLS or found[2] not in SYMBOLS or found[1] in _NO_RATE:
        return None
    two = Number("2")
    said = context.verbaliser.say(Measure(two, SYMBOLS[found[1]], SYMBOLS[found[2]]))
    return found.end(), said.removeprefix(context.verbaliser.say(two)).lstrip()


def several_of(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A number as a plural: "over-65s", "two F-16s", "three 5s", "Boeing 747s"; and the hour of "0600 hours"."""
    if (hour := _OF_A_SOLDIER.match(text, at)) and not text[at - 1 : at].isalnum():
        return hour.end(), f"zero {numbers.digits(context.language, hour[1])} hundred"
    if (letters := _SEVERAL_LETTERS.match(text, at)) and not text[at - 1 : at].isalnum():
        return letters.end(), f"{numbers.digits(context.language, letters[1])} {several(_short(letters[2], context))}"
    found = _SEVERAL.match(text, at)
    glued = text[at - 1 : at] == "-" and text[max(0, at - 2) : at - 1].isalpha()
    if found is None or not (glued or context.previous in _BEFORE_SEVERAL):
        return None
    return found.end(), several(_short(found[1], context))


def _short(digits: str, context: Context) -> str:
    return (
        _pairs(digits[0], digits[1:], context) if len(digits) == 3 else numbers.cardinal(context.language, int(digits))
    )


def _each(written: str, context: Context) -> str:
    """ "per month" for "month" and "mo"; "" for what nothing is per."""
    noun = _EACH.get(written) or (written if written in _EACH_IN_FULL else "")
    if noun == "kilometer" and context.language == "en-gb":
        noun = "kilometre"
    return noun if noun in ("", "each") else f"per {noun}"


def _pairs(hundreds: str, rest: str, context: Context) -> str:
    if rest == "00":
        return numbers.cardinal(context.language, int(hundreds + rest))
    after = numbers.cardinal(context.language, int(rest))
    return f"{numbers.digits(context.language, hundreds)} {'oh ' if rest[0] == '0' else ''}{after}"
