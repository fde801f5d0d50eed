"""Dataclasses that are frozen to type checkers, who see every assignment, and plain at run time.

Python makes a frozen object by a detour for each of its fields. A large bank is a million objects,
and the detours were a twentieth of the time in which it becomes a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(*, frozen: bool, **options: Any) -> Any:
        """`dataclass` without the guard, its objects hashed as those of a frozen one are."""
        return dataclass(unsafe_hash=frozen, **options)


__all__ = ["record"]
