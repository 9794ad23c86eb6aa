"""The marks at which a reader breathes: chunks end at them, and they decide how long the pause after them is. Pure."""

SENTENCE_SPACED, SENTENCE_UNSPACED = ".!?…", "。！？।"
"""Marks that end a sentence: the first ones where white space follows, the others always."""

CLAUSE_SPACED, HYPHEN, CLAUSE_UNSPACED = ",;:–—", "-", "，；：、"
"""Marks that end a clause: the first ones where white space follows, the hyphen between spaces, the others always."""

SENTENCE = SENTENCE_SPACED + SENTENCE_UNSPACED
CLAUSE = CLAUSE_SPACED + HYPHEN + CLAUSE_UNSPACED

CLOSERS = "\"'”’)]»」』）"
"""Quotes and brackets that belong to the mark before them."""
