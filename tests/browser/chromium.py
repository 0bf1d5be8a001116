"""Finds a Chromium or Chrome for the browser tests; ``python -m tests.browser.chromium`` also installs one.

``CHROMIUM`` names the program, else the usual names and places are tried. What is missing, the browser or a Chinese font,
is installed by apt-get where this runs as root on Debian. Nothing is ever downloaded from anywhere else. Ends with status 1
and one line that says what to do where there is no browser and none can be installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["FLAGS", "MISSING", "find_chromium"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES = ("chromium", "fonts-noto-cjk")
MISSING = (
    "The browser tests need Chromium or Chrome, and none was found. Install one "
    f"(Debian, as root: apt-get install {' '.join(PACKAGES)}) or name it: CHROMIUM=/path/to/chrome make test"
)
# For root, for machines without a graphics card, and so that it asks nobody outside.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of the browser to test with; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, (*NAMES, *PLACES))), None)


def main() -> int:
    named = os.environ.get("CHROMIUM")
    if not named and (find_chromium() is None or not _has_chinese_font()) and _can_install():
        _install()
    found = find_chromium()
    if found is None:
        print(f"CHROMIUM={named}: no such program." if named else MISSING, file=sys.stderr)
        return 1
    print(f"browser tests: {found}")
    return 0


def _has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return not _can_install()  # systems without fontconfig bring their own Chinese fonts
    return bool(subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=False).stdout)


def _can_install() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None and os.geteuid() == 0


def _install() -> None:
    """What apt-get says is shown only when it fails; whether it helped is seen by looking for the browser again."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"browser tests: apt-get install {' '.join(PACKAGES)}", flush=True)
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"apt-get {command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
