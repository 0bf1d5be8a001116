"""What passages state: figures with what they measure and whom they are about, and dates."""

from indexer.facts.article_figures import find_article_figures
from indexer.facts.bounds import Bound
from indexer.facts.dates import DateMention, find_dates
from indexer.facts.figures import Figure, find_figures
from indexer.facts.quantities import Quantity, read_quantity
from indexer.facts.subject import NameSpan
from indexer.facts.units import Kind, comparable, dimension, to_base

__all__ = [
    "Bound",
    "DateMention",
    "Figure",
    "Kind",
    "NameSpan",
    "Quantity",
    "comparable",
    "dimension",
    "find_article_figures",
    "find_dates",
    "find_figures",
    "read_quantity",
    "to_base",
]
