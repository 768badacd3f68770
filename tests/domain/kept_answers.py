"""The answers to a fixed set of searches, kept as hashes: what is made faster or tidier answers the same bytes.

The set is the whole answers at the benchmark's sizes, and random organisations that were drawn once from those of the
property tests. After a change of behaviour that is meant, `python -m tests.domain.kept_answers` (with
PYTHONPATH=layers/booking) keeps the new answers; the commit says which change that was.
"""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings

from booking.domain.agenda import Agenda, Resource
from booking.domain.configuration import Configuration
from booking.domain.requests import Search
from booking.domain.search import find_offers
from booking.http import representations
from tests.benchmarks.requests import Bank, Function
from tests.domain.organisations import Example, examples

ANSWERS = Path(__file__).with_name("kept_answers.json")
ORGANISATIONS = Path(__file__).with_name("kept_organisations.json.gz")
"""Deleted, it is drawn anew; a field that came later has its default in it."""

HOW_MANY = 100
SIZES = {
    "50 x 30": Bank(50, 30),
    "500 x 90": Bank(500, 90),
    "500 x 7, around the clock, every 15 minutes": Bank(500, 7, ("00:00", "24:00"), 7, "00:15:00"),
}


@dataclass(frozen=True)
class Kept:
    """An organisation, and what it is asked at which second."""

    configuration: Configuration
    agendas: list[tuple[Resource, Agenda]]
    search: Search
    now: int


def answers() -> dict[str, str]:
    """The hash of each answer."""
    return {title: _hash(text) for title, text in (*_benchmarks(), *_organisations())}


def _benchmarks() -> Iterator[tuple[str, bytes]]:
    with patch.dict(os.environ):
        for title, bank in SIZES.items():
            yield title, Function("list_available_time_slots", bank).search(bank.days).encode()


def _organisations() -> Iterator[tuple[str, bytes]]:
    kept = msgspec.json.decode(gzip.decompress(ORGANISATIONS.read_bytes()), type=list[Kept], dec_hook=_decoded)
    for number, each in enumerate(kept):
        yield f"organisation {number}", _answer(each)


def _answer(kept: Kept) -> bytes:
    offers = find_offers(kept.search, kept.configuration, dict(kept.agendas), kept.now)
    return msgspec.json.encode([representations.offer(offer, kept.search.topic_id) for offer in offers])


def _hash(answer: bytes) -> str:
    return sha256(answer).hexdigest()[:16]


def drawn() -> list[Kept]:
    """Random organisations that offer something, no two with the same answer."""
    found: dict[bytes, Kept] = {}

    @seed(20261128)
    @settings(
        max_examples=1000,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(examples())
    def collect(example: Example) -> None:
        kept = Kept(example.configuration, list(example.agendas.items()), example.search, example.now)
        if (answer := _answer(kept)) != b"[]":
            found.setdefault(answer, kept)

    collect()
    return list(found.values())[:HOW_MANY]


def _encoded(value: object) -> str:
    if isinstance(value, ZoneInfo):
        return value.key
    raise NotImplementedError(type(value))


def _decoded(type: type, value: Any) -> Any:
    if type is ZoneInfo:
        return ZoneInfo(value)
    raise NotImplementedError(type)


def renew() -> None:
    if not ORGANISATIONS.exists():
        ORGANISATIONS.write_bytes(gzip.compress(msgspec.json.encode(drawn(), enc_hook=_encoded), mtime=0))
    ANSWERS.write_text(json.dumps(answers(), indent=1) + "\n")


if __name__ == "__main__":
    renew()
