"""Leaves of the SDK's data what the named services need: `python trim.py botocore/data dynamodb events`.

The SDK lists the folders of all its 400 services and parses the endpoints of each of them whenever a client is made,
which is a third of the time that a cold start takes to make one.
"""

import json
import shutil
import sys
from pathlib import Path


def trim(data: Path, services: list[str]) -> None:
    for folder in [entry for entry in data.iterdir() if entry.is_dir() and entry.name not in services]:
        shutil.rmtree(folder)
    file = data / "endpoints.json"
    endpoints = json.loads(file.read_text())
    for partition in endpoints["partitions"]:
        known = partition["services"]
        partition["services"] = {name: known[name] for name in services if name in known}
    file.write_text(json.dumps(endpoints))


if __name__ == "__main__":
    trim(Path(sys.argv[1]), sys.argv[2:])
