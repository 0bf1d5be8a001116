"""Whether the cluster takes our tokens as they are: fixed texts are sent through it and compared."""

from __future__ import annotations

from ...errors import IndexUnusable
from ...text import structure
from .connection import Connection
from .generation import ClusterGeneration
from .streams import bigrams, exact_stream, joined, sign_stream, stream, values_stream

__all__ = ["check_tokens"]

# What parsers of other programs stumble over: white space that only one of two takes for such, characters of two units, joiners,
# the longest run that is one token, capitals that fold to more than one letter, signs that are operators elsewhere.
_TEXTS = (
    "赋“码”保护 5G+ GB/T 39117-2020，总投资一百亿元",
    "船山时间谷\u3000投资\u00a0100\u2007亿\u202f元\u0085止\u200b境\ufeff内\u2028外",
    "𠮷野家 🀄 ㎡ ﷺ é ｶﾞ İ ß ǅ",
    "a" * 128 + "b" * 128 + "9" * 128,
    "C# C++ 2000+ node.js AT&T 3.6.3 “”‘’「」★→☆ \\/*?|<>=!{}[]^~:()",
    "한국어 かな ㄅㄆ ไทย العربية עברית हिन्दी",
)


def check_tokens(connection: Connection, generation: ClusterGeneration) -> None:
    """Raise IndexUnusable if the analyzer of an index makes other tokens of ours."""
    wanted: list[list[str]] = []
    for text in _TEXTS:
        analysis = structure(text, [])
        tokens, starts = stream(analysis.units)
        families = (
            tokens,
            bigrams(analysis.units),
            values_stream(analysis.values, starts),
            sign_stream(text),
            exact_stream(text),
        )
        wanted += [family for family in families if family]
    for field in ("chars", "bigrams"):
        body = {"field": field, "text": [joined(tokens) for tokens in wanted]}
        reply = connection.request("POST", f"/{generation.index('passages')}/_analyze", body)
        found = [token["token"] for token in reply["tokens"]]
        if found != [token for tokens in wanted for token in tokens]:
            raise IndexUnusable(
                f"集群 {connection.address} 切出的词和雁搜的不一样（字段 {field}）：请检查 {generation.index('passages')} 的分析器，再运行 yansou index --full 重建。"
            )
