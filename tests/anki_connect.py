"""An Anki for tests: answers AnkiConnect's calls, on this machine alone, from a real collection.

What it takes, gives and complains of is the add-on's own (API version 6), so far as a push needs it:
one request a connection; the key is asked for but by `requestPermission`; parts of a `multi` are
requests of their own, whose version counts; what Python remembers of note types is forgotten before
an action that changes something, not after it.
"""

import contextlib
import http.server
import json
import threading
import warnings
from pathlib import Path

import anki.lang
from anki import importing
from anki.collection import Collection
from anki.errors import NotFoundError


class Refusal(Exception):  # noqa: N818 - the add-on raises plain ones
    """What the add-on answers as an error."""


class AnkiConnect:
    """A collection behind a free port.

    `asked` are the actions that have come, the parts of others too; `lacks` are those that it is too
    old for.
    """

    def __init__(self, folder, key=None, version=6, allowed=True, lacks=()):
        anki.lang.set_lang("en")  # the importer of Anki before 26.09 has messages
        self.path = folder / "collection.anki2"
        self.collection = Collection(str(self.path))
        self.key = key
        self.version = version
        self.allowed = allowed
        self.lacks = lacks
        self.asked = []
        self.server = http.server.HTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        if self.collection:
            self.collection.close()

    def _handler(self):
        connect = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(200, json.dumps(connect.answer(json.loads(body))).encode())

            def do_GET(self):
                self.answer(200, f"AnkiConnect v.{connect.version}".encode())

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "text/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(body)

            def log_message(self, *words):
                """The tests' output is their own."""

        return Handler

    def answer(self, request):
        """The reply to a request, as the add-on makes it."""
        version = request.get("version", 4)
        try:
            result = self.act(
                request.get("action", ""), request.get("key"), request.get("params", {})
            )
        except Exception as error:  # noqa: BLE001 - as the add-on does
            return {"result": None, "error": str(error)}
        return result if version <= 4 else {"result": result, "error": None}

    def act(self, action, key, params):
        self.asked.append(action)
        if key != self.key and action != "requestPermission":
            raise Refusal("valid api key must be provided")
        if action not in ACTIONS or action in self.lacks:
            raise Refusal("unsupported action")
        return ACTIONS[action](self, **params)

    def col(self):
        if self.collection is None:
            raise Refusal("collection is not available")
        return self.collection

    def start_editing(self):
        self.col().models._clear_cache()

    def model(self, name):
        model = self.col().models.by_name(name)
        if model is None:
            raise Refusal(f"model was not found: {name}")
        return model


def request_permission(connect):
    if not connect.allowed:
        return {"permission": "denied"}
    return {
        "permission": "granted",
        "requireApikey": bool(connect.key),
        "version": connect.version,
    }


def media_folder(connect):
    return Path(connect.col().media.dir()).absolute()


def create_deck(connect, deck):
    connect.start_editing()
    return connect.col().decks.id(deck)


def model_templates(connect, modelName):  # noqa: N803 - the add-on's spelling
    return {
        each["name"]: {"Front": each["qfmt"], "Back": each["afmt"]}
        for each in connect.model(modelName)["tmpls"]
    }


def model_styling(connect, modelName):  # noqa: N803 - the add-on's spelling
    return {"css": connect.model(modelName)["css"]}


def update_model_templates(connect, model):
    found = connect.model(model["name"])
    for template in found["tmpls"]:
        sides = model["templates"].get(template["name"], {})
        template["qfmt"] = sides.get("Front") or template["qfmt"]
        template["afmt"] = sides.get("Back") or template["afmt"]
    connect.col().models.update_dict(found)


def update_model_styling(connect, model):
    found = connect.model(model["name"])
    found["css"] = model["css"]
    connect.col().models.update_dict(found)


def notes_info(connect, notes):
    found = []
    for key in notes:
        try:
            note = connect.col().get_note(key)
        except NotFoundError:
            found.append({})
            continue
        model = note.note_type()
        fields = {
            each["name"]: {"value": note.fields[each["ord"]], "order": each["ord"]}
            for each in model["flds"]
        }
        found.append(
            {
                "noteId": note.id,
                "profile": "User 1",
                "tags": note.tags,
                "fields": fields,
                "modelName": model["name"],
                "mod": note.mod,
                "cards": note.card_ids(),
            }
        )
    return found


def update_note(connect, note):
    connect.start_editing()
    found = connect.col().get_note(note["id"])
    for name, value in note.get("fields", {}).items():
        if name in found:
            found[name] = value
    if "tags" in note:
        found.tags = note["tags"]
    connect.col().update_note(found, skip_undo_entry=True)


def import_package(connect, path):
    connect.start_editing()
    inside = str(media_folder(connect) / path)  # it is where Anki works
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from 26.09 on the class stands for another
        importing.AnkiPackageImporter(connect.col(), inside).run()
    return True


ACTIONS = {
    "version": lambda connect: connect.version,
    "requestPermission": request_permission,
    "multi": lambda connect, actions: [connect.answer(each) for each in actions],
    "deckNames": lambda connect: [each.name for each in connect.col().decks.all_names_and_ids()],
    "createDeck": create_deck,
    "modelNamesAndIds": lambda connect: {
        each.name: each.id for each in connect.col().models.all_names_and_ids()
    },
    "modelTemplates": model_templates,
    "modelStyling": model_styling,
    "updateModelTemplates": update_model_templates,
    "updateModelStyling": update_model_styling,
    "findNotes": lambda connect, query: list(connect.col().find_notes(query)),
    "notesInfo": notes_info,
    "updateNote": update_note,
    "importPackage": import_package,
    "getMediaDirPath": lambda connect: str(media_folder(connect)),
    "getMediaFilesNames": lambda connect, pattern="*": [
        each.name for each in media_folder(connect).glob(pattern)
    ],
}
