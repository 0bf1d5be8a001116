"""The command line: ``yansou index | search | show | serve | status | figures | names | verify | gc | watch | config show``.

``commands`` holds the commands, ``facts`` those about figures and names, ``upkeep`` those that look after an index,
``watch`` and ``config`` one each, ``settings`` knows the configuration. ``render`` prints for readers and ``export`` for
programs, ``terminal`` knows widths and colours, ``help`` lays out help texts and errors.
"""

from . import facts as facts  # the commands of these join the group, in the order of its help

# isort: split
from . import upkeep as upkeep

# isort: split
from . import watch as watch

# isort: split
from . import config as config
from .commands import main, yansou

__all__ = ["main", "yansou"]
