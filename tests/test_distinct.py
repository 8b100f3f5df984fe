"""Texts in many rows, in pieces: the same as in one go, whatever the pieces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from influence_graph.kernels.equals import equals
from influence_graph.tables import distinct as room
from influence_graph.tables.distinct import alike, distinct, look_up, numbered, objects, ordered, places

TEXTS = some.lists(some.one_of(some.none(), some.text(max_size=4)), max_size=30)


@pytest.fixture(scope="module", autouse=True)
def small_pieces() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "PIECE", 7)
        patch.setattr(room, "LONG", 15)  # from here on by the compiled loop
        yield


@settings(max_examples=60, deadline=None)
@given(one=TEXTS, other=TEXTS)
def test_pieces_change_nothing(one: list[str | None], other: list[str | None]) -> None:
    columns = [pd.Series(texts, dtype="str") for texts in (one, other)]
    assert distinct(columns[0]) == {text for text in one if text is not None}
    codes, texts = numbered(columns)
    assert texts.tolist() == sorted({text for text in [*one, *other] if text is not None})
    for told, column in zip(codes, (one, other), strict=True):
        assert [texts[code] if code >= 0 else None for code in told] == column
    assert look_up(columns[0], texts).tolist() == codes[0].tolist()
    assert look_up(columns[0], []).tolist() == [-1] * len(one)
    told, many = places(columns[0])
    assert [told[i] == told[j] for i in range(len(one)) for j in range(i)] == [
        one[i] == one[j] for i in range(len(one)) for j in range(i)
    ]
    assert many == len(set(one))


@given(some.lists(some.tuples(*[some.sampled_from(["a", "b", "Ơ", "aa", None])] * 2), max_size=30))
def test_missing_texts_are_like_nothing(rows: list[tuple[str | None, str | None]]) -> None:
    one, other = (pd.Series([row[side] for row in rows], dtype="str") for side in (0, 1))
    assert alike(one, other).tolist() == [first is not None and first == second for first, second in rows]


def test_order_is_that_of_letters_numbers_also_beyond_the_plane() -> None:
    texts = ["é", "e", "\U0001f600", "\uffff", "", "zz", "z", "z\0", "ab" * 80]
    assert ordered(texts).tolist() == sorted(texts)
    assert ordered(texts[:7]).tolist() == sorted(texts[:7])


@given(some.lists(some.sampled_from(["a", "b", "Ơ", None]), max_size=20), some.booleans())
def test_each_object_is_there_once(texts: list[str | None], alone: bool) -> None:
    cells = ["".join(list(f"{text} ")) if alone and text else text for text in texts]
    codes, once = objects(pd.Series(cells, dtype=object))
    assert [*once.to_numpy(object)[codes]] == cells
    assert len({id(cell) for cell in once}) == len(once) <= len(cells)


@pytest.mark.parametrize("different", [1, 511, 512, 513, 5_000])
def test_equal_numbers_are_numbered_as_they_come(different: int) -> None:
    values = np.random.default_rng(different).integers(-different, different, 10_000) * 16
    codes, first = equals(values)
    expected, met = pd.factorize(values)
    assert codes.tolist() == expected.tolist()
    assert values[first].tolist() == met.tolist()
    assert first.tolist() == [expected.tolist().index(number) for number in range(len(met))]


def test_no_numbers_are_equal_to_none() -> None:
    codes, first = equals(np.empty(0, dtype=np.int64))
    assert not len(codes)
    assert not len(first)
