"""Questions: the words that ask are not in the answer.

Someone who asks 联通大数据中心总投资是多少？ wants the passage that says how much, and in an archive of many passages 是多少
finds those that ask the same. On the widest step such words neither rank nor mark anything. Asked for literally (什么 alone, or
the whole question as a headline) they are text like any other.
"""

from __future__ import annotations

import re
from functools import cache

from ..text import find_units, fold

__all__ = ["told"]

_ASKING = (
    r"请问|我?想知道|(?:能|可以|请)?(?:给我|跟我|向我)?(?:介绍|说明|解释)一下|告诉我"
    r"|(?:是|叫做?|有|指的?是?|在|到|于)?(?:什么|甚么|啥)(?:时候|时间|地方|样的?|意思)?"
    r"|为何|如何|怎么样|怎么|怎样的?|是否|是不是|有没有|能否"
    r"|(?:是|有|在|到|于|由|被)?哪(?:一|几)?(?:些|个|里|儿|位|家|年|天|月|座|条|种|项|所|本|部|两)(?=.{0,12}$)"
    r"|(?:是|由|被)?谁的?|(?:是|有|达|共|到)?多少|(?:是|有|达)多(?=[长大高久远宽深重快])"
    r"|第几|(?:是|有|达|共)?几(?=[个家条位年月天次种名届座所])|[吗呢吧么啊](?=[？?。!！\s]*$)"
)


# Each alternative has one of these.
_ASKING_CHARACTERS = frozenset("问想介说解告什甚啥何怎样是有能哪谁多几吗呢吧么啊")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_ASKING)


def told(text: str) -> list[str]:
    """What is left of a text without the words that ask; the text itself if it holds no others."""
    folded = fold(text).text
    # Most texts ask nothing, and to compile the pattern takes longer than a short command has.
    pieces = [folded] if _ASKING_CHARACTERS.isdisjoint(folded) else _pattern().split(folded)
    parts = [part for part in pieces if any(True for _ in find_units(part))]
    return parts or [text]
