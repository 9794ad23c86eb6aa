"""What English writes short, in sentences: each word that a rule takes is read, all other text stays as it is."""

import re
import time

import pytest

from tests.few import few
from ttsmesh.model.text.rules import Context, Style
from ttsmesh.model.text.verbalise.english import English
from ttsmesh.model.text.verbalise.english_rules import roman_value

AMERICAN, BRITISH = English("en-us"), English("en-gb")

TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*['’]?|\S")


def read(text: str, english: English = AMERICAN, style: Style = "prose") -> str:
    """``text`` with what the rules say in place of what they take."""
    out: list[str] = []
    at, previous = 0, ""
    while at < len(text):
        if text[at].isspace():
            out.append(" ")
            at += 1
            continue
        context = Context(english, style, previous)
        answers = (rule(text, at, context) for rule in english.rules)
        answer = next((answer for answer in answers if answer is not None), None)
        if answer is None:
            token = TOKEN.match(text, at)
            assert token is not None
            answer = token.end(), token.group()
        assert answer[0] > at
        out.append(answer[1])
        previous = text[at : answer[0]].lower()
        at = answer[0]
    return "".join(out)


TITLES_AND_NAMES = [
    ("Dr. Smith met Mr. Jones, Mrs. Lee and Ms. Ray.", "Doctor Smith met Mister Jones, Missus Lee and Miz Ray."),
    ("Dr Smith and Mr Jones", "Doctor Smith and Mister Jones"),
    ("Sgt. Pepper's band", "Sergeant Pepper's band"),
    ("Prof. Higgins, Capt. Kirk", "Professor Higgins, Captain Kirk"),
    ("Gen. Lee and Rev. King", "General Lee and Reverend King"),
    ("Lt. Col. Hall", "Lieutenant Colonel Hall"),
    ("DR. SMITH", "Doctor SMITH"),
    ("I asked the prof. about it", "I asked the professor about it"),
    ("Martin Luther King Jr. was here", "Martin Luther King Junior was here"),
    ("Sammy Davis Jr. He sang", "Sammy Davis Junior. He sang"),
    ("Apple Inc. is big", "Apple Incorporated is big"),
    ("Apple Inc. The firm", "Apple Incorporated. The firm"),
    ("Foo Ltd. and Smith & Co. said", "Foo Limited and Smith & Company said"),
    ("Acme Corp.'s plan", "Acme Corporation's plan"),
    ("Warner Bros. Pictures", "Warner Brothers Pictures"),
    ("Mt. Everest and Ft. Worth", "Mount Everest and Fort Worth"),
    ("Roe v. Wade", "Roe versus Wade"),
]

STREETS_AND_SAINTS = [
    ("St. John and St. Mary's", "Saint John and Saint Mary's"),
    ("St John's Wood", "Saint John's Wood"),
    ("Mount St. Helens", "Mount Saint Helens"),
    ("He lives at 5 Main St. in town", "He lives at 5 Main Street in town"),
    ("He lives at 5 Main St.", "He lives at 5 Main Street."),
    ("I live at 5 Main St. She left.", "I live at 5 Main Street. She left."),
    ("5 Main St., Springfield", "5 Main Street, Springfield"),
    ("the Wall St. Journal", "the Wall Street Journal"),
    ("42nd St. and Fifth Ave. are busy", "42nd Street and Fifth Avenue are busy"),
    ("12 Oak Dr. is for sale", "12 Oak Drive is for sale"),
    ("the Dr. said so", "the Doctor said so"),
    ("Sunset Blvd. at night", "Sunset Boulevard at night"),
]

BEFORE_NUMBERS = [
    ("No. 5 and Nos. 3", "Number 5 and Numbers 3"),
    ("the no. 1 song", "the number 1 song"),
    ("No. That is wrong.", "No. That is wrong."),
    ("there are no 5 of them", "there are no 5 of them"),
    ("see p. 5 and pp. 10", "see page 5 and pages 10"),
    ("vol. 2, ch. 3, fig. 2, Figs. 1", "volume 2, chapter 3, figure 2, Figures 1"),
    ("eq. (3) and sec. 5", "equation (3) and section 5"),
    ("Vol. II", "Volume two"),
    ("Fig. A", "Figure A"),
    ("NO. 5", "Number 5"),
    ("n° 5", "number 5"),
    ("in the app. 5 people", "in the app. 5 people"),
    ("Col. 3 and Col. Hall", "Column 3 and Colonel Hall"),
    ("est. 1999", "established nineteen ninety-nine"),
    ("est. 50 people", "estimated 50 people"),
    ("c. 1850", "circa eighteen fifty"),
    ("Bach (b. 1685)", "Bach (born sixteen eighty-five)"),
    ("min. 5, max. 10", "minimum 5, maximum 10"),
    ("up to the max. The next", "up to the max. The next"),
    ("10 min. later", "10 min. later"),
    ("ext. 12", "extension 12"),
]

ANYWHERE = [
    ("approx. 5", "approximately 5"),
    ("e.g. this, i.e. that", "for example this, that is that"),
    ("(e.g., here)", "(for example, here)"),
    ("E.g. this", "For example this"),
    ("eg, this", "for example, this"),
    ("cats, dogs, etc. are", "cats, dogs, et cetera are"),
    ("cats, etc. The end", "cats, et cetera. The end"),
    ("cats, etc.", "cats, et cetera."),
    ("(cats, etc.) are", "(cats, et cetera) are"),
    ("cats vs. dogs vs birds", "cats versus dogs versus birds"),
    ("cf. Smith et al. (2020)", "compare Smith et al (2020)"),
    ("I met Al. He left", "I met Al. He left"),
    ("Dept. of Defense", "Department of Defense"),
    ("w/ cheese, w/o milk, b/c I can", "with cheese, without milk, because I can"),
    ("tea and/or coffee", "tea and or coffee"),
    ("aka Bob, a.k.a. Bob", "also known as Bob, also known as Bob"),
    ("etc/hosts and vs-code", "etc/hosts and vs-code"),
    ("R&D, Q&A and AT&T", "R and D, Q and A and A T and T"),
    ("NASA & ESA", "NASA & ESA"),
    ("24/7 support", "twenty-four seven support"),
    ("VS Code and the path /a/b/c", "VS Code and the path /a/b/c"),
    ("John V. Smith", "John V. Smith"),
    ("a delay of 5 ms. Then", "a delay of 5 ms. Then"),
    ("a bug in FT. Probably", "a bug in FT. Probably"),
    ("pip X.Y.Z", "pip X.Y.Z"),
    ("Star Wars Ep. VIII", "Star Wars Episode eight"),
    ("WWII ended", "World War two ended"),
    ("the Pan Am flight", "the pan am flight"),
]

LETTERS = [
    ("at 5 p.m. She left.", "at 5 P M. She left."),
    ("at 5 p.m. on Monday", "at 5 P M on Monday"),
    ("at 5 p.m. EST today", "at 5 P M EST today"),
    ("at 5 p.m. Monday", "at 5 P M Monday"),
    ("at 5 p.m.", "at 5 P M."),
    ("“at 5 p.m.” She said", "“at 5 P M.” She said"),
    ("the U.S. Senate", "the U S Senate"),
    ("the U.S. The end", "the U S. The end"),
    ("the U.K.'s and U.S.-based", "the U K's and U S-based"),
    ("J.R.R. Tolkien", "J R R Tolkien"),
    ("a Ph.D. in physics", "a P H D in physics"),
    ("a Ph.D. She left", "a P H D. She left"),
    ("the end.It was", "the end.It was"),
]

DATES = [
    ("on Dec. 25, 2024.", "on December twenty-fifth, twenty twenty-four."),
    ("Dec 25", "December twenty-fifth"),
    ("January 31st", "January thirty-first"),
    ("May 5", "May fifth"),
    ("May 5–7, 2024", "May fifth to seventh, twenty twenty-four"),
    ("Jan 5 - Feb 2", "January fifth to February second"),
    ("Sept. 2023 to Oct 2024", "September twenty twenty-three to October twenty twenty-four"),
    ("25 Dec. 2024", "the twenty-fifth of December twenty twenty-four"),
    ("the 5 January meeting", "the fifth of January meeting"),
    ("4th of July party", "fourth of July party"),
    ("25-Dec-2024", "the twenty-fifth of December twenty twenty-four"),
    ("25–27 December", "the twenty-fifth to the twenty-seventh of December"),
    ("See you on 5 Dec. Then", "See you on the fifth of December. Then"),
    ("in Dec. we ski", "in December we ski"),
    ("since Feb and Jan-Mar", "since February and January to March"),
    ("I met Jan. He left", "I met Jan. He left"),
    ("May I go? You may 5 times", "May I go? You may 5 times"),
    ("March 5% and Jan 5:30", "March 5% and Jan 5:30"),
    ("Jan 15 10:30", "January fifteenth 10:30"),
    ("Mon–Fri and Tue-Thu", "Monday to Friday and Tuesday to Thursday"),
    ("Tue/Thu", "Tuesday and Thursday"),
    ("Sat, Jan 6", "Saturday, January sixth"),
    ("Sun, 3 Jan 2024", "Sunday, the third of January twenty twenty-four"),
    ("Tues. at noon", "Tuesday at noon"),
    ("the Sun. It shines, Sun 3 is ok", "the Sun. It shines, Sun 3 is ok"),
]

ROMANS = [
    ("Henry VIII had six wives", "Henry the eighth had six wives"),
    ("Louis XIV's palace", "Louis the fourteenth's palace"),
    ("World War II began", "World War two began"),
    ("World War I was bad", "World War one was bad"),
    ("Chapter IV, Act III, scene ii", "Chapter four, Act three, scene two"),
    ("Part II and Type II", "Part two and Type two"),
    ("Super Bowl LVIII", "Super Bowl fifty-eight"),
    ("Pope John Paul II died", "Pope John Paul the second died"),
    ("Elizabeth II and Elizabeth I.", "Elizabeth the second and Elizabeth the first."),
    ("Queen Mary I read", "Queen Mary the first read"),
    ("Charles I was executed", "Charles the first was executed"),
    ("I told Charles I was late", "I told Charles I was late"),
    ("Mary I know", "Mary I know"),
    ("the Part I liked", "the Part I liked"),
    ("William Gates III", "William Gates the third"),
    ("Final Fantasy VII", "Final Fantasy seven"),
    ("the film Rocky IV", "the film Rocky four"),
    ("Henry V and Malcolm X", "Henry the fifth and Malcolm X"),
    ("the XIX century, the XXIst century", "the nineteenth century, the twenty-first century"),
    ("MCMXCIX", "nineteen ninety-nine"),
    ("the MIX of my CD in DC", "the MIX of my CD in DC"),
    ("an IV drip, Start IV fluids, Washington DC", "an IV drip, Start IV fluids, Washington DC"),
    ("(ii) and (iii)", "(two) and (three)"),
    ("she and I are ill", "she and I are ill"),
]

SHORT_FORMS = [
    ("What're they doing?", "What are they doing?"),
    ("Who’re you?", "Who are you?"),
    ("we're here, o'clock", "we're here, o'clock"),
    ("Th' old man", "The old man"),
    ("'tis true, ’twas", "'tis true, 'twas"),
    ("'til dawn", "till dawn"),
    ("the 'most' of it", "the 'most' of it"),
]

CASES = [
    *(TITLES_AND_NAMES + STREETS_AND_SAINTS + BEFORE_NUMBERS + ANYWHERE),
    *(LETTERS + DATES + ROMANS + SHORT_FORMS),
]


@pytest.mark.parametrize(("text", "said"), CASES, ids=[text for text, _ in CASES])
def test_what_is_written_short_is_read_in_full(text: str, said: str) -> None:
    assert read(text) == said


BRITISH_CASES = [
    ("January 31, 2024", "January the thirty-first, twenty twenty-four"),
    ("31 January 2005", "the thirty-first of January two thousand and five"),
    ("Dec. 25", "December the twenty-fifth"),
    ("Dr Who and St Albans", "Doctor Who and Saint Albans"),
]


@pytest.mark.parametrize(("text", "said"), BRITISH_CASES, ids=[text for text, _ in BRITISH_CASES])
def test_what_british_people_read_otherwise(text: str, said: str) -> None:
    assert read(text, BRITISH) == said


PLAIN = [
    "The quick brown fox jumps over the lazy dog, and no one minds.",
    "It may rain in the sun; we sat at an inn by the sea, ill but alive.",
    "He said no. Then he left with a co-worker for the gen pop.",
    "Will you mix it? I did, and she did. Max and Al came, Ed too.",
    "An app. A tab. A fig. An ex. The art.",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_prose_stays_as_it_is(text: str) -> None:
    assert read(text) == text


def test_in_code_short_words_without_a_stop_are_names() -> None:
    assert read("ie = etc w/o", style="code") == "ie = etc w/o"


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("I", 1), ("IV", 4), ("IX", 9), ("XL", 40), ("XCIX", 99), ("MCMXCIV", 1994), ("IIII", 0), ("IC", 0), ("VX", 0)],
)
def test_only_well_formed_numerals_have_a_value(numeral: str, value: int) -> None:
    assert roman_value(numeral) == value


HOSTILE = ["a.", "A.B.", "I", "Mon-", "Dr. ", "1 ", "w/", "X & ", "'", "Jan ", "St. A", "p.m.\t"]


@pytest.mark.alone
@pytest.mark.parametrize("piece", few({"A.B.", "Dr. ", "1 "}, of=HOSTILE))
def test_time_grows_with_the_length_of_a_text_only(piece: str) -> None:
    def duration(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.perf_counter()
        read(text)
        return time.perf_counter() - begun

    short, long = (min(duration(length) for _ in range(3)) for length in (4_000, 64_000))
    assert long < 16 * 6 * short
