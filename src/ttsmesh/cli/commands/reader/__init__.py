"""``ttsmesh read``: a text on the terminal, with the word that is spoken."""
