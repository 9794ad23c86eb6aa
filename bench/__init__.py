"""Measures from outside what ttsmesh promises about time and memory: ``python -m bench`` in the repository's root.

The bench starts its meshes, records what is heard and recognises words with the helpers of the tests (``tests.mesh``,
``tests.heard``, ``tests.recogniser``, ``tests.talk``), so that both listen in the same way.
"""
