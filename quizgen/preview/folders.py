"""Where a change may matter to what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from quizgen.blueprint import files_of
from quizgen.media import media_path
from quizgen.model import Bank


def folders(
    names: Sequence[str | Path], templates: Path | None, banks: Iterable[Bank]
) -> Iterator[Path]:
    """The folders of banks, quiz files and templates by these names, and of the banks' media."""
    for path in [*map(Path, names), *files_of(names)]:
        yield path if path.is_dir() else path.parent
    for bank in banks:
        for name in bank.media:
            yield media_path(Path(bank.span.file).parent, name).parent
    if templates:
        yield from (templates, templates / "html")
