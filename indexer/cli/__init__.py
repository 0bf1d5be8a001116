"""The command line: ``yansou index | search | figures | names | show | serve | status``.

``commands`` holds the commands and ``facts`` those about figures and names, ``render`` prints for readers and ``export`` for programs, ``terminal`` knows widths and
colours, ``help`` lays out help texts and errors.
"""

from . import facts as facts  # its commands join the group
from .commands import main, yansou

__all__ = ["main", "yansou"]
