"""Where the shipped banks and templates are: inside the wheel, or beside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The folder `banks` or `templates`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def is_installed(path: Path) -> bool:
    """Whether a file came with an installed package, which is not the author's to change."""
    return path.resolve().is_relative_to(_PACKAGE.resolve())
