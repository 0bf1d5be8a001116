"""A disk to fail on: what the store does to its folder is counted, refused, or forgotten as at a power cut.

``WatchedDisk`` puts itself between ``indexer.store.disk`` and the system. A file, and a name in a folder, is certain to be
there after a power cut only if it was flushed; of everything else any part may be, in any order.
"""

from __future__ import annotations

import io
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from indexer.store import disk

__all__ = ["Killed", "WatchedDisk", "contents", "fails", "kills", "put_back", "without_flushing"]

LOCK = "MAIN_WRITELOCK"
_BLOCK = 1024


class Killed(BaseException):
    """The process is gone: whatever it would still do to the disk does not happen."""


def contents(folder):
    """The files of a folder with their bytes; None if there is none."""
    if not folder.is_dir():
        return None
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != LOCK}


def put_back(folder, files):
    """Make a folder hold these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    if files is not None:
        folder.mkdir(mode=0o700)
        for name, data in files.items():
            (folder / name).write_bytes(data)


def fails(at, number, *, lasting=False):
    """A strike: the operation ``at`` fails, and with ``lasting`` all later ones that need room, as on a full disk."""

    def strike(watched, place, kind, path):
        if place == at or (lasting and place > at and kind in ("open", "write", "mkdir", "fsync")):
            raise OSError(number, os.strerror(number), str(path))

    return strike


def kills(at):
    """A strike: the process ends before the operation ``at``, which may be half done if it writes."""

    def strike(watched, place, kind, path):
        if place == at:
            watched.dead = True
            raise Killed

    return strike


@contextmanager
def without_flushing():
    """Nothing waits for the disk: for what only processes are killed over."""

    class System:
        def __getattr__(self, name):
            return getattr(os, name)

        def fsync(self, descriptor):
            pass

    disk.os = System()
    try:
        yield
    finally:
        disk.os = os


@dataclass(eq=False)
class _Inode:
    synced: bytes | None = None
    last: bytes = b""


@dataclass
class WatchedDisk:
    """Use it as a context. ``operations`` lists what was done, as (kind, file name).

    ``strike(watched, place, kind, path)`` is called before each operation, with its number.
    """

    folder: Path
    strike: object = None
    operations: list = field(default_factory=list)
    dead: bool = False

    def __post_init__(self):
        files = contents(self.folder)
        self._names = {name: _Inode(data, data) for name, data in (files or {}).items()}
        self._durable = dict(self._names)
        self._pending = []
        self._folder_durable = files is not None
        self._paths = {}

    def __enter__(self):
        self._before_us, disk.os, disk.open = disk.os, _System(self), self._open
        return self

    def __exit__(self, *_):
        disk.os = self._before_us
        del disk.open

    def _before(self, kind, path):
        if self.dead:
            raise Killed
        self.operations.append((kind, Path(path).name))
        if self.strike is not None:
            self.strike(self, len(self.operations) - 1, kind, path)

    def _open(self, path, mode):
        self._before("open", path)
        file = _File(self, Path(path), mode)
        self._paths[file.fileno()] = Path(path)
        if path.name not in self._names:
            self._names[path.name] = _Inode()
            self._pending.append(("create", path.name, self._names[path.name]))
        return file

    def _flushed(self, path):
        if path == self.folder:
            self._durable = dict(self._names)
            self._pending.clear()
        elif path == self.folder.parent:
            self._folder_durable = True
        elif path.name in self._names:
            self._names[path.name].synced = path.read_bytes()

    # -- power cuts ----------------------------------------------------------------------------------------------------

    def after_power_cut(self, random, tries=3):
        """What the folder may hold when power fails now: nothing unflushed, all names without data, and mixtures."""
        now = {inode: (self.folder / name).read_bytes() for name, inode in self._names.items()}
        found = [self._survivors(self._durable, now, "lost")] if self._folder_durable else [None]
        found += [self._survivors(self._names, now, how) for how in ("lost", "half", "zeros", "kept")]
        for _ in range(tries):
            names = dict(self._durable)
            for kind, name, inode in self._pending:
                if random.random() < 0.5:
                    continue
                if kind == "unlink":
                    names.pop(name, None)
                else:
                    names[name] = inode
            found.append(self._survivors(names, now, random.choice(("lost", "half", "zeros", "kept"))))
        return [files for place, files in enumerate(found) if files not in found[:place]]

    def _survivors(self, names, now, how):
        return {name: self._data(inode, now.get(inode, inode.last), how) for name, inode in names.items()}

    @staticmethod
    def _data(inode, now, how):
        if inode.synced == now or how == "kept":
            return now
        return {"lost": inode.synced or b"", "half": now[: len(now) // 2], "zeros": bytes(len(now))}[how]


class _File(io.FileIO):
    """Unbuffered: what was written is in the file, and nothing is left to be written by a dead process.

    Small writes count as one operation until they fill a block, as a buffer would make them.
    """

    def __init__(self, watched, path, mode):
        super().__init__(path, mode)
        self._watched, self._path, self._room = watched, path, 0

    def write(self, data):
        view = memoryview(data).cast("B")
        self._room -= len(view)
        if self._room < 0:
            self._room = _BLOCK
            try:
                self._watched._before("write", self._path)
            except BaseException:
                super().write(view[: len(view) // 2])
                raise
        elif self._watched.dead:
            raise Killed
        return super().write(view)


class _System:
    """What ``indexer.store.disk`` calls ``os``."""

    def __init__(self, watched):
        self._watched = watched

    def __getattr__(self, name):
        return getattr(os, name)

    def open(self, path, flags):
        descriptor = os.open(path, flags)
        self._watched._paths[descriptor] = Path(path)
        return descriptor

    def fsync(self, descriptor):
        path = self._watched._paths[descriptor]
        self._watched._before("fsync", path)
        self._watched._flushed(path)

    def mkdir(self, path, mode):
        self._watched._before("mkdir", path)
        Path(path).mkdir(mode)

    def replace(self, source, target):
        watched = self._watched
        watched._before("replace", target)
        source.replace(target)
        inode = watched._names.pop(source.name)
        watched._names[target.name] = inode
        watched._pending += [("create", target.name, inode), ("unlink", source.name, inode)]

    def unlink(self, path):
        watched = self._watched
        watched._before("unlink", path)
        data = path.read_bytes()
        path.unlink()
        inode = watched._names.pop(path.name)
        inode.last = data
        watched._pending.append(("unlink", path.name, inode))
