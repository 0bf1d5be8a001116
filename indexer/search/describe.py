"""The query in words: what was understood, in Chinese."""

from __future__ import annotations

from .conditions import CONDITIONS
from .filters import Choice, Filter, describe
from .quantities import Quantity
from .query import And, Node, Not, Term

__all__ = ["RUNG_NAMES", "restate"]

# How the terms of a query stand in what was found.
RUNG_NAMES: dict[str, str] = {
    "exact": "原样出现",
    "near": "同一句中",
    "all": "同一段中",
    "most": "部分词语",
}

# Inside quotation marks, Chinese typography turns to single ones.
_INNER_QUOTES = str.maketrans("“”", "‘’")


def restate(root: And) -> str:
    """One line such as ``含“船山时间谷”和“投资”，不含“规划”；日期：2021``."""
    wanted = [node for node in root.nodes if not isinstance(node, CONDITIONS | Not)]
    parts = []
    if wanted:
        parts.append("含" + "和".join(_inner(node) for node in wanted))
    excluded = [node.node for node in root.nodes if isinstance(node, Not)]
    parts += ["不含" + _inner(node) for node in excluded]
    conditions = [_condition(node) for node in root.nodes if isinstance(node, CONDITIONS)]
    return "；".join(["，".join(parts)] * bool(parts) + conditions)


def _condition(node: Filter | Choice | Quantity) -> str:
    return node.shown if isinstance(node, Quantity) else describe(node)


def _inner(node: Node) -> str:
    if isinstance(node, Term):
        return "“" + node.text.translate(_INNER_QUOTES) + "”" + ("（原文）" if node.exact else "")
    if isinstance(node, CONDITIONS):
        return f"（{_condition(node)}）"
    if isinstance(node, Not):
        return "非" + _inner(node.node)
    joint = "和" if isinstance(node, And) else "或"
    return "（" + joint.join(_inner(child) for child in node.nodes) + "）"
