"""Which landmarks of the face a facial cue is seen at, for highlighting."""

from __future__ import annotations

from collections.abc import Mapping

_INNER_BROWS = (107, 66, 336, 296)
_OUTER_BROWS = (70, 63, 105, 300, 293, 334)
_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
_UPPER_LIDS = (159, 158, 160, 386, 385, 387)
_LIDS = (159, 145, 386, 374)
_UPPER_LIP = (37, 0, 267)
_MOUTH_CORNERS = (61, 291)
_LIPS = (13, 14, 78, 308)
_CHIN = (152, 148, 377)
_NOSE = (1, 4, 5)

CUE_REGIONS: Mapping[str, tuple[int, ...]] = {
    "inner_brow_raiser": _INNER_BROWS,
    "outer_brow_raiser": _OUTER_BROWS,
    "brow_lowerer": _BROWS,
    "upper_lid_raiser": _UPPER_LIDS,
    "lid_tightener": _LIDS,
    "upper_lip_raiser": _UPPER_LIP,
    "lip_corner_puller": _MOUTH_CORNERS,
    "lip_corner_depressor": _MOUTH_CORNERS,
    "chin_raiser": _CHIN,
    "lip_stretcher": _MOUTH_CORNERS,
    "lip_pressor": _LIPS,
    "jaw_drop": (13, 14, 17),
    "head_pitch": _NOSE,
}
"""Indices of MediaPipe's 478 landmarks by cue; every facial cue has some."""

OUTLINES: tuple[tuple[int, ...], ...] = (
    (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
     148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109, 10),
    (70, 63, 105, 66, 107),
    (336, 296, 334, 293, 300),
    (33, 160, 158, 133, 153, 144, 33),
    (362, 385, 387, 263, 373, 380, 362),
    (61, 37, 0, 267, 291, 314, 17, 84, 61),
    (168, 6, 195, 4),
)  # fmt: skip
"""Lines through landmarks that draw a face: its oval, brows, eyes, mouth and nose."""
