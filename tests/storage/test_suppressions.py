"""Addresses that get no more messages."""

from booking.storage.suppressions import COST


def test_a_guess_of_an_address_costs_sixteen_megabytes() -> None:
    assert 128 * COST["n"] * COST["r"] >= 16 * 2**20  # the bytes that scrypt fills (RFC 7914, section 2)
