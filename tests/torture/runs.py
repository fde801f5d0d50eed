"""Many command lines in one process, as `quizgen` runs them: JSON from standard input, JSON back.

Each run is `{"words": [...], "environment": {...}}`, and comes back as `[status, stdout, stderr]`.
"""

import json
import os
import sys
import tempfile

from quizgen.__main__ import main


def run(words):
    """Exit status, and what went to standard output and error."""
    kept = [os.dup(number) for number in (1, 2)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.argv = ["quizgen", *words]
        status = "returned"
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
        except BaseException as error:  # noqa: BLE001  (a traceback is a finding, told as a status)
            status = repr(error)
        finally:
            for number, (stream, old) in enumerate(
                zip((sys.stdout, sys.stderr), kept, strict=True), 1
            ):
                stream.flush()
                os.dup2(old, number)
                os.close(old)
        out.seek(0)
        err.seek(0)
        return [status, *(file.read().decode(errors="backslashreplace") for file in (out, err))]


def run_all():
    usual = dict(os.environ)
    results = []
    for each in json.loads(sys.stdin.buffer.read()):
        os.environ.update(each["environment"])
        results.append(
            run([os.fsdecode(word.encode("utf-8", "surrogateescape")) for word in each["words"]])
        )
        os.environ.clear()
        os.environ.update(usual)
    sys.stdout.buffer.write(json.dumps(results).encode())


if __name__ == "__main__":
    run_all()
