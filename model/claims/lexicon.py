"""How each cue, direction and strength is said: the only table of wordings in the project.

The rationale grammar speaks from it and `model.claims.reader` understands by it, so that whatever
can be said is understood as what was meant. A `Wording` pairs nouns with the words that say a
direction of them; an act is a noun or a verb that says one by itself ("a smile", "murmurs"). Weak
facial actions are said as "less pressed", because the absence of an action has no word of its own.

In the tables `|` parts alternatives, `+` marks a plural and `~` a noun without an article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from model.claims.claim import Direction, Strength
from model.cues import CUES


@dataclass(frozen=True)
class Noun:
    """A noun phrase without its article."""

    text: str
    plural: bool = False
    countable: bool = True

    @property
    def article(self) -> str:
        """The indefinite article and a space, or nothing."""
        return "a " if self.countable and not self.plural else ""


@dataclass(frozen=True)
class Wording:
    """Nouns of a cue and what is said of them; `said` wordings are written, all are understood."""

    nouns: tuple[Noun, ...]
    raised: tuple[str, ...]
    lowered: tuple[str, ...] = ()
    said: bool = True


@dataclass(frozen=True)
class Entry:
    """All wordings of a cue; `acts` are said, the others only understood.

    Attributes:
        lowering: acts that say "lowered".
    """

    wordings: tuple[Wording, ...]
    acts: tuple[Noun, ...] = ()
    heard_acts: tuple[Noun, ...] = ()
    lowering: tuple[Noun, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """A noun phrase with its article, and whether it takes a plural verb."""

    text: str
    plural: bool


# "not strongly" etc. are understood from the same tables: see model.claims.reader.
ADVERBS: Mapping[Strength, tuple[str, ...]] = {
    "slight": ("slightly", "somewhat", "mildly"),
    "plain": ("", "", "noticeably"),
    "strong": ("clearly", "markedly"),
}
LESS: Mapping[Strength, tuple[str, ...]] = {
    "slight": ("slightly less", "a little less"),
    "plain": ("less",),
    "strong": ("much less", "far less"),
}
ACT_ADJECTIVES: Mapping[Strength, tuple[str, ...]] = {
    "slight": ("slight", "faint", "mild"),
    "plain": ("", "visible"),
    "strong": ("strong", "marked", "clear"),
}
WEAKER: Mapping[Strength, tuple[str, ...]] = {
    "slight": ("slightly weaker", "somewhat weaker"),
    "plain": ("weaker",),
    "strong": ("much weaker", "far weaker"),
}
_SPEAKS = tuple(
    f"{who} {does}"
    for who in ("he", "she", "person", "speaker", "man", "woman")
    for does in ("speaks", "talks", "is speaking", "is talking", "spoke", "talked")
)
"""Nouns for what is said of the way in which somebody speaks: "he speaks slowly"."""
GENERAL_NOUNS = frozenset(
    ("voice", "speech", "delivery", "tone", "tone of voice", "mouth", "lips", "face", *_SPEAKS)
)
"""Nouns of so many cues that "the voice is typical" claims nothing definite."""
TYPICAL = ("unremarkable", "typical", "ordinary", "average", "normal", "unexceptional")


def _list(alternatives: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in alternatives.split("|") if part.strip())


def _nouns(alternatives: str) -> tuple[Noun, ...]:
    return tuple(
        Noun(text.rstrip("+~"), plural=text.endswith("+"), countable=not text.endswith("~"))
        for text in _list(alternatives)
    )


def _said(nouns: str, raised: str, lowered: str = "") -> Wording:
    return Wording(_nouns(nouns), _list(raised), _list(lowered))


def _heard(nouns: str, raised: str, lowered: str = "") -> Wording:
    return Wording(_nouns(nouns), _list(raised), _list(lowered), said=False)


def _entry(*wordings: Wording, acts: str = "", heard_acts: str = "", lowering: str = "") -> Entry:
    return Entry(wordings, _nouns(acts), _nouns(heard_acts), _nouns(lowering))


_UP = "raised | lifted | drawn up | pulled up"
_UP_HEARD = (
    "up | going up | go up | goes up | went up | move up | moves up | rise | rises | rising | rose"
    " | raise | raises | raising | lift | lifts | lifting | upturned | turned up | turn up"
    " | turns up | curled up | curl up | curling up | tilted up | arched | elevated | upwards"
    " | upward | high | higher | drawn upwards | pulled upwards | drawn upward | pulled upward"
)
_DOWN = "pulled down | turned down | drawn down | drooping"
_DOWN_HEARD = (
    "down | lowered | downturned | droop | droops | sag | sags | sagging | depressed | dropped"
    " | turn down | turns down | go down | goes down | downwards | downward | pulled downwards"
    " | drawn downwards | pulled downward | drawn downward | low | lower | lowers | lowering"
)
_SHOOT = (
    "shoot up | shoots up | shot up | fly up | flew up | jump up | arch | arches | arching | hiked"
    " | hiked up | cocked | pushed up | uplifted"
)
_CURVED_UP = (
    "curve up | curves up | curved up | curve upwards | curves upwards | curved upwards"
    " | curve upward | curves upward | curved upward | turn upwards | turns upwards"
    " | turned upwards | turn upward | turns upward | turned upward | quirked up | tugged up"
)
_CURVED_DOWN = (
    "curve down | curves down | curved down | curve downwards | curves downwards"
    " | curved downwards | curve downward | curves downward | curved downward | turn downwards"
    " | turns downwards | turned downwards | turn downward | turns downward | turned downward"
    " | tugged down"
)
_PERSON = " | ".join(_SPEAKS)
_CORNERS = "lip corners+ | mouth corners+ | corners of the mouth+ | corners of the lips+"

ENTRIES: Mapping[str, Entry] = {
    "inner_brow_raiser": _entry(
        _said("inner brows+ | inner ends of the brows+ | inner brow corners+", _UP),
        _heard("inner brows+ | inner ends of the brows+ | inner corners of the brows+"
               " | brows+ | inner brow corners+", f"{_UP} | {_UP_HEARD}"),
        _heard("brow", f"{_UP} | {_UP_HEARD} | {_SHOOT}"),
        _heard("brows+ | inner brows+", _SHOOT),
        acts="lift of the inner brows | upward pull of the inner brows",
        heard_acts="raise of the inner brows | raising of the inner brows | inner brow raiser"
                   " | inner brow lift | inner brow raise",
    ),
    "outer_brow_raiser": _entry(
        _said("outer brows+ | outer ends of the brows+ | outer brow corners+", _UP),
        _heard("outer brows+ | outer ends of the brows+ | outer corners of the brows+"
               " | brows+ | outer brow corners+", f"{_UP} | {_UP_HEARD}"),
        _heard("brow", f"{_UP} | {_UP_HEARD} | {_SHOOT}"),
        _heard("brows+ | outer brows+", _SHOOT),
        acts="lift of the outer brows | upward pull of the outer brows",
        heard_acts="raise of the outer brows | raising of the outer brows | outer brow raiser"
                   " | outer brow lift | outer brow raise",
    ),
    "brow_lowerer": _entry(
        _said("brows+ | brow", "lowered | drawn together | furrowed | knitted"),
        _heard("brows+ | forehead | inner brows+ | outer brows+",
               f"furrowed | knit | knitted | knotted | drawn together | pulled together | bunched"
               f" | contracted | creased | furrow | furrows | frowning | {_DOWN} | {_DOWN_HEARD}"),
        _heard("brow", "knit | knotted | pulled together | bunched | contracted | creased | furrows"
               f" | {_DOWN} | {_DOWN_HEARD}"),
        _heard("brows+ | brow | forehead", "scrunched | scrunched up | pinched | pinched together"
               " | puckered | knits | knitting | crease | creases | furrowing | contract"
               " | contracts | drawn in | pulled in | gathered",
               "smooth | relaxed | unlined | unfurrowed | uncreased"),
        acts="furrow between the brows | knitting of the brows",
        heard_acts="frown | frowns | frowning | scowl | scowls | scowling | brow furrow"
                   " | brow lowerer | furrowing of the brows | lowering of the brows"
                   " | frowned | scowled",
    ),
    "upper_lid_raiser": _entry(
        _said("upper lids+ | upper eyelids+", _UP),
        _said("eyes+", "widened | opened wide | held wide"),
        _heard("upper lids+ | upper eyelids+", f"{_UP} | {_UP_HEARD}", _DOWN_HEARD),
        _heard("eyes+", "wide | widen | widens | widening | wide open | open wide | wider"
               " | large | big | bulging", "drooping | droop | half closed | half shut"),
        _heard("eyes+", "widening | bulge | pop | popping | fly open | flew open | flung open"
               " | enlarged", "half open | half lidded | heavy lidded"),
        _heard("eyelids+ | lids+", f"{_UP} | {_UP_HEARD}",
               "drooping | droop | droops | sagging | heavy"),
        acts="lift of the upper lids | widening of the eyes",
        heard_acts="upper lid raiser | raising of the upper lids"
                   " | wide eyed | goggle eyed",
    ),
    "lid_tightener": _entry(
        _said("eyelids+ | lower lids+", "tightened | tense | narrowed | tight"),
        _said("eyes+", "narrowed | squeezed"),
        _heard("eyelids+ | lids+ | lower lids+ | lower eyelids+ | eyes+",
               "tightened | tighten | tightens | tense | tensed | squinted | squinting | squint"
               " | narrow | narrows | narrowing | screwed up | squeezed | tight | narrowed"
               " | narrower", "relaxed"),
        _heard("eyes+ | eyelids+ | lids+", "slitted | slits | scrunched | scrunched up | pinched"
               " | screwed shut | squeezed shut"),
        acts="squint | tension in the eyelids~ | narrowing of the eyes",
        heard_acts="squints | squinting | lid tightener | tightening of the lids"
                   " | tightening of the eyelids",
    ),
    "upper_lip_raiser": _entry(
        _said("upper lip | edge of the upper lip", f"{_UP}"),
        _heard("upper lip", f"{_UP} | {_UP_HEARD} | curled | curls", ""),
        _heard("upper lip", "curling | curls up | hitched up | drawn back | peeled back"
               " | retracted"),
        _heard("lip", "curled | curls | curling | curls up"),
        acts="lift of the upper lip | upward pull of the upper lip",
        heard_acts="sneer | sneers | snarl | upper lip raiser | curl of the lip"
                   " | raising of the upper lip"
                   " | sneering | sneered",
    ),
    "lip_corner_puller": _entry(
        _said(_CORNERS, "raised | lifted | pulled up | turned up"),
        _heard(f"{_CORNERS} | mouth", f"{_UP} | {_UP_HEARD} | smiling"),
        _heard(f"{_CORNERS} | mouth", _CURVED_UP),
        acts="smile | upward pull of the lip corners",
        heard_acts="smiles | smiling | grin | grins | grinning | beam | beams | beaming"
                   " | lip corner puller | lift of the lip corners"
                   " | smiled | grinned | beamed | smirk | smirks | smirking | smirked",
    ),
    "lip_corner_depressor": _entry(
        _said(_CORNERS, _DOWN),
        _heard(f"{_CORNERS} | mouth", f"{_DOWN} | {_DOWN_HEARD}"),
        _heard(f"{_CORNERS} | mouth", _CURVED_DOWN),
        acts="downturn of the mouth | downward pull of the lip corners",
        heard_acts="pout | pouts | pouting | lip corner depressor | drop of the lip corners"
                   " | pouted",
    ),
    "chin_raiser": _entry(
        _said("lower lip | chin | chin muscle", "pushed up | tensed | bunched up"),
        _heard("chin | lower lip | chin muscle",
               "tense | bunched | puckered | pushed upwards", "relaxed"),
        _heard("chin | lower lip | chin muscle", "push up | pushes up | bunches | bunches up"
               " | puckers | tenses"),
        acts="upward push of the chin | upward push of the lower lip | tension in the chin~",
        heard_acts="chin raiser | push of the chin | tensing of the chin",
    ),
    "lip_stretcher": _entry(
        _said("lips+ | mouth", "stretched | stretched sideways | drawn wide | pulled sideways"),
        _heard("lips+ | mouth | lip corners+",
               "stretch | stretches | pulled back | drawn back | pulled apart sideways"),
        _heard("lips+ | mouth", "stretching | stretched wide | pulled wide | drawn sideways"),
        acts="stretch of the lips | sideways pull of the mouth",
        heard_acts="lip stretcher | stretching of the lips | stretching of the mouth"
                   " | sideways stretch of the lips | grimace"
                   " | grimaces | grimacing",
    ),
    "lip_pressor": _entry(
        _said("lips+", "pressed | pressed together | tightened | squeezed together"),
        _heard("lips+ | mouth", "tight | tense | compressed | thinned | pursed | press"
               " | tensed | pressed | tighten | clamped | tightened", "relaxed"),
        _heard("lips+ | mouth", "presses | pressing | pursing | purse | pinched | pinched together"
               " | clamped shut | pressed thin | tighter | tightens | a thin line"),
        acts="press of the lips | pressure between the lips~",
        heard_acts="lip press | lip pressor | pressing of the lips"
                   " | tight lipped",
    ),
    "jaw_drop": _entry(
        _said("mouth", "open | opened"),
        _said("jaw", "dropped | lowered | open"),
        _heard("mouth | jaw | lips+", "agape | gaping | falls open | hangs open | drops | drop"
               " | hanging | opens | opening | parted | wide open | open | slack | fallen | opened",
               "closed | shut | clenched"),
        _heard("mouth | jaw", "dropping | falling open | fell open | dropped open | drops open"
               " | ajar | gapes | slackens",
               "clenches | clenching | clench | clenched shut | clamped shut | tightly closed"
               " | tightly shut"),
        _heard("lips+", "", "tightly closed | firmly closed | tightly shut | sealed"),
        acts="drop of the jaw | opening of the mouth",
        heard_acts="jaw drop | gape | parting of the lips"
                   " | slack jawed | open mouthed | gaped",
    ),
    "head_pitch": _entry(
        _said("head", "tilted up | raised | lifted | tipped up | held high",
              "tilted down | lowered | bowed | tipped down | bent down"),
        _heard("face", "turned up | tipped up | tilted up", "turned down | tipped down"
               " | tilted down"),
        _heard("head | chin", f"{_UP} | {_UP_HEARD} | tilted back | thrown back | tipped back",
               f"{_DOWN} | {_DOWN_HEARD} | hanging | hangs | tilted forward | bent | tucked"
               " | tilted downwards | drops"),
        _heard("head tilt", "upward", "downward"),
        _heard("head", "tilts up | tips up | tilts back | tips back | flung back",
               "bows | bowing | sinks | sunk | sinking | slumped | slumps | dipped | hung"
               " | hung low | falls forward"),
    ),
    "pitch": _entry(
        _said("pitch | voice pitch | pitch of the voice", "high | raised | elevated",
              "low | lowered | deep"),
        _heard("pitch | f0 | fundamental frequency | voice | tone | tone of voice | register"
               " | speech | voice pitch | pitch of the voice",
               "high | higher | high-pitched | shrill | higher-pitched | goes up | rises",
               "low | lower | low-pitched | deep | deeper | lower-pitched | drops | sinks"),
        _heard("pitch | voice pitch | pitch of the voice | f0", "up | increased | going up", "down"
               " | decreased | dropped | going down"),
        _heard("pitch | f0 | fundamental frequency | voice | voice pitch | pitch of the voice",
               "soars | soaring | soared | squeaky | heightened | falsetto",
               "plummets | plunges"),
        _heard("f0 | fundamental frequency", "raised | elevated | increased | up",
               "lowered | decreased | down | reduced"),
        heard_acts="squeaks | squeaking | squeals | squealing",
    ),
    "pitch_range": _entry(
        _said("intonation~ | melody | pitch range", "wide | lively | varied",
              "narrow | flat | monotonous"),
        _said("pitch movement~", "large | wide | lively", "small | flat | narrow"),
        _heard("intonation | melody | speech melody | pitch range | prosody | pitch movement"
               " | pitch variation | range of the pitch", "broad | large | animated | expressive"
               " | big | wider | livelier | sing-song | melodic | high",
               "small | limited | restricted | level | narrower | flatter | monotone | little"
               " | low"),
        _heard("voice | speech | delivery | pitch | tone",
               "lively | varied | animated | expressive | melodic | sing-song",
               "flat | monotonous | monotone | toneless"),
        _heard(f"voice | speech | delivery | {_PERSON}", "lilting",
               "in a monotone | monotonously | droning | drones | robotic | uninflected | unvarying"
               " | deadpan"),
        _heard("variation in pitch | variation of pitch | variation of the pitch | inflection"
               " | vocal variety | pitch modulation | modulation of the voice | vocal modulation",
               "large | wide | broad | rich | strong | great | plenty of | a lot of",
               "little | small | limited | minimal | reduced | narrow | restricted"),
        _heard("intonation | melody | prosody", "lilting", "unvarying | uninflected | robotic"),
        heard_acts="sing-song"
                   " | lilt",
    ),
    "pitch_slope": _entry(
        _said("ending of the phrase | final pitch | closing contour",
              "rising | climbing", "falling | sinking"),
        _heard("end of the phrase | end of the sentence | ending | phrase ending | final contour"
               " | pitch contour | pitch at the end | final pitch | ending of the phrase"
               " | closing contour | intonation at the end",
               "going up | rises | rise | goes up | climbs | upward | up | raised | lifts",
               "going down | falls | fall | drops | sinks | goes down | downward | down | lowered"
               " | falling off | trails off"),
        _heard("pitch | intonation", "rising | climbing | climbs", "falling | sinking"),
        _heard("end of the phrase | end of the sentence | ending | phrase ending | final contour"
               " | pitch contour | pitch at the end | final pitch | end of the utterance"
               " | sentence ending | last syllable | final syllable",
               "rising | rises | goes up | lifting | ascending | ascends | turns up | swings up",
               "falling | falls | goes down | descending | descends | dips | dropping"),
        heard_acts="uptalk | upspeak",
    ),
    "loudness": _entry(
        _said("voice", "loud | raised | powerful", "quiet | soft | hushed"),
        _said("loudness~ | volume | sound level", "high | raised | elevated",
              "low | lowered | reduced"),
        _heard("voice | speech | delivery", "loud | louder | booming | forceful | strong | up",
               "quiet | quieter | soft | softer | subdued | weak | faint | hushed | lowered"),
        _heard("loudness | volume | sound level | intensity | vocal energy | energy of the voice",
               "high | higher | loud | up | increased | strong | rises",
               "low | lower | quiet | down | decreased | weak | drops | soft"),
        _heard(f"voice | speech | delivery | {_PERSON}",
               "loudly | thunderous | deafening | resounding | ear splitting | blaring | blares",
               "quietly | softly | barely audible | hardly audible | scarcely audible | inaudible"
               " | feeble"),
        _heard("tone | tone of voice | tones+", "loud | booming", "quiet | hushed | subdued"),
        _heard("volume | loudness | sound level", "soars | soaring", "plummets | plunges"),
        heard_acts="shout | shouts | shouting | yells | yelling | screams | screaming"
                   " | booms | boomed | roar | roars | roaring | bellow | bellows | bellowing"
                   " | thunders | holler | hollers | hollering | yell | yelled | shouted | screamed"
                   " | shriek | shrieks | shrieking | top of the voice | top of the lungs",
        lowering="murmur | murmurs | murmuring | murmured | mutter | mutters | muttering | muttered"
                 " | soft spoken",
    ),
    "loudness_range": _entry(
        _said("dynamics+ | dynamic range | loudness contrast | loudness range",
              "wide | large | strong", "narrow | small | limited"),
        _heard("dynamics | dynamic range | loudness contrast | loudness range | stress | emphasis"
               " | accents | loudness swings | swings in loudness | range of loudness"
               " | loudness variation", "broad | big | high | heavy | wide | large | strong",
               "flat | even | weak | low | little | reduced | narrow | small | limited"),
        _heard("volume | loudness | sound level", "uneven | fluctuating | fluctuates | swings",
               "even | constant | steady | uniform"),
    ),
    "speaking_rate": _entry(
        _said("speech~ | pace | tempo | speaking rate", "fast | quick | rapid | hurried",
              "slow | unhurried | sluggish"),
        _heard("pace | tempo | speaking rate | speech rate | rate of speech | articulation rate"
               " | speed | rhythm | rate | speaking tempo",
               "high | fast | faster | quicker | raised | elevated | up | increased | quick",
               "low | slow | slower | lowered | reduced | down | decreased | dragging | leisurely"),
        _heard("voice | speech | delivery | words | syllables",
               "fast | faster | quick | rapid | hurried | rushed | quicker | speeds up",
               "slow | slower | unhurried | sluggish | drawn out | drawling | dragging"),
        _heard("pace | tempo | speaking rate | speech rate | rate of speech | speed"
               " | speaking tempo | speech | delivery | words",
               "brisk | swift | speedy | hasty | breakneck | racing | races | rushing | rushes"
               " | rapid fire | galloping",
               "plodding | languid | drags | crawls | crawling | slows | slows down | slowed"),
        _heard("pace | tempo | speed | speech rate", "quickens | quickened | accelerated | picks up"
               " | speeds up"),
        _heard(_PERSON, "fast | faster | quickly | rapidly | hurriedly | hastily | briskly",
               "slow | slower | slowly | unhurriedly | sluggishly"),
        heard_acts="gabbles | gabbling",
        lowering="drawl | drawls | drawled",
    ),
    "pauses": _entry(
        _said("pauses+ | silent gaps+ | breaks between the words+ | gaps in the speech+",
              "long | frequent | extended", "short | rare | brief"),
        _heard("pauses | silences | gaps | breaks | silent gaps | breaks between the words"
               " | gaps in the speech | hesitations | pausing",
               "long | longer | many | more | numerous | lengthy | frequent | extended",
               "short | shorter | few | fewer | brief | scarce | rare | little"),
        _heard("share of silence | amount of silence", "high | large | raised",
               "low | small | lowered"),
        _heard("speech | delivery | voice", "halting | hesitant | broken up | interrupted",
               "fluent | continuous | uninterrupted"),
        _heard("pauses | silences | gaps | silent gaps | breaks", "drawn out | prolonged"
               " | lingering | plentiful | abundant | extensive"),
        _heard(f"speech | delivery | {_PERSON}", "stop start | faltering | haltingly"
               " | hesitantly",
               "flowing | flows | unbroken | seamless | fluently | without pause | without pauses"
               " | without a pause | without pausing"),
    ),
    "brightness": _entry(
        _said("timbre | tone colour | voice quality", "bright | sharp | ringing | hard",
              "dark | dull | muted | veiled"),
        _heard("timbre | tone colour | voice quality | tone | voice | sound of the voice"
               " | tone color | tone of voice",
               "bright | brighter | sharp | sharper | ringing | hard | harsh | piercing"
               " | metallic | edgy | shrill",
               "dark | darker | dull | duller | muted | veiled | muffled | warm | mellow"),
        _heard("timbre | tone colour | tone color | voice quality | tone | voice | tone of voice",
               "tinny | strident | brassy | brightens | sharpens | hardens",
               "velvety | darkens | dulls"),
    ),
}  # fmt: skip

UNMEASURED: Mapping[str, tuple[str, ...]] = {
    "face": _list(
        "tear | tears | teary | tearful | cry | cries | cried | crying | weep | weeps | weeping"
        " | sob | sobs | sobbing | cheek | cheeks | crow's feet | dimple | dimples | dimpled"
        " | nose | nostril | nostrils | wrinkle | wrinkles | wrinkled | wrinkling | nasolabial"
        " | gaze | gazes | gazing | eye contact | looks away | looking away | stare | stares"
        " | staring | glare | glares | glaring | blink | blinks | blinking | wink | winks"
        " | pupil | pupils | teeth | tongue | blush | blushes | blushing | flushed | pale | sweat"
        " | sweating | sparkle | sparkles | sparkling | twinkle | hand | hands | arm | arms"
        " | shoulder | shoulders | posture | body | gesture | gestures | gesturing | nod | nods"
        " | nodding | fist | fists | hair | glasses | clothes | background"
    ),
    "voice": _list(
        "tremble | trembles | trembling | tremor | shaky | shaking | shakes | quiver | quivers"
        " | quivering | cracks | cracking | breath | breaths | breathy | breathing | sigh | sighs"
        " | sighing | laugh | laughs | laughing | laughter | giggle | giggles | giggling | chuckle"
        " | chuckles | chuckling | hoarse | creaky | nasal | jitter | shimmer | stutter | stutters"
        " | stuttering | stammer | stammers | stammering | whisper | whispers | whispering"
        " | whispered | gasp | gasps | gasping | groan | groans | groaning | moan | moans | moaning"
        " | accent | say | says | said | saying | mention | mentions | the words are | music"
        " | noise"
    ),
}
"""What people say of faces and voices and nothing here measures."""


def _agree(noun: Noun) -> tuple[str, ...]:
    """Verbs that join it to a predicate; the commoner one counts twice."""
    return ("are", "are", "stay") if noun.plural else ("is", "is", "stays")


def said_nouns(cue: str) -> dict[str, Noun]:
    """Nouns that are written for a cue, by their text."""
    return {n.text: n for w in ENTRIES[cue].wordings if w.said for n in w.nouns}


def own_nouns(cue: str) -> list[Noun]:
    """Nouns that are written for this cue alone: "the lips are typical" says nothing definite."""
    others = {text for other in ENTRIES if other != cue for text in said_nouns(other)}
    return [n for text, n in said_nouns(cue).items() if text not in others | GENERAL_NOUNS]


def _predicates(wording: Wording, direction: Direction, strength: Strength) -> list[str]:
    """What is said of the wording's nouns, with its adverb: "slightly raised", "less open"."""
    if direction == "lowered" and not wording.lowered:
        return [f"{less} {word}" for less in LESS[strength] for word in wording.raised]
    words = wording.raised if direction == "raised" else wording.lowered
    return [f"{adverb} {word}".strip() for word in words for adverb in _adverbs(word, strength)]


def _adverbs(word: str, strength: Strength) -> tuple[str, ...]:
    """Strongly raised, but very high."""
    if strength != "strong":
        return ADVERBS[strength]
    participle = word.split()[0].endswith(("ed", "ing", "drawn"))
    return (*ADVERBS["strong"], "strongly" if participle else "very")


@cache
def clauses(cue: str, direction: Direction, strength: Strength) -> tuple[str, ...]:
    """All clauses that say it, such as "the lip corners are clearly pulled up".

    A typical cue has no strength (`plain`); one without nouns of its own is never called so.
    """
    if direction == "typical":
        return tuple(
            f"the {noun.text} {_agree(noun)[0]} {word}"
            for noun in own_nouns(cue)
            for word in TYPICAL
        )
    return tuple(
        f"the {noun.text} {verb} {predicate}"
        for wording in ENTRIES[cue].wordings
        if wording.said
        for noun in wording.nouns
        for verb in _agree(noun)
        for predicate in _predicates(wording, direction, strength)
    )


@cache
def noun_phrases(cue: str, direction: Direction, strength: Strength) -> tuple[Phrase, ...]:
    """All noun phrases that say it, such as "a clearly raised pitch" or "a faint smile"."""
    if direction == "typical":
        return tuple(_phrase(word, noun) for noun in own_nouns(cue) for word in TYPICAL)
    phrases = [
        _phrase(predicate, noun)
        for wording in ENTRIES[cue].wordings
        if wording.said
        for predicate in _predicates(wording, direction, strength)
        if _attributive(predicate)
        for noun in wording.nouns
    ]
    adjectives = ACT_ADJECTIVES if direction == "raised" else WEAKER
    phrases += [
        _phrase(adjective, act) for act in ENTRIES[cue].acts for adjective in adjectives[strength]
    ]
    return tuple(phrases)


_PARTICLES = frozenset(("up", "down", "together", "wide", "sideways", "high"))


def _attributive(predicate: str) -> bool:
    """Whether it can stand before its noun: not "pulled up lip corners", nor "a a little"."""
    return not any(word in _PARTICLES for word in predicate.split()[1:]) and not (
        predicate.startswith("a ")
    )


def _phrase(adjective: str, noun: Noun) -> Phrase:
    text = f"{adjective} {noun.text}".strip()
    article = noun.article
    if article and text[0] in "aeiou":
        article = "an "
    return Phrase(article + text, noun.plural)


assert ENTRIES.keys() == CUES.keys()
