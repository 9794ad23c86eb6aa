"""The marks at which a reader breathes: chunks end at them, and they decide how long the pause after them is. Pure."""

SENTENCE_SPACED = ".!?…"
"""Marks that end a sentence where white space follows."""

SENTENCE_UNSPACED = "。！？।"
"""Marks that end a sentence whatever follows."""

CLAUSE_SPACED = ",;:–—"
"""Marks that end a clause where white space follows."""

CLAUSE_UNSPACED = "，；：、"
"""Marks that end a clause whatever follows."""

HYPHEN = "-"
"""Ends a clause where white space is on either side."""

SENTENCE = SENTENCE_SPACED + SENTENCE_UNSPACED
CLAUSE = CLAUSE_SPACED + HYPHEN + CLAUSE_UNSPACED

CLOSERS = "\"'”’)]»」』）"
"""Quotes and brackets that belong to the mark before them."""

LIST_ITEM = r"(?:[-*•+]|\d{1,3}[.)])[ \t]"
"""A pattern: how a line begins that is an item of a list."""

HEADING = r"#{1,6}[ \t]"
"""A pattern: how a line begins that is a heading."""
