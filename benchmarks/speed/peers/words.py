"""Jieba's words by rjieba, for the engines that are given words instead of text."""

from __future__ import annotations

from importlib.metadata import version

import rjieba


def words(text: str) -> list[str]:
    """The words of a text in lower case, without signs and spaces."""
    return [word for word in rjieba.cut(text.lower()) if any(char.isalnum() for char in word)]


def cutter_version() -> str:
    return f"rjieba {version('rjieba')}"
