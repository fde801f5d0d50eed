"""Names of files where the system's encoding is not UTF-8, as in the locale C."""

from __future__ import annotations

import os


def path_of(name: str) -> str:
    """The path by which this process finds a file that a text names: its name is UTF-8 on disk."""
    return os.fsdecode(name.encode())


def text_of(path: str) -> str:
    """A path as text, the same in every locale; bytes that are no UTF-8 are escaped."""
    return path if path.isascii() else os.fsencode(path).decode(errors="backslashreplace")


def legible(text: str) -> str:
    """A text with paths in it as one that any encoding of Unicode can carry."""
    if text.isascii():
        return text
    try:
        data = text.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # a name on Windows need not be UTF-16
        data = text.encode(errors="surrogatepass")
    return data.decode(errors="backslashreplace")
