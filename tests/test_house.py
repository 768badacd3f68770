"""The house: the direction of imports, read from the syntax trees, and what must agree with each other."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "layers" / "booking" / "booking"
FUNCTIONS = ROOT / "functions"

ALLOWED = {
    "domain": {"domain"},
    "storage": {"storage", "domain", "metrics"},
    "commands": {"commands", "storage", "domain"},
    "http": {"http", "commands", "storage", "domain", "metrics", "outgoing"},
}


def imported(file: Path) -> Iterator[str]:
    """The full names of the modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_imports_only_what_lies_below_it(file: Path) -> None:
    package = file.relative_to(PACKAGE).parts[0]
    if package in ALLOWED:
        inner = {name.split(".")[1] for name in imported(file) if name.startswith("booking.")}
        assert inner <= ALLOWED[package]


@pytest.mark.parametrize("file", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda file: file.name)
def test_the_domain_needs_nothing_but_the_standard_library_and_msgspecs_classes_of_values(file: Path) -> None:
    outer = {name.split(".")[0] for name in imported(file)} - {"booking", "msgspec"}
    assert outer <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_storage_knows_dynamodb(file: Path) -> None:
    if file.relative_to(PACKAGE).parts[0] != "storage":
        assert not {name.split(".")[0] for name in imported(file)} & {"boto3", "botocore"}


def test_every_function_is_one_short_file() -> None:
    too_long = [file for file in FUNCTIONS.rglob("*.py") if len(file.read_text().splitlines()) > 50]
    assert too_long == []


def test_the_layer_keeps_the_description_of_every_service_that_the_code_calls() -> None:
    kept = set(re.findall(r"SERVICES = (.*)", (PACKAGE.parent / "Makefile").read_text())[0].split())
    called = {name for file in modules() for name in re.findall(r'client_of\(\s*"([a-z0-9-]+)"', file.read_text())}
    assert called == kept


def test_the_version_is_the_newest_released_one_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]

    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", released[0])
