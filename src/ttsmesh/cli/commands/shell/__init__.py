"""What belongs to a shell: ``ttsmesh run`` and ``ttsmesh completion``."""
