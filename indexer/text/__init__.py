"""Characters to tokens: folding with an offset map, units, words, numerals. Knows nothing of files or indexes."""

from .fold import Folded, fold, fold_all
from .numerals import Numeral, canonical, find_numerals, numeral_value
from .tokenizer import Analysis, Token, Tokenizer, structure
from .units import Unit, find_units, is_run, plain, sentence_ends
from .words import WordCutter

__all__ = [
    "Analysis",
    "Folded",
    "Numeral",
    "Token",
    "Tokenizer",
    "Unit",
    "WordCutter",
    "canonical",
    "find_numerals",
    "find_units",
    "fold",
    "fold_all",
    "is_run",
    "numeral_value",
    "plain",
    "sentence_ends",
    "structure",
]
