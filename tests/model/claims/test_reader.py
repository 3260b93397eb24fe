"""Claims are found in any text, and in nothing that claims nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.claims import find_claims, mentions_modality, skeleton
from model.claims.lexicon import UNMEASURED

WORDS = (
    "the pitch brows lips voice is are not raised slightly less very smile a of and , . but up down"
    " no in high open loud tears with"
)


def meanings(text: str) -> list[str]:
    """Claims as "cue+", "cue-" or "cue=", with ~ for slight, ! for strong, and "not "."""
    sign = {"raised": "+", "lowered": "-", "typical": "="}
    strength = {"slight": "~", "plain": "", "strong": "!"}
    return [
        f"{'not ' * c.negated}{c.cue}{sign[c.direction]}{strength[c.strength]}"
        if c.cue
        else f"? {c.modality}"
        for c in find_claims(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Both brows are raised.", ["inner_brow_raiser+", "outer_brow_raiser+"]),
        ("His eyebrows are furrowed.", ["brow_lowerer+"]),
        ("The corners of her mouth are pulled up.", ["lip_corner_puller+"]),
        ("The corners of her mouth are pulled down.", ["lip_corner_depressor+"]),
        ("eyebrows raised, eyes widened", [
            "inner_brow_raiser+", "outer_brow_raiser+", "upper_lid_raiser+"]),
        ("Her eyes are wide open and her mouth hangs open.", ["upper_lid_raiser+", "jaw_drop+"]),
        ("The pitch and the volume are slightly raised.", ["pitch+~", "loudness+~"]),
        ("The voice is loud and fast.", ["loudness+", "speaking_rate+"]),
        ("He speaks in a high-pitched, monotonous voice with long pauses.", [
            "pitch+", "pitch_range-", "pauses+"]),
        ("The voice is much louder than usual.", ["loudness+!"]),
        ("The pace is less hurried.", ["speaking_rate-"]),
        ("The lips are far less pressed than usual.", ["lip_pressor-!"]),
        ("The brows seem raised a little.", ["inner_brow_raiser+~", "outer_brow_raiser+~"]),
        ("The pitch is very slightly raised.", ["pitch+~"]),
        ("The smile is faint.", ["lip_corner_puller+~"]),
        ("There is less of a smile than usual.", ["lip_corner_puller-"]),
        ("The pitch is unremarkable.", ["pitch="]),
        ("The head is down and the jaw is clenched.", ["head_pitch-", "jaw_drop-"]),
    ],
)  # fmt: skip
def test_plain_english(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


NO_SMILE_FROWN_SQUINT = ["not lip_corner_puller+", "not brow_lowerer+", "not lid_tightener+"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pitch is not raised.", ["not pitch+"]),
        ("The pitch is neither raised nor lowered.", ["not pitch+", "not pitch-"]),
        ("The pitch isn't high, but low.", ["not pitch+", "pitch-"]),
        ("The brows aren't lowered or drawn together.", ["not brow_lowerer+"] * 2),
        ("There is no smile.", ["not lip_corner_puller+"]),
        ("She barely smiles.", ["not lip_corner_puller+"]),
        ("Without a raised pitch the case is open.", ["not pitch+"]),
        ("The lips are far from pressed.", ["not lip_pressor+"]),
        ("The pitch is anything but high.", ["not pitch+"]),
        ("A smile is nowhere to be seen.", ["not lip_corner_puller+"]),
        ("There is anything but a smile.", ["not lip_corner_puller+"]),
        ("The pitch is no longer raised.", ["not pitch+"]),
        ("The pauses are no longer than usual.", ["not pauses+"]),
        ("The pitch is rarely raised.", ["not pitch+"]),
        ("The pitch fails to be raised.", ["not pitch+"]),
        ("The pitch can't be raised.", ["not pitch+"]),
        ("The pitch isnt raised.", ["not pitch+"]),
        ("There is no smile or frown.", ["not lip_corner_puller+", "not brow_lowerer+"]),
        ("There is neither a smile nor a frown.", ["not lip_corner_puller+", "not brow_lowerer+"]),
        ("There is no smile and a frown.", ["not lip_corner_puller+", "brow_lowerer+"]),
        ("There is no smile, frown or squint.", NO_SMILE_FROWN_SQUINT),
        ("There is no smile, no frown, and no squint.", NO_SMILE_FROWN_SQUINT),
        ("There is no smile, frown, or squint.", NO_SMILE_FROWN_SQUINT),
        ("There is neither a smile, a frown nor a squint.", NO_SMILE_FROWN_SQUINT),
        ("The face is without a smile, a frown or a squint.", NO_SMILE_FROWN_SQUINT),
        ("The face lacks a smile, a frown and a squint.", NO_SMILE_FROWN_SQUINT),
        ("There is no smile, a frown.", ["not lip_corner_puller+", "brow_lowerer+"]),
        (
            "There is no smile, a frown and a squint.",
            ["not lip_corner_puller+", "brow_lowerer+", "lid_tightener+"],
        ),
        ("No, a smile or a frown is seen.", ["lip_corner_puller+", "brow_lowerer+"]),
        (
            "The voice is not loud, fast or high.",
            ["not loudness+", "not speaking_rate+", "not pitch+"],
        ),
        (
            "The voice is neither loud, fast nor high.",
            ["not loudness+", "not speaking_rate+", "not pitch+"],
        ),
        ("The voice is not loud, but fast or high.", ["not loudness+", "speaking_rate+", "pitch+"]),
        ("One does not see a smile.", ["not lip_corner_puller+"]),
        ("The face does not display a smile.", ["not lip_corner_puller+"]),
        ("There is no evidence of a smile.", ["not lip_corner_puller+"]),
        ("Not a single smile is seen.", ["not lip_corner_puller+"]),
        ("The pitch \u2260 raised.", ["not pitch+"]),
        ("Little sign of a smile is seen.", ["not lip_corner_puller+"]),
        ("A few signs of a smile are seen.", ["lip_corner_puller+"]),
        ("The smile fades.", ["not lip_corner_puller+"]),
        ("It is not the pitch that is raised.", ["not pitch+"]),
        ("The volume rather than the pitch is raised.", ["not pitch+"]),
        ("The pitch is lowered instead of raised.", ["pitch-", "not pitch+"]),
        ("The voice is loud, nor is the pitch high.", ["loudness+", "not pitch+"]),
    ],
)
def test_negation(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pitch is not slightly but strongly raised.", ["pitch+!"]),
        ("The pitch is not slightly, but strongly raised.", ["pitch+!"]),
        ("The pitch is not only raised but also varied.", ["pitch+"]),
        ("The face is not without a smile.", ["lip_corner_puller+"]),
        ("The pitch is not high but the voice is loud.", ["not pitch+", "loudness+"]),
    ],
)
def test_what_is_denied_before_something_else_is_said(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is not true that the pitch is raised.", ["not pitch+"]),
        ("I doubt that there is a smile.", ["not lip_corner_puller+"]),
        ("It is not true that the pitch is not raised.", ["pitch+"]),
        ("There is no doubt that the pitch is raised.", ["pitch+"]),
        ("It cannot be overlooked that the pitch is raised.", ["pitch+"]),
        ("One hears that the pitch is not raised.", ["not pitch+"]),
        ("It does not show that the pitch is raised.", ["not pitch+"]),
        ("There is no sign that the pitch is raised.", ["not pitch+"]),
        ("There is no sign of that smile.", ["not lip_corner_puller+"]),
        ("The volume is not that high.", ["not loudness+"]),
        ("In no way does the face show a smile.", ["not lip_corner_puller+"]),
        ("At no point is the pitch raised.", ["not pitch+"]),
        ("Never is the pitch raised.", ["not pitch+"]),
        ("A smile never appears.", ["not lip_corner_puller+"]),
        ("The face is free of a smile.", ["not lip_corner_puller+"]),
        ("I do not think the pitch is raised.", ["not pitch+"]),
        ("I doubt the pitch is raised.", ["not pitch+"]),
        ("No doubt the pitch is raised.", ["pitch+"]),
        ("That the pitch is raised is not true.", ["not pitch+"]),
        ("The claim that the pitch is raised is false.", ["not pitch+"]),
        ("The claim that the pitch is raised would not be wrong.", ["pitch+"]),
        ("The pitch is raised not at all.", ["not pitch+"]),
        ("The pitch is raised - not.", ["not pitch+"]),
    ],
)
def test_a_clause_is_denied_from_outside(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pitch is not not raised.", ["pitch+"]),
        ("The smile is not absent.", ["lip_corner_puller+"]),
    ],
)
def test_who_denies_twice_affirms(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "If the pitch were raised, this would be anger.",
        "Were the pitch raised, this would be anger.",
        "It is unclear whether there is a smile.",
        "The pitch would be raised.",
        "The pitch used to be raised.",
        "Is the pitch raised?",
    ],
)
def test_what_is_only_supposed_is_no_claim(text: str) -> None:
    assert meanings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The voice is as loud as usual.", ["loudness="]),
        ("The pitch is as high as ever.", ["pitch="]),
        ("The voice is not as loud as usual.", ["not loudness+"]),
        ("The voice is half as loud as usual.", []),
        ("The voice is as loud as thunder.", ["loudness+"]),
    ],
)
def test_as_usual(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Crow's feet appear.", ["? face"]),
        ("A trembling voice.", ["? voice"]),
        ("No tears are seen.", ["? face"]),
        ("The nose wrinkles and the cheeks are raised.", ["? face"] * 3),
        ("The person says so.", ["? voice"]),
        ("Another person's brows are raised.", ["? face"]),
        ("The other speaker's pitch is raised.", ["? voice"]),
        ("Unlike the other speaker, the voice is loud.", ["loudness+"]),
        ("On the other hand the pitch is raised.", ["pitch+"]),
    ],
)
def test_what_nobody_measures_is_a_claim_without_a_cue(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This points to a neutral state.",
        "The voice suggests a neutral state.",
        "The face is expressive and the voice speaks for itself.",
        "Taken together, the strong signs speak of low spirits rather than a high state of joy.",
        "The voice is neutral.",
        "On the other hand, nothing is certain.",
        "<answer>sad</answer>",
    ],
)
def test_no_direction_no_claim(text: str) -> None:
    assert meanings(text) == []


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "the",
                "pitch",
                "brows",
                "lips",
                "voice",
                "is",
                "are",
                "not",
                "raised",
                "slightly",
                "less",
                "very",
                "smile",
                "a",
                "of",
                "and",
                ",",
                ".",
                "but",
                "up",
                "down",
                "no",
                "in",
                "high",
                "open",
                "loud",
                "tears",
                "with",
            ]
        ),
        max_size=25,
    )
)
def test_any_text_is_read_and_spans_are_true(words: list[str]) -> None:
    text = " ".join(words)
    for claim in find_claims(text):
        assert 0 <= claim.start_char < claim.end_char <= len(text)
        assert text[claim.start_char : claim.end_char] == claim.text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_an_error(text: str) -> None:
    find_claims(text)
    skeleton(text)
    mentions_modality(text)


def test_mentions() -> None:
    assert mentions_modality("The pitch is high.") == {"voice"}
    assert mentions_modality("The face says little.") >= {"face"}
    assert mentions_modality("This points to anger.") == set()
    assert mentions_modality("tears") == {"face"}


def test_a_skeleton_masks_cues_and_emotions_only() -> None:
    first = skeleton("The face shows a faint smile, and this points to happiness.")
    second = skeleton("The face shows clearly raised inner brows, and this points to sadness.")
    assert first == second == "face shows <cue>, and this points to <emotion>."


def test_unmeasured_words_are_plain_phrases() -> None:
    for phrases in UNMEASURED.values():
        assert all(phrase == phrase.lower() and "|" not in phrase for phrase in phrases)


@pytest.mark.parametrize(
    "text",
    [
        "The pit\u200bch is rai\u200dsed.",
        "The p\u00adi\u00adtch is raised.",
        "The p\u0456t\u0441h is r\u0430ised.",
        "The pitch is ra\u0301ised.",
        "The \uff50\uff49\uff54\uff43\uff48 is raised.",
        "The PITCH is\u00a0\u202eraised.",
    ],
)
def test_a_word_is_read_as_it_is_seen(text: str) -> None:
    assert meanings(text) == ["pitch+"]
    assert mentions_modality(text) == {"voice"}
    [claim] = find_claims(text)
    assert text[claim.start_char : claim.end_char] == claim.text


def test_what_is_struck_out_is_not_said() -> None:
    assert meanings("The pitch is r\u0336a\u0336i\u0336s\u0336e\u0336d\u0336.") == []
    assert meanings("The pitch is n\u0336o\u0336t\u0336 raised.") == ["pitch+"]


def test_any_hyphen_joins() -> None:
    for sign in "-\u2010\u2011\u2212":
        [claim] = find_claims(f"The voice is high{sign}pitched.")
        assert claim.text.endswith("pitched")


def test_any_apostrophe_denies() -> None:
    for sign in "'\u2019\u02bc\u2032\uff07":
        assert meanings(f"The pitch isn{sign}t raised.") == ["not pitch+"]


ENDLESS = (
    "the pitch is raised and ", "smile ", "smile or ", "it that the pitch is raised ", "raised ",
    "raised, ", "high in ", "no smile, ", "the voice shows ", "may ", "in the voice ", "loud or ",
    "face and voice agree ", "going by the face ", "not so ", "the signs are weak ",
)  # fmt: skip


@pytest.mark.parametrize("words", ENDLESS)
def test_a_text_without_an_end_is_read_in_time(words: str) -> None:
    def seconds(characters: int) -> float:
        text = words * (characters // len(words))
        begun = time.process_time()
        find_claims(text)
        return time.process_time() - begun

    find_claims(words)
    assert seconds(100_000) < 25 * max(seconds(10_000), 0.02)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AU1+2+5+26: surprise.", [
            "inner_brow_raiser+", "outer_brow_raiser+", "upper_lid_raiser+", "jaw_drop+"]),
        ("AUs 4, 7 and 24 are present, AU12 is absent.", [
            "brow_lowerer+", "lid_tightener+", "lip_pressor+", "not lip_corner_puller+"]),
        ("No AU1, 2 or 4.", [
            "not inner_brow_raiser+", "not outer_brow_raiser+", "not brow_lowerer+"]),
        ("AU6+12E, action unit 15B and au-17C", [
            "? face", "lip_corner_puller+!", "lip_corner_depressor+~", "chin_raiser+"]),
        ("AU 54 with AU27", ["head_pitch-", "jaw_drop+"]),
        ("AU1 and 2 people, 4 of AU100 and AU0.", ["inner_brow_raiser+"]),
    ],
)  # fmt: skip
def test_codes_of_facs(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


def test_a_code_is_marked_where_it_stands() -> None:
    text = "Seen: AUs 1, 2E."
    assert [claim.text for claim in find_claims(text)] == ["AUs 1", "2E"]
