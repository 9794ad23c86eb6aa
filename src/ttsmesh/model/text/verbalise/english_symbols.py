"""What symbols are called in English. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from ttsmesh.model.text.verbalise.tables import entries

_ASCII = entries(
    r"""
    +: plus; -: minus; *: asterisk; /: slash; \: backslash; =: equals; <: less than; >: greater than; &: and; @: at;
    #: hash; $: dollar; %: percent; ^: caret; _: underscore; ~: tilde; |: pipe; `: backtick
    """
)
_COMPARISONS = entries(
    """
    <=: less than or equal to; >=: greater than or equal to; !=: not equal to; ==: equals; =>: arrow; ->: arrow;
    <-: left arrow; ≤: less than or equal to; ≥: greater than or equal to; ≦: less than or equal to;
    ≧: greater than or equal to; ≠: not equal to; ≈: about equal to; ≃: about equal to; ≅: congruent to;
    ≡: identical to; ≪: much less than; ≫: much greater than; ∝: proportional to; ∼: similar to
    """
)
_ARITHMETIC = entries(
    """
    ×: times; ÷: divided by; ±: plus or minus; ∓: minus or plus; −: minus; ·: times; ⋅: times; √: square root of;
    ∛: cube root of; ∞: infinity; ∑: sum of; ∏: product of; ∫: integral of; ∮: contour integral of; ∂: partial;
    ∇: nabla; ∆: delta; ‰: per thousand; °: degrees; ′: prime; ″: double prime; ⊕: circled plus; ⊗: circled times
    """
)
_LOGIC = entries(
    """
    ∀: for all; ∃: there exists; ∄: there does not exist; ∈: in; ∉: not in; ∋: contains; ⊂: subset of;
    ⊃: superset of; ⊆: subset of or equal to; ⊇: superset of or equal to; ∪: union; ∩: intersection; ∅: empty set;
    ∖: set minus; ∧: and; ∨: or; ¬: not; ⊻: exclusive or; ⊢: proves; ⊨: entails; ⊤: true; ⊥: bottom; ∴: therefore;
    ∵: because; ∠: angle; ∥: parallel to; ∎: end of proof; ∣: divides; ℕ: the natural numbers; ℤ: the integers;
    ℚ: the rationals; ℝ: the reals; ℂ: the complex numbers; ℓ: L; ℵ: aleph; ℏ: H bar
    """
)
_ARROWS = entries(
    """
    →: arrow; ←: left arrow; ↑: up arrow; ↓: down arrow; ↔: left right arrow; ⇒: implies; ⇐: is implied by;
    ⇔: if and only if; ↦: maps to; ⇄: arrows both ways; ↗: up right arrow; ↘: down right arrow; ↖: up left arrow;
    ↙: down left arrow; ⟶: arrow; ⟵: left arrow; ⟹: implies; ⟺: if and only if; ➜: arrow; ➔: arrow; ➡: arrow;
    ⬅: left arrow; ⬆: up arrow; ⬇: down arrow; ↩: return arrow; ↪: hook arrow; ⏎: return; ↵: return;
    ↺: anticlockwise arrow; ↻: clockwise arrow; ⇧: shift; ⌘: command; ⌥: option; ⌃: control; ⌫: delete; ⎋: escape;
    ⇥: tab
    """
)
_GREEK_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi
    psi omega
"""
_GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", (f"capital {name}" for name in _GREEK_NAMES.split()), strict=True)),
    # Written as sums, changes and ohms, capitals are called by their letter's name alone.
    **entries("Δ: delta; Σ: sigma; Ω: omega; ς: sigma; ϵ: epsilon; ϕ: phi; ϑ: theta; µ: mu"),
}
_CURRENCIES = entries(
    """
    €: euro; £: pound; ¥: yen; ￥: yen; ¢: cent; ₹: rupee; ₽: ruble; ₩: won; ₿: bitcoin; ₺: lira; ₴: hryvnia;
    ₪: shekel; ₫: dong; ₱: peso; ฿: baht; ₦: naira; ₡: colon; ₲: guarani; ₵: cedi; ₸: tenge; ₾: lari; ₮: tugrik;
    ¤: currency; ₣: franc; ₤: lira; ＄: dollar
    """
)
_PRINT = entries(
    """
    §: section; §§: sections; ¶: paragraph; †: dagger; ‡: double dagger; ©: copyright; ®: registered; ™: trademark;
    ℠: service mark; ℗: phonogram; №: number; ℮: estimated; ª: A; º: O; ※: reference mark; ⁂: asterism; ℅: care of;
    ¦: broken bar; ‖: double bar; ℃: degrees Celsius; ℉: degrees Fahrenheit; µ: mu; ␣: space; �: unknown character
    """
)
_PICTURES = entries(
    """
    ✓: check; ✔: check; ☑: checked; ✗: cross; ✘: cross; ✕: cross; ☒: crossed; ☐: unchecked; ★: star; ☆: white star;
    ♠: spades; ♣: clubs; ♥: hearts; ♦: diamonds; ♡: hearts; ♢: diamonds; ♤: spades; ♧: clubs; ♪: music note;
    ♫: music notes; ♬: music notes; ♭: flat; ♮: natural; ♯: sharp; ♂: male; ♀: female; ☎: telephone; ✉: envelope;
    ⚠: warning; ☠: skull and crossbones; ☮: peace; ☯: yin yang; ♻: recycling; ⚡: lightning; ☀: sun; ☁: cloud;
    ☂: umbrella; ☃: snowman; ☕: coffee; ✂: scissors; ✏: pencil; ✝: cross; ☪: star and crescent; ✡: star of David;
    ∗: asterisk
    """
)

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        symbol: name
        for table in (_ASCII, _COMPARISONS, _ARITHMETIC, _LOGIC, _ARROWS, _GREEK, _CURRENCIES, _PRINT, _PICTURES)
        for symbol, name in table.items()
    }
)
"""What a symbol, or a few that belong together, is called where it stands by itself."""
