"""The canonical order, and when a person's slots stand otherwise."""

from __future__ import annotations

import pytest

from veerdesk.segmentation.order import canonical_rank, is_exchanged


def test_more_continuous_comes_first_then_heavier_then_darker() -> None:
    looks = [("heavy", None), ("solid", None), ("solid", "#cc0000"), ("thin", None), ("dashed", None), ("dashdot", None), ("dotted", None)]  # fmt: skip

    ranks = [canonical_rank(*look) for look in looks]

    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


@pytest.mark.parametrize(
    ("slot1", "slot2", "expected"),
    [
        (("solid", None), ("dashed", None), False),
        (("dashed", None), ("solid", None), True),
        (("dashed", None), (None, None), True),
        ((None, "#ff0000"), (None, "#000000"), True),
        ((None, None), (None, None), False),
        (("solid", None), None, False),
        (None, ("dashed", None), True),
        (None, None, False),
    ],
)
def test_slots_are_exchanged_only_where_the_person_says_so(slot1, slot2, expected) -> None:  # type: ignore[no-untyped-def]
    assert is_exchanged(slot1, slot2) is expected
