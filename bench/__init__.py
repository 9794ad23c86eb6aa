"""Measures from outside what ttsmesh promises about time and memory: ``python -m bench`` in the repository's root.

The bench reads texts, starts its meshes, records what is heard and recognises words with the helpers of the tests
(``tests.phonemes``, ``tests.mesh``, ``tests.heard``, ``tests.recogniser``, ``tests.talk``), so that both listen in the
same way.
"""
