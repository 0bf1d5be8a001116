"""A module inside a package, without what the package does when it is imported."""

from __future__ import annotations

from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

__all__ = ["module_inside"]


def module_inside(package: str, name: str) -> ModuleType:
    """The module ``name`` from the folder of an installed package, whose own first lines are not run."""
    found = find_spec(package)
    assert found is not None
    assert found.submodule_search_locations
    spec = PathFinder.find_spec(name, found.submodule_search_locations)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
