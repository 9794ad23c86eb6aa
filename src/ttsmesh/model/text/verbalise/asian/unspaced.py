"""What Chinese and Japanese say alike. Both are written without spaces. Pure."""

from ttsmesh.model.text.kinds import Fraction, Measure, Roman
from ttsmesh.model.text.verbalise.base import BaseVerbaliser
from ttsmesh.model.text.verbalise.tables import Counted


class Unspaced(BaseVerbaliser):
    """``parts_of`` stands between denominator and numerator, and ``whole_and`` between a whole number and these."""

    decimal_mark = "."
    group_marks = ","
    gap = ""
    parts_of: str
    whole_and: str

    def counted_measure(self, kind: Measure) -> str:
        """The amount of ``kind`` and its unit, square or cubic, without what it is per."""
        of = self.unit(kind.unit)
        if kind.power in (2, 3):
            name = ("平方" if kind.power == 2 else "立方") + of.one
            of = Counted(name, name)
        return self.count(kind.amount, of)

    def fraction(self, kind: Fraction) -> str:
        said = f"{self.cardinal(str(kind.denominator))}{self.parts_of}{self.cardinal(str(kind.numerator))}"
        return f"{self.cardinal(str(kind.whole))}{self.whole_and}{said}" if kind.whole else said

    def roman(self, kind: Roman) -> str:
        return self.cardinal(str(kind.value))
