"""An index on an OpenSearch cluster: what is sent there, and how it is written.

A document for each passage holds its tokens, made here and sent joined by one space; nothing is analysed there. Which indexes
there are is told in ``layout``, what stands in the fields in ``streams``. How a query becomes one of OpenSearch's is told in
``search.cluster``.
"""

from .connection import Connection
from .writing import ClusterStore

__all__ = ["ClusterStore", "Connection"]
