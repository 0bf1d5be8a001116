"""The worst that a stranger can ask: ``python -m benchmarks.worst INDEX``.

Every query is put to a server over the index (search page, table of figures, timeline, suggestions), on the budget of computing
that the server allows. Prints, for each, the processor time of the four answers and how they ended if not well; then how long another
reader waits meanwhile at a server, by the clock. Exits with 1 when something took longer than ``--limit`` seconds or failed (500), or
the other reader was refused.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.coldstart import YANSOU
from benchmarks.speed.machine import describe
from indexer import Index, open_index
from indexer.errors import BadRequest
from webui import create_app

# The most frequent characters of Chinese texts, which stand in nearly every passage.
COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设"
MISSPELT = "数剧中新 衡洲大到 舡山时坚 经齐发展 科计创新 产页园区 投姿项目 机气学习 人公智能 大树据云 互连网络 新能原车 高新计术 生太环境 教域改革 文画旅游 医辽卫生"
PINYIN = "zhong guo ren min shi da shuju xinxi jingji fazhan touzi xiangmu yuanqu qiye zhengfu shichang kexue jishu jiaoyu wenhua weisheng tiyu lvyou jiaotong nengyuan huanjing"
FIELDS = ("title", "author", "park", "project", "org", "person", "place", "kind", "date")


def worst_queries() -> dict[str, str]:
    """What each is meant to wear out -> the query, as long as one may be."""
    spaced = " ".join(COMMON)
    queries = {
        "10,000 words": " ".join(COMMON[i % len(COMMON)] for i in range(10_000)),
        "one word of 1 MB": "数" * 1_000_000,
        "a phrase of 2,000 terms": f'"{spaced * 8}"',
        "one word of 256 characters": "数据" * 128,
        "256 different characters": COMMON,
        "a phrase of 127 terms": f'"{spaced[:252]}"',
        "32 common characters": spaced[:63],
        "32 of them, any": " OR ".join(COMMON[:32]),
        "32 of them, each quoted": " ".join(f'"{char}"' for char in COMMON[:32]),
        "one of them, 31 excluded": "的 " + " ".join(f"-{char}" for char in COMMON[1:32]),
        "the most common character": "的",
        "the same word 32 times": "的 " * 32,
        "a comma": "，",
        "parentheses never closed": "(" * 256,
        "parentheses 120 deep": "(" * 120 + "数据" + ")" * 120,
        "alternatives 8 deep": " ".join("(" * 8 + f"{COMMON[i]} OR {COMMON[i + 1]}" + ")" * 8 for i in range(0, 18, 2)),
        "a wildcard": "*",
        "wildcards": " ".join(["*数*", "?据", "数据~9", ".*.*.*x", "[a TO 龥]"] * 6),
        "one letter": "e",
        "every letter": " ".join("abcdefghijklmnopqrstuvwxyz"),
        "every digit, any": " OR ".join("0123456789"),
        "every operator": '甲 OR 乙 -丙 "丁" (戊) 标题:己 总投资>1亿元 日期:2021 ' * 6,
        "minus signs": "-" * 256,
        "quotation marks": '"' * 256,
        "ORs": "OR " * 85,
        "50 conditions on figures": " ".join(f"数>{i}" for i in range(50)),
        "conditions in every unit": " ".join(f"{unit}>0{unit}" for unit in "元亩家户台人次年月个吨万亿"),
        "a condition of 240 digits": "总投资>=" + "9" * 240,
        "a condition of 240 万": "总投资>=1" + "万" * 240,
        "ranges": "数 " + "1.." * 80,
        "operators that compare": ">" * 128 + "<=" * 64,
        "30 conditions on the title": " ".join(f"标题:{char}" for char in COMMON[:30]),
        "conditions on every field": " ".join(f"{name}:{char}" for name in FIELDS for char in "ab的"),
        "31 excluded signs": "的 " + " ".join(f"-{sign}" for sign in "★→!@#$%&*+=[]{};.,/<>?、。；：！？…—"),
        "signs": "→ ← ↑ ↓ ★ ☆ ■ □ ● ○",
        "pinyin, 26 syllables": PINYIN,
        "pinyin of one sound": " ".join("yi" * n for n in range(2, 14)),
        "pinyin with 1,024 readings": "xian" * 10,
        "27 sets of initials": " ".join(a + b + c for a in "zsj" for b in "gfx" for c in "rdy"),
        "17 misspelt names": MISSPELT,
        "eight homophones": "是事市式时十石食",
        "256 accents on a letter": "a" + "\u0301" * 255,
        "256 zero-width spaces": "\u200b" * 256,
        "ligatures that fold to 18 letters": "ﷺ" * 256,
        "traditional characters": "數據" * 128,
        "a question of 80": "什么是" * 80,
    }
    return {
        name: query if name in ("10,000 words", "one word of 1 MB", "a phrase of 2,000 terms") else query[:256].strip()
        for name, query in queries.items()
    }


MAX_ADDRESS = 1000
PATHS = {"search": "/search", "figures": "/figures", "timeline": "/timeline", "suggestions": "/api/v1/suggest"}


def ask(application: Callable[[], object], path: str, query: str) -> tuple[float, int]:
    """Seconds of processor time of one request, which do not depend on what else the machine does, and its status."""
    client = application()
    began = time.thread_time()
    response = client.get(path, query_string={"q": query}, buffered=True)  # type: ignore[attr-defined]
    return time.thread_time() - began, response.status_code


def refused(index: Index, path: str, query: str) -> tuple[float, int]:
    """As ``ask``, of the Python interface."""
    method = {"/api/v1/suggest": index.suggest}.get(path) or getattr(index, path.strip("/"))
    began = time.thread_time()
    try:
        method(query)
        code = 200
    except BadRequest:
        code = 400
    return time.thread_time() - began, code


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("index", type=Path, help="index to ask, of as many articles as may be")
    parser.add_argument("--limit", type=float, default=1.0, help="seconds that an answer may take")
    arguments = parser.parse_args()
    late: list[str] = []
    with open_index(arguments.index) as index:
        client = create_app(index).test_client
        status = index.status()
        print(f"{status.articles:,} articles, {status.passages:,} passages; {_machine()}\n")
        for path in PATHS.values():
            ask(client, path, "数据")  # what is kept for all queries is worked out
        print("| query | " + " | ".join(PATHS) + " |\n| --- |" + " ---: |" * len(PATHS))
        for name, query in worst_queries().items():
            cells = []
            for path in PATHS.values():
                # What no address can hold (the server answers 431) is asked without one.
                seconds, code = ask(client, path, query) if len(query) <= MAX_ADDRESS else refused(index, path, query)
                late += [f"{name} ({path})"] if seconds > arguments.limit or code >= 500 else []
                cells.append(f"{seconds * 1000:.0f} ms" + {200: "", 302: ""}.get(code, f" ({code})"))
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
        print(f"\nLater than {arguments.limit:g} s or failed: {', '.join(late) or 'none'}.")
    line, is_served = others_wait(arguments.index)
    print(line)
    return 0 if is_served and not late else 1


def _machine() -> str:
    found = describe()
    return f"commit {found['commit']}, {found['cores']} cores ({found['cpu']}), Python {found['python']}"


def others_wait(index: Path) -> tuple[str, bool]:
    """How a reader fares at a real server while another asks it the worst, eight at a time; whether he was always served."""
    command = [*YANSOU, "serve", "--port", "0", "--index", str(index)]
    limits = {"YANSOU_TRUSTED_PROXY": "127.0.0.1", "YANSOU_REQUESTS_PER_MINUTE": "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | limits) as server:
        try:
            assert server.stdout is not None
            address = urlsplit(server.stdout.readline().strip()).netloc
            done = threading.Event()
            told: Counter[int] = Counter()
            storms = [threading.Thread(target=_storm, args=(address, done, told, number)) for number in range(8)]
            for each in storms:
                each.start()
            served = [_fetch(address, "/search?q=" + quote("数字经济 发展"), "203.0.113.2") for _ in range(100)]
            done.set()
            for each in storms:
                each.join()
        finally:
            server.terminate()
    times = sorted(seconds * 1000 for seconds, _ in served)
    statuses = Counter(status for _, status in served)
    return (
        f"A reader at a server meanwhile, another asking it the worst, eight at a time: p50 {times[49]:.0f} ms, "
        f"p95 {times[94]:.0f} ms, slowest of 100 {times[99]:.0f} ms, statuses {_counted(statuses)}; "
        f"the other's {told.total():,} requests: {_counted(told)}."
    ), set(statuses) == {200}


def _storm(address: str, done: threading.Event, told: Counter[int], first: int) -> None:
    queries = [query for query in worst_queries().values() if len(query) <= MAX_ADDRESS]
    for number in count(first):
        path = list(PATHS.values())[number % 3]
        told[_fetch(address, f"{path}?q={quote(queries[number % len(queries)])}", "203.0.113.1")[1]] += 1
        if done.is_set():
            return


def _fetch(address: str, target: str, client: str) -> tuple[float, int]:
    """Seconds by the clock and the status of a request on a connection of its own, as from that client behind a proxy."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", target, headers={"X-Forwarded-For": client})
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return time.perf_counter() - began, reply.status


def _counted(statuses: Counter[int]) -> str:
    return ", ".join(f"{status} {times:,} times" for status, times in sorted(statuses.items()))


if __name__ == "__main__":
    sys.exit(main())
