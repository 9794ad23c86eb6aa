"""The voice server: one process per voice and language; plays or saves what the model server renders."""
