"""A running Anki, asked through its AnkiConnect add-on: JSON over HTTP on this machine.

What it answers to is told in the add-on's README (https://git.sr.ht/~foosoft/anki-connect).
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from quizgen.problems import Problem, QuizgenError, shorten

HOST = "127.0.0.1"
"""No other: whoever reaches the add-on can change and delete everything in a collection."""

PORT = 8765
"""The add-on's own, unless its configuration names another."""

VERSION = 6
"""Of the protocol: from this one on every answer has a result and an error."""

ADD_ON = 2055492159
"""What AnkiConnect is installed by."""

_LARGEST = 1 << 30
"""The longest answer that is read, in bytes."""


def connect(port: int = PORT, key: str | None = None, patience: float = 20) -> Anki:
    """The Anki that runs on this machine; it may be silent for as many seconds as `patience` says.

    Raises QuizgenError if none answers, if it lets nobody in, or if its add-on is too old.
    """
    anki = Anki(port, key, patience)
    permission = anki.ask("requestPermission")
    with anki.expecting("requestPermission"):
        granted = permission["permission"] == "granted"
    if not granted:
        raise anki.refused("permission is denied")
    version = anki.ask("version")
    with anki.expecting("version"):
        if version < VERSION:
            raise anki.outdated(f"speaks version {version} of its protocol, not {VERSION}")
    return anki


@dataclass(frozen=True)
class Anki:
    """A running Anki, asked one action at a time."""

    port: int
    key: str | None = field(repr=False)
    patience: float

    def __str__(self) -> str:
        return f"{HOST}:{self.port}"

    def ask(self, action: str, patience: float | None = None, **parameters: object) -> Any:
        """What Anki answers to an action. Raises QuizgenError if it refuses or none answers."""
        return self._result(action, self._post(self._request(action, parameters), patience))

    def ask_all(self, actions: Sequence[tuple[str, Mapping[str, object]]]) -> list[Any]:
        """What Anki answers to these actions, in one go."""
        requests = [self._request(*each) for each in actions]
        answers = self.ask("multi", actions=requests)
        with self.expecting("multi"):
            return [
                self._result(action, answer)
                for (action, _), answer in zip(actions, answers, strict=True)
            ]

    @contextmanager
    def expecting(self, action: str) -> Generator[None]:
        """Turns what goes wrong with an answer of another shape into a QuizgenError."""
        try:
            yield
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise self._alien(f"its answer to '{action}' has another form") from error

    def _request(self, action: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        key = {"key": self.key} if self.key else {}
        return {"action": action, "version": VERSION, "params": parameters, **key}

    def _post(self, request: Mapping[str, object], patience: float | None) -> object:
        """The answer as JSON. http.client asks no proxy and follows no redirection."""
        body = json.dumps(request).encode()
        timeout = patience or self.patience
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            with connection.getresponse() as response:
                data = response.read(_LARGEST + 1)
        except TimeoutError as error:
            message = (
                f"Anki on {self} is silent for {timeout:g} seconds; see whether it is busy or waits"
                " for an answer of yours, then push again"
            )
            raise _error("no-anki", message) from error
        except ConnectionRefusedError as error:
            message = (
                f"no Anki answers on {self}; start Anki with the AnkiConnect add-on (code {ADD_ON})"
            )
            raise _error("no-anki", message) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._alien("it breaks the connection off, or speaks no HTTP") from error
        finally:
            connection.close()
        if response.status == http.HTTPStatus.FORBIDDEN:
            raise self.refused("it answers 'forbidden'")
        if response.status != http.HTTPStatus.OK:
            raise self._alien(f"it answers with HTTP status {response.status}")
        if len(data) > _LARGEST:
            raise self._alien("its answer has no end")
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise self._alien(
                f"it answers '{shorten(data[:100].decode(errors='replace'))}'"
            ) from error

    def _result(self, action: str, answer: Any) -> Any:
        with self.expecting(action):
            result, error = answer["result"], answer["error"]
        if error is None:
            return result
        if error == "valid api key must be provided":
            raise self.refused("the key is not that of the add-on")
        if error == "unsupported action":
            raise self.outdated(f"has no action '{action}'")
        hint = (
            "open a profile in Anki" if "collection is not" in str(error) else "see to it in Anki"
        )
        message = f"Anki cannot do '{action}': {shorten(str(error), 200)}; {hint}, then push again"
        raise _error("anki-error", message)

    def _alien(self, reason: str) -> QuizgenError:
        message = (
            f"what answers on {self} is not AnkiConnect: {reason}; name the 'webBindPort' of the"
            " add-on's configuration with --port"
        )
        return _error("not-anki", message)

    def refused(self, reason: str) -> QuizgenError:
        message = (
            f"Anki on {self} lets nobody in: {reason}; give the 'apiKey' of its configuration with"
            " QUIZGEN_ANKI_KEY or --push-key, and none if it has none"
        )
        return _error("anki-refused", message)

    def outdated(self, reason: str) -> QuizgenError:
        message = f"AnkiConnect on {self} {reason}; update the add-on in Anki (Tools → Add-ons)"
        return _error("anki-old", message)


def _error(code: str, message: str) -> QuizgenError:
    return QuizgenError([Problem(code, message)])
