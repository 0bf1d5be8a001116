"""The command line: ``yansou index | search | show | serve | status | figures | names | verify | gc | config show``.

``commands`` holds the commands, ``facts`` those about figures and names, ``upkeep`` those that look after an index,
``config`` that about the configuration, which ``settings`` knows. ``render`` prints for readers and ``export`` for programs,
``terminal`` knows widths and colours, ``help`` lays out help texts and errors.
"""

from . import facts as facts  # the commands of these join the group, in the order of its help

# isort: split
from . import upkeep as upkeep

# isort: split
from . import config as config
from .commands import main, yansou

__all__ = ["main", "yansou"]
