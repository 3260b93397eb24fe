from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.view.rationale import segments
from model.claims import find_claims
from tests.desktop.scene import claim

WORDS = st.lists(st.sampled_from(["the", "brows", "are", "raised", "and", "lids"]), max_size=30)


def test_claims_and_the_words_between_them_alternate() -> None:
    first, second = claim("brows are raised"), claim("pitch is high", "pitch")
    cut = segments("The brows are raised; the pitch is high.", (first, second))
    assert [(s.text, s.claim) for s in cut] == [
        ("The ", None),
        ("brows are raised", first),
        ("; the ", None),
        ("pitch is high", second),
        (".", None),
    ]


def test_words_that_two_claims_share_stand_once_and_both_claims_are_there() -> None:
    inner = claim("brows are raised", "inner_brow_raiser")
    outer = claim("brows are raised", "outer_brow_raiser")
    cut = segments("The brows are raised.", (inner, outer))
    assert [(s.text, s.claim) for s in cut[1:3]] == [("brows are raised", inner), ("", outer)]


def test_words_that_are_repeated_are_found_again_further_on() -> None:
    earlier, later = claim("a smile"), claim("a smile")
    cut = segments("At first a smile, then a smile.", (earlier, later))
    assert [s.text for s in cut if s.claim] == ["a smile", "a smile"]


def test_a_claim_that_begins_inside_another_ends_it_there() -> None:
    brows = claim("brows and lids are raised", "inner_brow_raiser")
    lids = claim("lids are raised", "upper_lid_raiser")
    cut = segments("The brows and lids are raised.", (brows, lids))
    assert [(s.text, s.claim) for s in cut] == [
        ("The ", None),
        ("brows and ", brows),
        ("lids are raised", lids),
        (".", None),
    ]


def test_a_claim_whose_words_are_not_there_is_left_out() -> None:
    lost, empty = claim("ears wiggle"), claim("")
    assert [s.claim for s in segments("A smile.", (lost, empty))] == [None]
    assert segments("", (lost,)) == []


@given(WORDS, st.data())
def test_nothing_of_the_text_is_lost_and_no_claim_is_shown_twice(
    words: list[str], data: st.DataObject
) -> None:
    text = " ".join(words)
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    drawn = sorted((min(span), max(span)) for span in data.draw(st.lists(spans, max_size=6)))
    claims = [claim(text[start:end]) for start, end in drawn]
    cut = segments(text, claims)
    assert "".join(segment.text for segment in cut) == text
    shown = [segment.claim for segment in cut if segment.claim is not None]
    assert len(shown) <= len(claims)
    assert all(segment.text in segment.claim.text for segment in cut if segment.claim is not None)


@given(st.lists(st.sampled_from(["the brows are raised", "the lids and the brows are lowered",
                                 "the pitch is high", "it is late"]), max_size=5))  # fmt: skip
def test_every_claim_that_the_reader_finds_is_shown_in_its_order(sentences: list[str]) -> None:
    text = ". ".join(sentences)
    claims = [claim(found.text, found.cue or "") for found in find_claims(text)]
    assert [s.claim for s in segments(text, claims) if s.claim is not None] == claims
