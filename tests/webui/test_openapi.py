"""The API against its own description: what schemathesis makes of it is answered as described, and never with a 500."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from webui import create_app
from webui.openapi import description

# A tenth for each of the paths in each mode.
TRIES = -(-int(os.environ.get("YANSOU_FUZZ", "600")) // 10)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def api(shipped):
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(shipped))
    print(f"tries: {sum(tried)}")


tried = []


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        (path, mode)
        for path, item in description()["paths"].items()
        for mode in GenerationMode
        if item["get"]["parameters"] or mode is GenerationMode.POSITIVE  # what has no parameter has no wrong one
    ],
)
def test_api_is_as_described(api, path, mode):
    """``mode``: parameters as described, or anything but that."""

    @settings(max_examples=max(TRIES, 1), suppress_health_check=list(HealthCheck), database=None)
    @given(case=api[path]["GET"].as_strategy(generation_mode=mode))
    def answers(case):
        tried.append(1)
        case.call_and_validate(checks=CHECKS)

    answers()


def test_description_is_valid():
    validate(description())


def test_every_path_and_parameter_is_described(shipped):
    app = create_app(shipped)
    routes = {rule.rule.removeprefix("/api/v1") for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    described = description()["paths"]
    assert {route.replace("<", "{").replace(">", "}") for route in routes} == {*described, "/openapi.json"}
    for path, item in described.items():
        detail = app.test_client().get(f"/api/v1{path}?nonsense=1&q=的").get_json(force=True)["detail"]
        listed = detail.partition("这里可以用的是：")[2].rstrip("。")
        named = {each["name"] for each in item["get"]["parameters"] if each["in"] == "query"}
        assert named == (set(listed.split("、")) - {"无"})
