"""Hindi."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.classify.numbers import read_number
from ttsmesh.model.text.kinds import (
    Clock,
    Date,
    Decade,
    Fraction,
    Measure,
    Money,
    Number,
    Percent,
    Range,
    Roman,
    Scientific,
)
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.abbreviations import abbreviations
from ttsmesh.model.text.verbalise.amounts import money_in_words
from ttsmesh.model.text.verbalise.base import BaseVerbaliser
from ttsmesh.model.text.verbalise.tables import Counted, counted, currencies, entries, words

_ABBREVIATIONS = abbreviations(
    words=entries(
        "आदि.: आदि; ई.पू.: ईसा पूर्व; ई. पू.: ईसा पूर्व; रु.: रुपये; रू.: रुपये; कि.मी.: किलोमीटर; कि.ग्रा.: किलोग्राम; "
        "किमी: किलोमीटर; किग्रा: किलोग्राम; सेमी: सेंटीमीटर; मिमी: मिलीमीटर"
    ),
    titles=entries("डॉ.: डॉक्टर; डा.: डॉक्टर; प्रो.: प्रोफ़ेसर; श्री.: श्री; सुश्री.: सुश्री; पं.: पंडित; इं.: इंजीनियर"),
    numbered=entries("पृ.: पृष्ठ; क्र.: क्रमांक; सं.: संख्या; नं.: नंबर"),
)


_MONEY = money_in_words({"हज़ार": 3, "हजार": 3, "लाख": 5, "करोड़": 7, "अरब": 9, "खरब": 11})
_RUPEES = re.compile(r"(?:रु|रू|Rs)(?:\.[ \u00a0]?|[ \u00a0])(?=\d)")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d) ?बजे(?!\w)")


def _rupees(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """रु. 500 and Rs. 500, said in the order of speech."""
    match = _RUPEES.match(text, at) if text[at] in "रR" else None
    amount = read_number(text, match.end(), context.verbaliser) if match else None
    return amount and (amount[0], context.verbaliser.say(Money(amount[1], "INR")))


def _clocks(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """10:30 बजे, where the last word is not said after minutes."""
    match = _CLOCK.match(text, at) if text[at].isdecimal() else None
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        return None
    return match.end(), context.verbaliser.say(Clock(int(match[1]), int(match[2])))


class Hindi(BaseVerbaliser):
    """Hindi, with lakh and crore, and the English words for units that its speakers use."""

    language = "hi"
    decimal_mark = "."
    group_marks = ", \u00a0\u202f\u2009"
    signs = MappingProxyType({"-": "माइनस", "+": "प्लस", "±": "प्लस माइनस"})
    about = "लगभग"
    to = "से"
    by = "गुणा"
    ratio_word = "अनुपात"
    rules: Sequence[Rule] = (_rupees, _ABBREVIATIONS, _MONEY, _clocks)
    months = words("जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर")
    weekdays = words("सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार")
    compass = MappingProxyType({"N": "उत्तर", "S": "दक्षिण", "E": "पूर्व", "W": "पश्चिम"})

    def count(self, amount: Number | Fraction | Range, of: Counted) -> str:
        one = isinstance(amount, Number) and amount.digits == "1" and not amount.scale
        return f"{self.amount(amount)} {of.one if one else of.many}"

    def measure(self, kind: Measure) -> str:
        of = self.unit(kind.unit)
        if kind.power in (2, 3):
            prefix = "वर्ग" if kind.power == 2 else "घन"
            of = Counted(f"{prefix} {of.one}", f"{prefix} {of.many}")
        said = self.count(kind.amount, of)
        return f"{said} प्रति {self.unit(kind.per).one}" if kind.per else said

    def percent(self, kind: Percent) -> str:
        return f"{self.amount(kind.amount)} {'प्रतिशत' if kind.of == 100 else 'प्रति हज़ार'}"

    def fraction(self, kind: Fraction) -> str:
        part = (kind.numerator, kind.denominator)
        if part == (1, 2):
            if kind.whole < 3:
                return ("आधा", "डेढ़", "ढाई")[kind.whole]
            return f"साढ़े {self.cardinal(str(kind.whole))}"
        if part in ((1, 4), (3, 4)):
            said = f"{self.cardinal(str(kind.numerator))} चौथाई"
        elif part in ((1, 3), (2, 3)):
            said = f"{self.cardinal(str(kind.numerator))} तिहाई"
        else:
            said = f"{self.cardinal(str(kind.numerator))} बटा {self.cardinal(str(kind.denominator))}"
        return f"{self.cardinal(str(kind.whole))} और {said}" if kind.whole else said

    def roman(self, kind: Roman) -> str:
        return numbers.ordinal("hi", kind.value) if kind.ordinal else self.cardinal(str(kind.value))

    def power(self, base: str, exponent: Number) -> str:
        if exponent.digits in ("2", "3") and exponent.sign != "-":
            return f"{base} का {'वर्ग' if exponent.digits == '2' else 'घन'}"
        return f"{base} की घात {self.number(exponent)}"

    def scientific(self, kind: Scientific) -> str:
        return f"{self.number(kind.mantissa)} गुणा {self.power('दस', kind.exponent)}"

    def clock(self, kind: Clock) -> str:
        hour = (kind.hour % 12 or 12) if kind.half else kind.hour
        said = self.cardinal(str(hour))
        if kind.minute or kind.second is not None:
            said = f"{said} बजकर {self.count(Number(str(kind.minute)), self.unit('min'))}"
            if kind.second is not None:
                said = f"{said} {self.count(Number(str(kind.second)), self.unit('s'))}"
        else:
            said = f"{said} बजे"
        return f"{_time_of_day(kind)} {said}" if kind.half else said

    def date(self, kind: Date) -> str:
        parts = [self.weekdays[kind.weekday]] if kind.weekday is not None else []
        if kind.day is not None:
            parts.append(self.cardinal(str(kind.day)))
        if kind.month is not None:
            parts.append(self.months[kind.month - 1])
        if kind.year is not None:
            parts.append(numbers.year("hi", kind.year))
        return " ".join(parts)

    def decade(self, kind: Decade) -> str:
        said = self.cardinal(str(kind.year % 100)) if kind.short and kind.year % 100 else numbers.year("hi", kind.year)
        return f"{said} का दशक"

    prefixes = entries(
        """
        p: पिको; n: नैनो; µ: माइक्रो; m: मिली; c: सेंटी; d: डेसी; h: हेक्टो; k: किलो; M: मेगा; G: गीगा; T: टेरा;
        P: पेटा; E: एक्सा; Ki: किबी; Mi: मेबी; Gi: गिबी; Ti: टेबी; Pi: पेबी; Ei: एक्सबी
        """
    )
    units = counted(
        """
        m: मीटर; g: ग्राम; l: लीटर; s: सेकंड; Hz: हर्ट्ज़; W: वाट; Wh: वाट घंटा, वाट घंटे; V: वोल्ट; A: एम्पियर;
        Ah: एम्पियर घंटा, एम्पियर घंटे; Ω: ओम; F: फ़ैरड; J: जूल; cal: कैलोरी; Pa: पास्कल; N: न्यूटन; Nm: न्यूटन
        मीटर; eV: इलेक्ट्रॉन वोल्ट; bar: बार; mol: मोल; t: टन; B: बाइट; b: बिट; P: पिक्सेल; min: मिनट; h: घंटा,
        घंटे; d: दिन; wk: सप्ताह; mo: महीना, महीने; yr: साल; mi: मील; ft: फ़ुट; in: इंच; yd: गज़; nmi: समुद्री
        मील; ly: प्रकाश वर्ष; lb: पाउंड; oz: औंस; gal: गैलन; qt: क्वार्ट; fl oz: द्रव औंस; tbsp: बड़ा चम्मच,
        बड़े चम्मच; tsp: छोटा चम्मच, छोटे चम्मच; ha: हेक्टेयर; ac: एकड़; °C: डिग्री सेल्सियस; °F: डिग्री
        फ़ारेनहाइट; °: डिग्री; K: केल्विन; dB: डेसिबल; dBA: डेसिबल ए; dBm: डेसिबल मिलीवाट; px: पिक्सेल; em: एम;
        rem: रेम; pt: पॉइंट; dpi: डॉट प्रति इंच; ppi: पिक्सेल प्रति इंच; fps: फ़्रेम प्रति सेकंड; rpm: चक्कर
        प्रति मिनट; bpm: धड़कन प्रति मिनट; mph: मील प्रति घंटा; kn: नॉट; hp: हॉर्सपावर; psi: पाउंड प्रति वर्ग
        इंच; atm: वायुमंडल; mmHg: मिलीमीटर पारा; ppm: भाग प्रति दस लाख; ppb: भाग प्रति अरब; lm: ल्यूमेन; lx:
        लक्स; cd: कैंडेला; VA: वोल्ट एम्पियर; IU: अंतरराष्ट्रीय इकाई, अंतरराष्ट्रीय इकाइयाँ; req: अनुरोध; op:
        ऑपरेशन; tok: टोकन; it: पुनरावृत्ति; msg: संदेश; pkt: पैकेट; s²: वर्ग सेकंड; m²: वर्ग मीटर; m³: घन
        मीटर
        """
    )
    currencies = currencies(
        """
        INR: रुपया, रुपये / पैसा, पैसे; EUR: यूरो / सेंट; USD: डॉलर / सेंट; GBP: पाउंड / पेंस; JPY: येन; CNY:
        युआन; BRL: रियाल / सेंटावो; CHF: स्विस फ़्रैंक / सेंटाइम; CAD: कनाडाई डॉलर / सेंट; AUD: ऑस्ट्रेलियाई
        डॉलर / सेंट; NZD: न्यूज़ीलैंड डॉलर / सेंट; HKD: हॉन्ग कॉन्ग डॉलर / सेंट; SGD: सिंगापुर डॉलर / सेंट; MXN:
        मैक्सिकन पेसो; ARS: अर्जेंटीनी पेसो; KRW: वॉन; RUB: रूबल; TRY: तुर्की लीरा; PLN: ज़्लॉटी; SEK: स्वीडिश
        क्रोना; NOK: नॉर्वेजियन क्रोन; DKK: डेनिश क्रोन; ILS: शेकेल; ZAR: रैंड; THB: बाट; VND: डोंग; PHP:
        फ़िलिपीनी पेसो; BTC: बिटकॉइन; PKR: पाकिस्तानी रुपया, पाकिस्तानी रुपये; NPR: नेपाली रुपया, नेपाली रुपये;
        BDT: टका; LKR: श्रीलंकाई रुपया, श्रीलंकाई रुपये
        """
    )
    symbols = entries(
        """
        + प्लस, = बराबर, & और, % प्रतिशत, # हैश, @ एट, * स्टार, / स्लैश, \\ बैकस्लैश, < से कम, > से ज़्यादा, ≤
        से कम या बराबर, ≥ से ज़्यादा या बराबर, ≠ बराबर नहीं, ≈ लगभग बराबर, × गुणा, ÷ भाग, √ वर्गमूल, ∞
        अनंत, → दायाँ तीर, ← बायाँ तीर, ↑ ऊपर तीर, ↓ नीचे तीर, ↔ दोहरा तीर, ⇒ इसलिए, ° डिग्री, ©
        कॉपीराइट, ® पंजीकृत, ™ ट्रेडमार्क, § अनुभाग, ¶ अनुच्छेद, € यूरो, $ डॉलर, £ पाउंड, ¥ येन, ₹ रुपये, ¢
        सेंट, | पाइप, ~ टिल्ड, ^ कैरेट, _ अंडरस्कोर, ` बैकटिक, - माइनस, − माइनस, ± प्लस माइनस, ‰ प्रति हज़ार,
        µ माइक्रो, Ω ओम, π पाई, ∑ योग, ∏ गुणनफल, ∫ समाकल, ∂ आंशिक अवकलज, ∆ डेल्टा, ∈ का सदस्य, ∉ का सदस्य
        नहीं, ∪ संघ, ∩ प्रतिच्छेद, ⊂ उपसमुच्चय, ∅ रिक्त समुच्चय, ∀ सभी के लिए, ∃ मौजूद है, ¬ नहीं, ∧ और,
        ∨ या, ½ आधा, ¼ एक चौथाई, ¾ तीन चौथाई, • बिंदु, · बिंदु, ✓ सही, ✔ सही, ✗ ग़लत, ✘ ग़लत, ★ तारा, ☆
        तारा, № नंबर, … बिंदु
        """,
        " ",
        ",",
    )
    terms = entries(
        """
        dot: डॉट; slash: स्लैश; backslash: बैकस्लैश; dash: डैश; underscore: अंडरस्कोर; colon: कोलन; at: एट;
        line: पंक्ति; lines: पंक्तियाँ; column: स्तंभ; columns: स्तंभ; code: कोड; file: फ़ाइल; files: फ़ाइलें;
        folder: फ़ोल्डर; a secret: एक गुप्त कुंजी; link: लिंक; image: चित्र; table: तालिका; row: पंक्ति; rows:
        पंक्तियाँ; hash: हैश; version: संस्करण; option: विकल्प; equals: बराबर; plus: प्लस; minus: माइनस; star:
        स्टार; home: होम; address: पता; port: पोर्ट; percent: प्रतिशत; hex: हेक्स; item: मद; items: मद; done:
        पूरा; to do: करना है; heading: शीर्षक; added: जोड़ा गया; removed: हटाया गया; changed: बदला गया; deleted:
        मिटाया गया; renamed: नाम बदला गया; failed: विफल; passed: सफल; skipped: छोड़ा गया; error: त्रुटि; errors:
        त्रुटियाँ; warning: चेतावनी; warnings: चेतावनियाँ; in: में; and: और; or: या; to: से; through: से; times:
        बार; from: से; of: का; by: द्वारा; empty: ख़ाली; quote: उद्धरण; character: अक्षर; characters: अक्षर;
        test: परीक्षण; tests: परीक्षण; more: और; diff: अंतर; log: लॉग; e-mail: ईमेल; user: उपयोगकर्ता; info:
        जानकारी; debug: डिबग; critical: गंभीर; fatal: घातक; new: नया; old: पुराना; with: के साथ; without: के
        बिना; comma: अल्पविराम; space: स्पेस; tilde: टिल्ड; caret: कैरेट; pipe: पाइप; ampersand: एंड; question
        mark: प्रश्नचिह्न; emoji: इमोजी; function: फ़ंक्शन; class: क्लास; word: शब्द; words: शब्द; number:
        संख्या; page: पृष्ठ; dollar: डॉलर; hashtag: हैशटैग; dunder: डबल अंडरस्कोर; arrow: तीर; binary: बाइनरी;
        octal: ऑक्टल; color: रंग; data: डेटा; certificate: प्रमाणपत्र; point: पॉइंट; below: से कम; above: से
        ज़्यादा; exactly: ठीक; not: नहीं; about: लगभग; sharp: शार्प; section: अनुभाग; end of tag: टैग समाप्त; at
        least: कम से कम; at most: अधिकतम; compatible with: के अनुकूल; less than: से कम; greater than: से
        ज़्यादा; less than or equal to: से कम या बराबर; greater than or equal to: से ज़्यादा या बराबर; not equal
        to: बराबर नहीं; plus equals: प्लस बराबर; minus equals: माइनस बराबर; times equals: गुणा बराबर; divided by
        equals: भाग बराबर; plus plus: प्लस प्लस; minus minus: माइनस माइनस; or equals: या बराबर; to the power of:
        की घात; append to: में जोड़ें; standard error: मानक त्रुटि; standard output: मानक आउटपुट; empty string:
        ख़ाली पाठ; no newline at end of file: अंत में नई पंक्ति नहीं; mode changed: मोड बदला गया; expected
        failures: अपेक्षित विफलताएँ; unexpected passes: अनपेक्षित सफलताएँ; rename: नाम बदलें; notice: सूचना;
        trace: ट्रेस
        """
    )


def _time_of_day(kind: Clock) -> str:
    hour = kind.hour % 12 + 12 * (kind.half == "pm")
    if 4 <= hour < 12:
        return "सुबह"
    if 12 <= hour < 16:
        return "दोपहर"
    return "शाम" if 16 <= hour < 20 else "रात"
