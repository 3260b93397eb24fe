"""Under which licence each part is that no Python metadata names rightly, as SPDX has it."""

from __future__ import annotations

# Libraries that wheels, and on macOS and Windows Python, carry along: prefix of the file → part,
# licence, distribution with its text. Without a distribution the text is in `licences`, by the name
# of the part or of its licence.
INSIDE = {
    "libav": ("FFmpeg", "LGPL-2.1-or-later", ""),
    "libsw": ("FFmpeg", "LGPL-2.1-or-later", ""),
    "libavif": ("libavif", "BSD-2-Clause", ""),
    "libdav1d": ("dav1d", "BSD-2-Clause", ""),
    "libscipy_openblas": ("OpenBLAS", "BSD-3-Clause", "numpy"),
    "libgfortran": ("GCC runtime", "GPL-3.0-or-later WITH GCC-exception-3.1", "numpy"),
    "libquadmath": ("libquadmath", "LGPL-2.1-or-later", "numpy"),
    "libpng": ("libpng", "libpng-2.0", "opencv-python-headless"),
    "libQt6": ("Qt", "LGPL-3.0-only", ""),
    "libicu": ("ICU", "Unicode-DFS-2016", ""),
    "libportaudio": ("PortAudio", "MIT", "sounddevice"),
    "libcrypto": ("OpenSSL", "Apache-2.0", "Python"),
    "libssl": ("OpenSSL", "Apache-2.0", "Python"),
    "libffi": ("libffi", "MIT", "Python"),
    "libVCRUNTIME": ("C runtime", "LicenseRef-Microsoft-Distributable-Code", "Python"),
    "libMSVCP": ("C runtime", "LicenseRef-Microsoft-Distributable-Code", "Python"),
    "libucrtbase": ("C runtime", "LicenseRef-Microsoft-Distributable-Code", "Python"),
    "libapi-ms": ("C runtime", "LicenseRef-Microsoft-Distributable-Code", "Python"),
}

# Of Debian's libraries, by source package, as each one's `copyright` says of the library itself;
# some hold tools under the GPL too, which are not packaged.
DEBIAN = {
    "brotli": "MIT",
    "bzip2": "bzip2-1.0.6",
    "expat": "MIT",
    "fontconfig": "HPND-sell-variant",
    "freetype": "FTL",
    "glib2.0": "LGPL-2.1-or-later",
    "libffi": "MIT",
    "libpng1.6": "libpng-2.0",
    "libxcb": "X11",
    "libxkbcommon": "MIT AND X11 AND HPND",
    "libzstd": "BSD-3-Clause",
    "openssl": "Apache-2.0",
    "pcre2": "BSD-3-Clause",
    "sqlite3": "blessing",
    "xcb-util": "X11",
    "xcb-util-cursor": "X11",
    "xcb-util-image": "X11",
    "xcb-util-keysyms": "X11",
    "xcb-util-renderutil": "X11",
    "xcb-util-wm": "X11",
    "xz-utils": "LicenseRef-public-domain",
    "zlib": "Zlib",
}

# Metadata that names no licence, or more than one of which ours is one.
STATED = {
    "av": "BSD-3-Clause",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "PySide6_Essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
}

# What metadata calls a licence that has an identifier.
IDENTIFIERS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
}
