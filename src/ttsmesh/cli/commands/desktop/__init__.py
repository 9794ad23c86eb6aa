"""ttsmesh on the desktop: what is selected is spoken, and the desktop knows of it."""
