"""The files in a .zip that can be read, under their paths; nothing is ever written to disk.

Names are taken as UTF-8 where the archive says so or they happen to be that, else as GB18030, as Chinese Windows
writes them. What counts against bombs is what comes out, entry by entry and in all, never what the archive promises.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

from indexer.errors import FileRejected
from indexer.reading.formats.frames import Part

__all__ = ["convert"]

# A year of a daily paper's articles, one a file.
_MAX_ENTRIES = 10_000
_MAX_FILE = 32 << 20  # as for a file of its own (files.py)
_MAX_ALL = 120 << 20  # what a child may answer (frames.py), with some room
# Chinese text shrinks to a third, a web page to a tenth; deflate can do 1 : 1030 on nothing but zeros.
_MAX_RATIO = 200
_SMALL = 1 << 20
_MAX_PATH = 500
_READ = frozenset({".txt", ".md", ".html", ".htm", ".docx", ".pdf"})
_ENCRYPTED = 0x1
_UTF8 = 0x800


def convert(data: bytes) -> list[Part]:
    """The members that can be read, and those refused with their reason; other types are passed over.

    Raises FileRejected if the archive is damaged or holds too many entries.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES:
                raise FileRejected("", f"压缩包里有 {len(entries):,} 项，超过 {_MAX_ENTRIES:,} 项，请拆成几个")
            return _read(archive, entries)
    except (zipfile.BadZipFile, EOFError, OverflowError, ValueError, NotImplementedError) as error:
        raise FileRejected("", "压缩包已损坏") from error


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[Part]:
    parts: list[Part] = []
    seen: set[str] = set()
    left = _MAX_ALL
    for entry in entries:
        name = _name(entry)
        path = _safe_path(name)
        try:
            if path is None:
                raise FileRejected("", "路径指向压缩包之外或含有控制字符，没有解开")
            kind = PurePosixPath(path).suffix.lower()
            if entry.is_dir() or _is_hidden(path) or (kind not in _READ and kind != ".zip"):
                continue
            if path in seen:
                raise FileRejected("", "压缩包里有两项同名，只读了第一项")
            seen.add(path)
            _check(entry, kind, left)
            content = _content(archive, entry, left)
        except FileRejected as error:
            parts.append(Part(path or _printable(name), reason=error.reason))
            continue
        left -= len(content)
        parts.append(Part(path or "", content))
    return parts


def _check(entry: zipfile.ZipInfo, kind: str, left: int) -> None:
    """Raises FileRejected if the entry must not be unpacked, by what the archive says of it."""
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise FileRejected("", "是符号链接或特殊文件，没有解开")
    if kind == ".zip":
        raise FileRejected("", "压缩包里的压缩包不读，请先解开")
    if entry.flag_bits & _ENCRYPTED:
        raise FileRejected("", "有密码，请先解除")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FileRejected("", "压缩方法不认识，请用普通的 zip 重新压缩")
    if entry.file_size > _SMALL and entry.file_size > entry.compress_size * _MAX_RATIO:
        raise FileRejected("", f"压缩比超过 {_MAX_RATIO} 倍，疑似压缩炸弹")
    if entry.file_size > _MAX_FILE:
        raise FileRejected("", f"解压后超过 {_MAX_FILE >> 20} MiB")
    if entry.file_size > left:
        raise FileRejected("", f"压缩包解压后合计超过 {_MAX_ALL >> 20} MiB，请拆成几个")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    at_most = min(_MAX_FILE, left)
    try:
        with archive.open(entry) as file:
            content = file.read(at_most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise FileRejected("", "在压缩包里已损坏") from error
    if len(content) > at_most:
        raise FileRejected("", "比压缩包所说的大，疑似压缩炸弹")
    return content


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _UTF8:
        return entry.orig_filename
    raw = entry.orig_filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _safe_path(name: str) -> str | None:
    """``name`` as a relative path, None if it leads elsewhere or is no printable name."""
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if name.startswith("/") or ".." in parts or (parts and parts[0].endswith(":")) or len(name) > _MAX_PATH:
        return None
    return "/".join(parts) if parts and name.isprintable() else None


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def _printable(name: str) -> str:
    """``name`` as it can be told, without leading anywhere."""
    shown = "".join(char if char.isprintable() else "?" for char in name[:_MAX_PATH])
    return "/".join("…" if part == ".." else part for part in shown.replace("\\", "/").split("/")).lstrip("/") or "?"
