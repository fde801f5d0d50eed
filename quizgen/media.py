"""Images beside a bank: found, judged by their bytes, named by their hash."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from urllib.parse import unquote

from quizgen.model import Image

MAX_BYTES = 20 << 20
"""The largest image, in bytes: decks and sheets carry it whole."""

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF87a": ("gif", "image/gif"),
    b"GIF89a": ("gif", "image/gif"),
}


class MediaError(Exception):
    """An image that cannot be used: a problem's code and message."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def read_image(folder: Path, src: str) -> Image:
    """The image that a text names, by a path relative to the bank's folder.

    Raises MediaError if it is missing, outside the folder (also behind a link), too large, or none.
    """
    if src.lower().startswith(("http:", "https:")):
        raise MediaError("image-remote", f"'{src}' is on the web; save it beside the bank")
    name = unquote(src)
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise MediaError(
                "image-outside", f"'{name}' is outside the bank's folder; copy it beside the bank"
            )
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise MediaError("image-missing", f"'{name}' is no file; give the path of an image")
        if status.st_size > MAX_BYTES:
            raise MediaError(
                "image-size", f"'{name}' has over {MAX_BYTES >> 20} MiB; make it smaller"
            )
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot read the image '{name}': {error.strerror}; correct its path"
        raise MediaError("image-missing", message) from error
    except (ValueError, RuntimeError) as error:  # a NUL; a link to itself
        raise MediaError("image-missing", f"'{src}' is no path of a file") from error
    suffix, mime = _kind(name, data)
    digest = hashlib.sha256(data).hexdigest()[:20]
    return Image(f"quizgen-{digest}.{suffix}", mime, data)


def _kind(name: str, data: bytes) -> tuple[str, str]:
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp", "image/webp"
    if b"<svg" in data[:4096]:
        return "svg", "image/svg+xml"
    raise MediaError(
        "image-kind", f"'{name}' is no PNG, JPEG, GIF, WebP or SVG; convert it to one of them"
    )
