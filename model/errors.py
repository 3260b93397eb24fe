"""Everything a user can do wrong, as one tree.

    R1OmniError
    ├── MediaError       a file cannot be read, or holds neither picture nor sound
    ├── BundleError      the model is missing, incomplete, damaged or cannot be fetched
    ├── DataError        a training set is missing or not laid out as its adapter expects
    ├── ConfigError      a recipe or an option has a value that cannot be used
    └── StoreError       recorded sessions cannot be kept, read, erased or exported

Each message is one sentence that names the file and the cure. Command lines print it to stderr and
exit with `EXIT_CODE`; the window shows it as a banner. Anything else that escapes is a bug.
"""

from __future__ import annotations

from model.sentence import SentenceError

EXIT_CODE = 2


class R1OmniError(SentenceError):
    """A user's mistake or a machine's limit; its message is fit to be shown as it is."""


class MediaError(R1OmniError):
    """A media file that cannot be analysed."""


class BundleError(R1OmniError):
    """A model bundle that cannot be fetched, assembled or trusted."""


class DataError(R1OmniError):
    """A data set that cannot be read."""


class ConfigError(R1OmniError):
    """A recipe or option that cannot be used."""


class StoreError(R1OmniError):
    """Recorded sessions that cannot be kept, read, erased or exported."""
