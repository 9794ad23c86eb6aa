"""What ttsmesh promises about time and memory, measured from outside: ``python -m bench`` from the repository root."""
