"""Names: parks, projects, organizations, people and places of an article, and which of them are one.

``mentions`` puts the rules together: ``suffix``, ``parks``, ``projects``, ``organizations``, ``people``, ``places`` and
``lists`` each find some, ``usage`` learns what the article calls them, ``scan`` and ``gazetteer`` give the rules their words.
``join`` makes the names of an archive of the mentions of its articles. The words are plain files in ``words/``.
"""

from indexer.facts.names.gazetteer import Gazetteer, NameKind
from indexer.facts.names.join import Name, Uses, join_aliases, join_uses
from indexer.facts.names.mentions import Mention, find_names

__all__ = ["Gazetteer", "Mention", "Name", "NameKind", "Uses", "find_names", "join_aliases", "join_uses"]
