"""A real OpenSearch with its security plugin, as the official distribution has it: TLS, passwords and roles.

Certificates are made by openssl for each run; the plugin is brought by Maven. The roles are those that docs/deployment.md shows.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.cluster.nodes import KEPT, Cluster, Unavailable, maven

__all__ = ["PASSWORD", "SecuredCluster", "issue"]

PLUGIN = "org.opensearch.plugin:opensearch-security:2.19.1.0:zip"
DEPLOYMENT = Path(__file__).parents[2] / "docs" / "deployment.md"
# Of every user here. bcrypt, as the plugin's own tool makes it.
PASSWORD = "Wacholder-7-槐花"
HASH = "$2y$12$fN65sfhmRNEFuu5Ie2.pd.DFz0i9sRqRTRilYOps1ApQroiJIWthq"
USERS = {"writer": "yansou_writer", "reader": "yansou_reader", "operator": "all_access"}


class SecuredCluster(Cluster):
    """As ``Cluster``, with TLS on both layers. ``authority`` is the certificate that its own is issued by, for 127.0.0.1 only."""

    def __init__(self, home: Path, base_port: int, nodes: int, settings: Mapping[str, object] | None = None) -> None:
        super().__init__(home, base_port, nodes, settings)
        self.urls = tuple(url.replace("http:", "https:") for url in self.urls)
        unpacked = _plugin()
        self._classpath += f":{unpacked}/*"
        self._arguments = ["-pluginTypes", "org.opensearch.security.OpenSearchSecurityPlugin"]
        for number in range(nodes):
            config = home / str(number) / "node_1" / "config"
            shutil.copytree(unpacked / "config", config / "opensearch-security")
            _write_users(config / "opensearch-security")
            self.authority = issue(config)

    def _settings(self, number: int) -> dict[str, object]:
        found = super()._settings(number)
        for layer in ("transport", "http"):
            for what, file in (("pemcert", "node.pem"), ("pemkey", "node.key"), ("pemtrustedcas", "ca.pem")):
                found[f"plugins.security.ssl.{layer}.{what}_filepath"] = file
        return found | {
            "plugins.security.ssl.http.enabled": True,
            "plugins.security.allow_default_init_securityindex": True,
            "plugins.security.nodes_dn": ["CN=node"],
            "plugins.security.authcz.admin_dn": ["CN=nobody"],
            "plugins.security.audit.type": "noop",
        }

    def _health(self, number: int, indexes: str) -> dict[str, object] | None:
        told = base64.b64encode(f"operator:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"{self.urls[number]}/_cluster/health/{indexes}", headers={"authorization": f"Basic {told}"}
        )
        context = ssl.create_default_context(cafile=self.authority)
        try:
            with urllib.request.urlopen(request, timeout=5, context=context) as reply:
                return dict(json.load(reply))
        except (urllib.error.URLError, OSError, ValueError):
            return None


def issue(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 (``node.key``, ``node.pem``), and that of who issued it, which is returned."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise Unavailable("no openssl: Debian, as root: apt-get install openssl")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
    new = "-newkey rsa:2048 -nodes -keyout"
    for command in (
        f"req -x509 {new} ca.key -out ca.pem -days 2 -subj /CN=authority -addext basicConstraints=critical,CA:TRUE",
        f"req {new} node.key -out node.csr -subj /CN=node",
        "x509 -req -in node.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out node.pem",
    ):
        subprocess.run([openssl, *command.split()], cwd=folder, check=True, capture_output=True)
    return folder / "ca.pem"


def _plugin() -> Path:
    """Where the plugin is unpacked."""
    folder = KEPT / "opensearch-security-2.19.1.0"
    if not (folder / "plugin-descriptor.properties").is_file():
        maven("dependency:unpack", f"-Dartifact={PLUGIN}", f"-DoutputDirectory={folder}")
    return folder


def _write_users(folder: Path) -> None:
    roles = re.search(r"```yaml\n(yansou_writer:\n.*?)```", DEPLOYMENT.read_text("utf-8"), re.DOTALL)
    assert roles is not None
    users = {name: {"hash": HASH} for name in USERS}
    mapping = {role: {"users": [name]} for name, role in USERS.items()}
    # JSON is YAML.
    for kind, file, lines in (
        ("roles", "roles.yml", roles[1]),
        ("internalusers", "internal_users.yml", _lines(users)),
        ("rolesmapping", "roles_mapping.yml", _lines(mapping)),
    ):
        header = f"_meta: {json.dumps({'type': kind, 'config_version': 2})}\n"
        (folder / file).write_text(header + lines, "utf-8")


def _lines(entries: Mapping[str, object]) -> str:
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in entries.items())
