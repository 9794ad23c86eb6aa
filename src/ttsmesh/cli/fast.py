"""Quick imports: Python looks for no garbage meanwhile, since imports make many objects and no garbage.

To import this module, before all others, turns the garbage collector off. That saves a twentieth of a `say`: the median
of 150 was 53.2 ms with it and 55.9 ms without, taken in turn on two virtual CPUs.
"""

import gc

gc.disable()


def imported() -> None:
    """Collect garbage from now on, but not among what was imported."""
    gc.freeze()
    gc.enable()
