"""Leaves of the SDK's data what the named services need: `python trim.py botocore/data dynamodb events sqs`.

Whenever a client is made, which each cold start does, the SDK lists the folders of all its 400 services, parses the
endpoints of each of them, and unpacks a service's description, four fifths of which is documentation.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any


def trim(data: Path, services: list[str]) -> None:
    for folder in [entry for entry in data.iterdir() if entry.is_dir() and entry.name not in services]:
        shutil.rmtree(folder)
    for packed in data.glob("*/*/service-2.json.gz"):
        description = _without_documentation(json.loads(gzip.decompress(packed.read_bytes())))
        packed.with_suffix("").write_text(json.dumps(description))
        packed.unlink()
    file = data / "endpoints.json"
    endpoints = json.loads(file.read_text())
    for partition in endpoints["partitions"]:
        known = partition["services"]
        partition["services"] = {name: known[name] for name in services if name in known}
    file.write_text(json.dumps(endpoints))


def _without_documentation(value: Any) -> Any:
    match value:
        case dict():
            return {
                name: _without_documentation(element)
                for name, element in value.items()
                if not (name == "documentation" and isinstance(element, str))
            }
        case list():
            return [_without_documentation(element) for element in value]
    return value


if __name__ == "__main__":
    trim(Path(sys.argv[1]), sys.argv[2:])
