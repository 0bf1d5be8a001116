"""A real OpenSearch of three nodes on loopback, one process (JVM) each, so that one can be killed.

``python -m tests.cluster.nodes`` (``make cluster``) starts it, prints the address and runs until it is interrupted;
``--check`` only says whether it could: 0 if Java, Maven and the artifacts are there, 3 with one line why not. Maven brings the
artifacts that ``pom.xml`` names. No security plugin: nothing but this machine can reach it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["KEPT", "Cluster", "Unavailable", "maven", "running"]

MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
POM = Path(__file__).with_name("pom.xml")
# The class path is kept between runs: Maven takes seconds to find it.
KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "yansou-test-cluster"
# Three of them fit beside a test run on a small machine.
HEAP = os.environ.get("YANSOU_TEST_HEAP", "512m")
# Three of them at once, on a machine that others use too.
STARTING_SECONDS = 300
FETCHING_SECONDS = 240


class Unavailable(Exception):
    """A cluster cannot be started here; the message is one line that says why."""


class Cluster:
    """Three nodes. ``urls`` are their addresses; ``kill`` and ``start`` take the number of one, from 0.

    ``settings`` are more lines of their ``opensearch.yml``.

    They listen for HTTP on the ports above ``base_port``, which the runner wants to be from 9200 to 9290, and for each other
    on those 100 above.
    """

    def __init__(
        self, home: Path, base_port: int = 9200, nodes: int = 3, settings: Mapping[str, object] | None = None
    ) -> None:
        self.home = home
        self._more = settings or {}
        self._classpath = classpath()
        self._arguments: list[str] = []
        self._base = base_port
        self._count = nodes
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self.urls = tuple(f"http://127.0.0.1:{base_port + 1 + n}" for n in range(nodes))

    def start(self, number: int) -> None:
        """Start a node; of one that was killed, with the data it had."""
        home = self.home / str(number)
        config = home / "node_1" / "config"
        config.mkdir(parents=True, exist_ok=True)
        lines = (f"{name}: {json.dumps(value)}\n" for name, value in self._settings(number).items())
        (config / "opensearch.yml").write_text("".join(lines))
        command = [_java(), f"-Xms{HEAP}", f"-Xmx{HEAP}"]
        command += ["-Dlog4j2.disable.jmx=true", f"-Djava.io.tmpdir={home}", "-cp", self._classpath, MAIN]
        command += ["-basePath", str(home), "-numOfNode", "1", "-baseHttpPort", str(self._base + number)]
        command += ["-clusterName", "yansou-test", *self._arguments]
        with (home / "out.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def start_all(self) -> None:
        """Start what is not running and wait until all have joined."""
        for number in range(self._count):
            if number not in self._processes:
                self.start(number)
        self.wait(self._count)

    def kill(self, number: int) -> None:
        """End a node as a failing machine would: at once."""
        process = self._processes.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def wait(
        self, nodes: int, status: str = "yellow", seconds: float = STARTING_SECONDS, indexes: str = "*"
    ) -> None:  # fmt: skip
        """Wait until so many nodes answer as one cluster, and the indexes of a pattern have a status, or are green.

        Raises Unavailable with the folder of what they printed.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for number in self._processes:
                health = self._health(number, indexes)
                if health and health["number_of_nodes"] == nodes and health["status"] in (status, "green"):
                    return
            time.sleep(0.3)
        raise Unavailable(f"the cluster did not come up in {seconds} s: see {self.home}/*/out.log")

    def stop(self) -> None:
        """End all nodes."""
        for number in list(self._processes):
            self.kill(number)

    def _health(self, number: int, indexes: str) -> dict[str, object] | None:
        try:
            with urllib.request.urlopen(f"{self.urls[number]}/_cluster/health/{indexes}", timeout=5) as reply:
                return dict(json.load(reply))
        except (urllib.error.URLError, OSError, ValueError):
            return None

    def _settings(self, number: int) -> dict[str, object]:
        ports = [self._base + 101 + n for n in range(self._count)]
        addresses = [f"127.0.0.1:{port}" for port in ports]
        return {
            "network.host": "127.0.0.1",
            "http.port": self._base + 1 + number,
            "transport.port": ports[number],
            "discovery.seed_hosts": addresses,
            # By address: the runner calls every node "Node 1".
            "cluster.initial_cluster_manager_nodes": addresses,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "path.repo": [str(self.home / "snapshots")],
            # A dead node is noticed within seconds, not half a minute.
            "cluster.fault_detection.leader_check.timeout": "5s",
            "cluster.fault_detection.follower_check.timeout": "5s",
            **self._more,
        }


@contextmanager
def running(
    base_port: int = 9200, nodes: int = 3, settings: Mapping[str, object] | None = None, kind: type[Cluster] = Cluster
) -> Iterator[Cluster]:
    """A cluster in a folder of its own, ended with the block. Raises Unavailable."""
    with tempfile.TemporaryDirectory(prefix="yansou-cluster-") as folder:
        cluster = kind(Path(folder), base_port, nodes, settings)
        try:
            cluster.start_all()
            yield cluster
        finally:
            cluster.stop()


def classpath() -> str:
    """Where the jars are, brought by Maven when they are not there yet. Raises Unavailable."""
    _java()
    kept = KEPT / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    if kept.is_file() and all(Path(jar).is_file() for jar in kept.read_text().split(os.pathsep)):
        return kept.read_text()
    found = kept.with_suffix(".new")
    maven("-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={found}")
    found.replace(kept)
    return kept.read_text()


def maven(*arguments: str) -> None:
    """Have Maven bring something. Raises Unavailable."""
    command = shutil.which("mvn")
    if command is None:
        raise Unavailable("no Maven (mvn): Debian, as root: apt-get install maven")
    KEPT.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            [command, "-q", "-B", *arguments],
            check=False,
            cwd=KEPT,  # where it leaves its marks
            timeout=FETCHING_SECONDS,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"Maven did not bring the artifacts in {FETCHING_SECONDS} s") from None
    if done.returncode:
        lines = [line for line in done.stdout.decode(errors="replace").splitlines() if "ERROR" in line]
        raise Unavailable(f"Maven could not bring the artifacts: {lines[0][:200] if lines else done.returncode}")


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        raise Unavailable("no Java: Debian, as root: apt-get install openjdk-17-jre-headless")
    told = subprocess.run([java, "-version"], capture_output=True, check=False).stderr.decode(errors="replace")
    version = told.split('"')[1].split(".")[0] if '"' in told else ""
    if not version.isdigit() or int(version) < 17:
        raise Unavailable(f"Java {version or '?'} is too old: 17 or newer is needed")
    return java


def main() -> int:
    # What starts this in the background ends it by SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    parser = argparse.ArgumentParser(description="A three-node OpenSearch on this machine, until Ctrl-C.")
    parser.add_argument("--check", action="store_true", help="only say whether one could be started")
    parser.add_argument("--port", type=int, default=9200, help="the nodes listen on the three ports above this one")
    parser.add_argument("--nodes", type=int, default=3, help="how many, 3 unless told")
    arguments = parser.parse_args()
    try:
        if arguments.check:
            classpath()
            return 0
        with running(arguments.port, arguments.nodes) as cluster:
            print(f"{'  '.join(cluster.urls)}  (Ctrl-C ends it)", flush=True)
            signal.pause()
    except Unavailable as error:
        print(f"no test cluster: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
