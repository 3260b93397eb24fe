"""Everything from data to a shipped model; `python -m training` lists its commands."""

import model  # noqa: F401  # switches usage events of libraries off before one of them is imported
