"""The command line: small blocking programs that talk to the model server only."""
