"""Articles as an attacker would submit them: files whose every part tries to be more than text.

``FILES`` are written to a corpus and indexed as any other. Whatever shows one of them must show it as text: the pages, the API,
the tables. ``MARK`` stands in every passage, so that one search finds them all.
"""

from __future__ import annotations

__all__ = ["FILES", "FORMULAS", "MARK", "SCRIPTS"]

MARK = "靶场试验"

# Markup, in the shapes that filters let through.
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><script>alert(2)</script>',
    "'><img src=x onerror=alert(3)>",
    "</title></head><body onload=alert(4)>",
    "</textarea></style></mark><svg/onload=alert(5)>",
    "<a href=javascript:alert(6)>点我</a>",
    "[点我](javascript:alert(7)) ![图](data:text/html,alert(8))",
    "&lt;script&gt;alert(9)&lt;/script&gt; &#60;b&#62; &amp;amp;",
    "<!--><script>alert(10)</script>--> <![CDATA[<b>x</b>]]>",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    "<base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=q><button formaction=javascript:alert(11)>",
)
# What a spreadsheet would compute.
FORMULAS = ('=HYPERLINK("http://evil.example","甲")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1")
# Signs that turn, hide or pile up.
_SIGNS = {
    "turned": "\u202e倒着写的\u202c \u2066隔开\u2069 \u200f右\u200e左",
    "hidden": "零\u200b宽\u200c的\u200d字\ufeff和\u2060连字\u00ad号",
    "piled": "叠" + "\u0301" * 40 + "字",
    "tags": "标签\U000e0041\U000e0042\U000e007f 变体\ufe0f",
}
LONG_WORD = "超长词" * 700 + "x" * 3000

FILES: dict[str, str] = {
    "scripts.md": "\n\n".join(["# " + SCRIPTS[0] + MARK, *(f"{MARK}：{each} 完。" for each in SCRIPTS)]),
    "front.md": "\n".join(
        [
            "---",
            f"title: '{MARK}<img src=x onerror=alert(20)>'",
            "author: <b>记者</b>",
            'source: "\\"><script>alert(21)</script>"',
            "date: 2024-05-06",
            "series: <u>系列</u>",
            "url: javascript:alert(22)",
            "---",
            "",
            f"{MARK}的总投资达到=1+1亿元，其中<b>10亿元</b>用于&quot;船山时间谷&quot;。",
        ]
    ),
    "signs.txt": "\n\n".join([f"{MARK}与看不见的字符", *(f"{MARK}：{each}。" for each in _SIGNS.values())]),
    "long.txt": f"{MARK}与很长的词\n\n{MARK}{LONG_WORD}\n",
    "formulas.txt": "\n\n".join(
        [f"{MARK}里的公式", *(f"{each} {MARK}的总投资是{n}.5亿元。" for n, each in enumerate(FORMULAS, 1))]
    ),
    '"><img src=x onerror=alert(30)>.txt': f"{MARK}的文件名\n\n{MARK}在文件名里藏了标记，总投资3亿元。\n",
}
