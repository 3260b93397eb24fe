"""Recorded sessions: kept in one file, browsed, erased and exported. Nothing here needs Qt."""

from __future__ import annotations

from desktop.sessions.recording import Recording
from desktop.sessions.session import Erased, Exclusion, Marker, Session, SessionSummary
from desktop.sessions.store import SessionStore, default_store

__all__ = [
    "Erased",
    "Exclusion",
    "Marker",
    "Recording",
    "Session",
    "SessionStore",
    "SessionSummary",
    "default_store",
]
