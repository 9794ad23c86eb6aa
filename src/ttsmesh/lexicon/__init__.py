"""How single words are said: what lexicons hold, how words are looked up, their files, and changing them."""
