"""How the browser is found, installed where that can be, and missed in one clear line where it cannot."""

import pytest

from tests.browser import chromium

INSTALLER = """#!/bin/sh
echo "$@" >> {log}
case "$2" in install) printf '#!/bin/sh\\n' > {folder}/chromium; /bin/chmod +x {folder}/chromium;; esac
exit {status}
"""


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine without a browser, as nobody in particular."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "PLACES", ())
    monkeypatch.setattr(chromium, "_can_install", lambda: False)
    return tmp_path


def program(path, text="#!/bin/sh\n"):
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_named_browser_comes_first(bare, monkeypatch):
    program(bare / "chromium")
    named = program(bare / "mine")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium.find_chromium() == str(named)


def test_any_chrome_on_the_path_will_do(bare):
    found = program(bare / "google-chrome")
    assert chromium.find_chromium() == str(found)


def test_wrong_name_is_said_with_the_name(bare, monkeypatch, capsys):
    program(bare / "chromium")
    monkeypatch.setenv("CHROMIUM", "/none/chrome")
    assert chromium.main() == 1
    assert capsys.readouterr().err == "CHROMIUM=/none/chrome: no such program.\n"


def test_missing_browser_is_one_line_that_says_what_to_do(bare, capsys):
    assert chromium.main() == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "apt-get install chromium" in error
    assert "CHROMIUM=" in error


def test_root_on_debian_gets_it_installed(bare, monkeypatch, capsys):
    monkeypatch.setattr(chromium, "_can_install", lambda: True)
    program(bare / "apt-get", INSTALLER.format(log=bare / "log", folder=bare, status=0))
    assert chromium.main() == 0
    assert f"{bare}/chromium" in capsys.readouterr().out
    calls = (bare / "log").read_text().splitlines()
    assert calls == ["-qq update", "-qq install --yes --no-install-recommends chromium fonts-noto-cjk"]


def test_failed_installation_shows_what_was_said(bare, monkeypatch, capsys):
    monkeypatch.setattr(chromium, "_can_install", lambda: True)
    program(bare / "apt-get", "#!/bin/sh\necho no network >&2\nexit 100\n")
    assert chromium.main() == 1
    error = capsys.readouterr().err
    assert "apt-get install ended with 100:\nno network" in error
    assert chromium.MISSING in error
