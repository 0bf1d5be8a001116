"""Small archives to lose and to find again, and the command on one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from indexer.store.place import ClusterAddress

__all__ = ["STORY", "command", "stories"]

STORY = "星河物流园第{n}期开工，总投资{n}亿元。"


def stories(folder: Path, numbers) -> Path:
    folder.mkdir(exist_ok=True)
    for n in numbers:
        (folder / f"{n:04}.md").write_text(f"---\ntitle: 第{n}号\n---\n\n{STORY.format(n=n)}\n", "utf-8")
    return folder


def command(place: ClusterAddress, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    variables = {
        "YANSOU_ENGINE": "opensearch",
        "YANSOU_CLUSTER_URLS": ",".join(place.urls),
        "YANSOU_CLUSTER_NAME": place.name,
        "YANSOU_CLUSTER_USER": place.user or "",
        "YANSOU_CLUSTER_PASSWORD": place.password or "",
        "PATH": "/usr/bin:/bin",
    }
    if place.ca is not None:
        variables["YANSOU_CLUSTER_CA"] = str(place.ca)
    return subprocess.run(
        [sys.executable, "-m", "tests.cluster.yansou", *args],
        cwd=Path(__file__).parents[2],
        env=variables,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
