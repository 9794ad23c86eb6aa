"""The English words of developers' terms. Each other language has its own ones in ``Verbaliser.terms``. Pure data."""

from ttsmesh.model.text.verbalise.tables import words

TERMS = frozenset(
    words(
        """
        dot slash backslash colon dash underscore plus equals at star tilde dollar percent hash and or pipe home through
        line lines column port hashtag dunder arrow of to hex binary octal color data certificate more version point
        below above exactly not about caret times sharp section emoji
        """
    )
) | {
    *("question mark", "end of tag", "a secret", "at least", "at most", "compatible with"),
    *("less than", "greater than", "less than or equal to", "greater than or equal to", "not equal to"),
    *("plus equals", "minus equals", "times equals", "divided by equals", "plus plus", "minus minus"),
    *("or equals", "to the power of", "append to", "standard error", "standard output"),
}
"""Every word that ``Context.term`` is asked for in this folder."""
