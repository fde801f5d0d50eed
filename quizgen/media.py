"""Pictures and recordings beside a bank: found, judged by their bytes, named by their hash."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path
from urllib.parse import unquote

from quizgen.model import Media
from quizgen.native import path_of
from quizgen.problems import shorten
from quizgen.svg import SvgError, UnsafeSvgError, check_svg

MAX_BYTES = 20 << 20
"""The largest file, in bytes: decks and sheets carry it whole."""

_SIGNATURES = {
    rb"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    rb"\xff\xd8\xff": ("jpg", "image/jpeg"),
    rb"GIF8[79]a": ("gif", "image/gif"),
    rb"RIFF....WEBP": ("webp", "image/webp"),
    rb"RIFF....WAVE": ("wav", "audio/wav"),
    rb"ID3|\xff[\xfa\xfb\xf2\xf3]": ("mp3", "audio/mpeg"),
    rb"OggS": ("ogg", "audio/ogg"),
    rb"fLaC": ("flac", "audio/flac"),
    rb"....ftypM4A": ("m4a", "audio/mp4"),
    rb"(?=.{0,4096}?<svg)": ("svg", "image/svg+xml"),
}
"""How a file of each kind begins."""


class MediaError(Exception):
    """A file that cannot be used: a problem's code and message."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def media_path(folder: Path, src: str) -> Path:
    """Where the file is that a text names: `src` is as in an address, `%20` for a space."""
    return folder / path_of(unquote(src))


def read_media(folder: Path, src: str) -> Media:
    """The picture or recording that a text names, by a path relative to the bank's folder.

    Raises MediaError if it is missing, too large, neither of them, an SVG that does more than draw,
    or outside the folder, also behind a link.
    """
    if src.lower().startswith(("http:", "https:")):
        raise MediaError(
            "image-remote", f"'{shorten(src, 80)}' is on the web; save it beside the bank"
        )
    name = unquote(src)
    shown = shorten(name, 80)
    try:
        path = media_path(folder, src).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise MediaError(
                "image-outside", f"'{shown}' is outside the bank's folder; copy it beside the bank"
            )
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise MediaError("image-missing", f"'{shown}' is no file; give the path of an image")
        if status.st_size > MAX_BYTES:
            raise MediaError(
                "image-size", f"'{shown}' has over {MAX_BYTES >> 20} MiB; make it smaller"
            )
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot read '{shown}': {error.strerror}; correct its path"
        raise MediaError("image-missing", message) from error
    except (ValueError, RuntimeError) as error:  # a NUL; a link to itself
        raise MediaError("image-missing", f"'{shown}' is no path of a file") from error
    return media_of(name, data)


def media_of(name: str, data: bytes) -> Media:
    """The picture or recording of these bytes; `name` is what a message calls it.

    Raises MediaError if it is too large, or neither, or does more than show.
    """
    shown = shorten(name, 80)
    if len(data) > MAX_BYTES:
        raise MediaError("image-size", f"'{shown}' has over {MAX_BYTES >> 20} MiB; make it smaller")
    suffix, mime = _kind(shown, data)
    if suffix == "svg":
        try:
            check_svg(data)
        except UnsafeSvgError as error:
            message = f"'{shown}' {error}; save it as a plain SVG, or as a PNG"
            raise MediaError("image-unsafe", message) from error
        except SvgError as error:
            message = f"'{shown}' {error}; save it anew"
            raise MediaError("image-kind", message) from error
    digest = hashlib.sha256(data).hexdigest()[:20]
    return Media(f"quizgen-{digest}.{suffix}", mime, data)


def _kind(shown: str, data: bytes) -> tuple[str, str]:
    for signature, kind in _SIGNATURES.items():
        if re.match(signature, data[:5000], re.DOTALL):
            return kind
    raise MediaError(
        "image-kind",
        f"'{shown}' is no PNG, JPEG, GIF, WebP or SVG, nor MP3, M4A, Ogg, FLAC or WAV;"
        " convert it to one of them",
    )
