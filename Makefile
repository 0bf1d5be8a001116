# make serve   install, index corpus/, serve on http://127.0.0.1:8000
# make test    install what the tests need and run them all
# make fuzz    20,000 hostile queries and requests, then every property with inputs not tried before
# make check   lint and types
# make cluster        a real OpenSearch of three nodes on this machine, until Ctrl-C (Java 17, Maven)
# make test-cluster   the search, and what goes wrong, on such a one of its own
# make bench   speed beside other engines
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin

.PHONY: serve index test cluster test-cluster fuzz chromium check accept bench clean

serve: index
	$(BIN)/yansou serve --host $(HOST) --port $(PORT)

index: .venv/installed
	$(BIN)/yansou index

test: .venv/tested chromium
	$(BIN)/python -m pytest -n auto

# The browser tests want one that is there; root on Debian gets it from apt-get.
chromium: .venv/bin/python
	$(BIN)/python -m tests.browser.chromium

cluster: .venv/tested
	$(BIN)/python -m tests.cluster.nodes

# Those of the search that build an index of their own, built there; then those that need one. Nodes are killed in the last.
ON_CLUSTER := $(addprefix tests/search/test_,ladder.py quantities.py facts.py spelling.py) tests/cluster
test-cluster: .venv/tested
	$(BIN)/python -m pytest -n 0 --cluster start $(ON_CLUSTER)

fuzz: .venv/tested
	YANSOU_FUZZ=10000 $(BIN)/python -m pytest -n auto -rP tests/search/test_fuzz.py tests/webui/test_openapi.py
	YANSOU_FUZZ=700 $(BIN)/python -m pytest -n auto -m hypothesis

check: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# SHARED: a folder with labelled pages and questions (see docs/measuring.md)
SHARED ?= ../shared
accept: .venv/tested
	$(BIN)/python -m benchmarks.acceptance --shared $(SHARED)

# CORPUS: a folder or tar archive of articles. SIZES: numbers of passages, e.g. 1000,10000,all (see docs/measuring.md)
bench: .venv/benched
	$(BIN)/python -m benchmarks.speed --shared $(SHARED) $(if $(CORPUS),--corpus $(CORPUS)) $(if $(SIZES),--sizes "$(SIZES)")

# The innermost loops are compiled here (twenty seconds) and not by the first server.
# One line in a .pth file: the usual import hook would cost every start of Python more than a search does.
AS_PATH := --config-settings editable_mode=compat

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[fast,formats]' $(AS_PATH)
	$(BIN)/python -m compileall -q indexer webui
	$(BIN)/python -c 'import indexer.store.loops'
	touch $@

.venv/tested: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[cluster,fast,formats,test]' $(AS_PATH)
	$(BIN)/python -m compileall -q indexer webui
	$(BIN)/python -c 'import indexer.store.loops'
	touch $@ .venv/installed

.venv/benched: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[fast,bench]' $(AS_PATH)
	$(BIN)/python -m compileall -q indexer webui benchmarks
	$(BIN)/python -c 'import indexer.store.loops'
	touch $@ .venv/installed

clean:
	rm -rf .venv build *.egg-info
