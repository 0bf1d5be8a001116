"""Whether the innermost loops run as machine code.

They do in a process that stays and has asked for it (a server, a bench), where Numba is installed (extra ``fast``). A command
that answers one query does without: to import Numba takes longer than its search. What is found is the same.
"""

from __future__ import annotations

import gc
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

__all__ = ["compile_loops", "native"]

_loops: ModuleType | None = None


def native() -> ModuleType | None:
    """The module ``loops``, if this process has compiled it."""
    return _loops


def compile_loops() -> bool:
    """Compile the innermost loops, or read what was compiled before (ten seconds, or half a one), and use them from now on.

    False if Numba is not installed. Raises RuntimeError where Numba finds no folder to keep its code in (NUMBA_CACHE_DIR
    names one). May be called in a thread while others search.
    """
    global _loops  # noqa: PLW0603 - one switch for the process, as there is one machine code
    if find_spec("numba") is None:
        return False
    _loops = import_module(".loops", __package__)
    # It leaves 300,000 objects, and the next look for garbage goes through them all: not while somebody waits for an answer.
    gc.collect()
    return True
