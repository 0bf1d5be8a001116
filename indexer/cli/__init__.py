"""The command line: ``yansou index | search | show | serve | status``.

``commands`` holds the commands, ``render`` prints for readers and ``export`` for programs, ``terminal`` knows widths and
colours, ``help`` lays out help texts and errors.
"""

from .commands import main, yansou

__all__ = ["main", "yansou"]
