"""What cn2an, JioNLP and Recognizers-Text read of the labelled figures; see docs/decisions.md.

    pip install cn2an==0.5.24 jionlp==1.5.31 'emoji<1.7' recognizers-text-suite==1.0.2a2    (in an environment of its own)
    python benchmarks/other_extractors.py ../shared

Each tool gets the sentence of a label and is right when something it finds there overlaps the label and has its value
(both values of a range); units and bounds are not asked for. cn2an finds no places, so it gets the number alone.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Found = tuple[int, int, list[float]]


def main() -> None:
    everything = [
        label
        for path in sorted(Path(sys.argv[1], "gold").glob("*.gold.json"))
        for label in json.loads(path.read_text(encoding="utf-8"))["figures"]
    ]
    labels = [label for label in everything if not label.get("borderline")]
    total = Counter(label["kind"] for label in labels)
    print("kind", dict(total), "all", len(labels))
    for name, find in (("cn2an", with_cn2an), ("JioNLP", with_jionlp), ("Recognizers-Text", with_recognizers)):
        began = time.process_time()
        surplus = sum(_surplus(sentence, everything, find) for sentence in {label["sentence"] for label in labels})
        size = sum(len(sentence.encode()) for sentence in {label["sentence"] for label in labels})
        speed = size / 1000 / (time.process_time() - began)
        right = Counter(label["kind"] for label in labels if _is_right(label, find))
        wrong = [label["surface"] for label in labels if not _is_right(label, find)]
        print(name, dict(right), "all", sum(right.values()), "surplus", surplus, f"{speed:.0f} kB/s")
        print("   missed", " ".join(wrong))


def _surplus(sentence: str, labels: list[dict[str, Any]], find: Any) -> int:
    """How many numbers are found that no label has: years, 5G, standards."""
    places = [
        (sentence.find(label["surface"]), len(label["surface"])) for label in labels if label["sentence"] == sentence
    ]
    found = {(low, high) for low, high, _ in find(sentence, "", 0)}
    return sum(not any(low < at + length and at < high for at, length in places) for low, high in found)


def _is_right(label: dict[str, Any], find: Any) -> bool:
    start = label["sentence"].find(label["surface"])
    wanted = [label["value"]] + ([label["value_high"]] if label["value_high"] is not None else [])
    return any(
        low < start + len(label["surface"]) and start < high and values == wanted
        for low, high, values in find(label["sentence"], label["surface"], start)
    )


def with_cn2an(_sentence: str, surface: str, start: int) -> Iterator[Found]:
    import cn2an

    if not surface:
        return
    number = re.sub(
        r"^(?:第|约|近|超|突破)|(?<=[0-9一二三四五六七八九十百千万亿])[^0-9一二三四五六七八九十百千万亿.]+$",
        "",
        surface,
    )
    try:
        yield start, start + len(surface), [cn2an.cn2an(number, "smart")]
    except ValueError:
        return


def with_jionlp(sentence: str, _surface: str, _start: int) -> Iterator[Found]:
    import jionlp

    for money in jionlp.ner.extract_money(sentence, with_parsing=True):
        number = money["detail"]["num"]
        values = number if isinstance(number, list) else [number]
        yield money["offset"][0], money["offset"][1], [float(value) for value in values]


def with_recognizers(sentence: str, _surface: str, _start: int) -> Iterator[Found]:
    import recognizers_number as number
    import recognizers_number_with_unit as unit

    culture = "zh-cn"
    for recognize in (
        number.recognize_number,
        number.recognize_percentage,
        number.recognize_ordinal,
        unit.recognize_currency,
        unit.recognize_dimension,
    ):
        for result in recognize(sentence, culture):
            value = re.match(r"-?[0-9.]+", str((result.resolution or {}).get("value")))
            if value:
                yield result.start, result.end + 1, [float(value.group())]


if __name__ == "__main__":
    main()
