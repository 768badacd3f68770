"""No search takes more than it may: ratios to the benchmark's own naive loop and to other ways, never times."""

from tests.benchmarks.speed import rows


def test_every_row_of_the_table_of_speed_is_within_what_it_allows() -> None:
    table = list(rows())

    assert [f"{each.what}: {each.ratio:.2f} of {each.compared_with}" for each in table if each.ratio > each.most] == []
    assert table
