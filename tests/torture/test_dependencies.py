"""What quizgen stands on, what it is packed into, and what importing it does."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from quizgen.cli import cli
from tests.torture.oldest import bounds
from tests.torture.scale import FULL

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "quizgen"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
)
OWN = {"quizgen"} | sys.stdlib_module_names


def trees():
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def version(text):
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


# What is needed. The oldest versions are tried by `make oldest`.


@pytest.mark.parametrize(("name", "bound"), [*bounds()])
def test_what_is_installed_is_within_the_bounds(name, bound):
    assert version(importlib.metadata.version(name)) >= version(bound)


def test_what_is_installed_goes_together():
    command = [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.stdout == "No broken requirements found.\n"


def imported():
    """The top-level names that quizgen imports, by whether they are its own or Python's."""
    for _, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    yield from (each.name.partition(".")[0] for each in names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module.partition(".")[0]
                case ast.Call(args=[ast.Constant(value=str(name))]) if "import_module" in ast.dump(
                    node.func
                ):
                    yield name.partition(".")[0]


def distributions(names):
    found = importlib.metadata.packages_distributions()
    return {found[name][0].lower().replace("_", "-") for name in names}


def test_all_that_is_imported_is_declared_and_all_that_is_declared_imported():
    declared = {name for name, _ in bounds()}
    # MarkupSafe is Jinja2's own, and comes with it.
    assert distributions(set(imported()) - OWN) - {"markupsafe"} == declared


def closure(names):
    """The distributions that these ones need, with themselves."""
    found = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found[name] = importlib.metadata.distribution(name)
            for requirement in found[name].requires or ():
                needed, _, marker = requirement.partition(";")
                if "extra" not in marker and "platform" not in marker and "python_" not in marker:
                    waiting.append(re.match(r"[\w.-]+", needed)[0])
    return found


def licence(distribution):
    data = distribution.metadata
    classified = [each for each in data.get_all("Classifier") or () if each.startswith("License")]
    return " ".join(
        [data.get("License-Expression") or "", (data.get("License") or "")[:80], *classified]
    )


def test_nothing_that_is_imported_is_under_the_gpl():
    needed = closure(name for name, _ in bounds())
    for name, distribution in needed.items():
        found = licence(distribution)
        assert found.strip(), name
        bare = re.sub(r"LGPL\w*|GNU Lesser General Public License", "", found)
        assert not re.search(r"\bA?GPL|General Public License", bare), (name, found)
    lesser = {name for name, each in needed.items() if "LGPL" in licence(each)}
    assert lesser == {"frozendict"}  # genanki's, used as a library
    assert not needed.keys() & {"anki", "aqt"}


# What is packed.

WHEEL = r"""
quizgen/(\w+/)*\w+\.py
quizgen/py\.typed
quizgen/words/[\w-]+\.toml
quizgen/banks/[\w-]+\.yaml
quizgen/banks/images/[\w-]+\.svg
quizgen/banks/quizgen\.lock
quizgen/templates/(anki|html|moodle|preview)/[\w-]+(\.\w+)+
quizgen-[\d.]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/LICENSE)
"""
SDIST = r"""
(quizgen|tests)/.+\.(py|typed|toml|yaml|yml|txt|html|xml|css|js|md|png|svg|rng|json|gift|lock|j2|apkg)
banks/.+\.(yaml|svg|lock)
templates/.+\.\w+
docs/[\w-]+\.(png|md|svg)
README\.md|LICENSE|CHANGELOG\.md|Makefile|pyproject\.toml|PKG-INFO|\.gitignore
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def strangers(names, patterns):
    known = re.compile("|".join(f"(?:{line})" for line in patterns.split()))
    return [name for name in names if not known.fullmatch(name)]


def test_the_wheel_holds_what_it_should_and_no_more(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        record = wheel.read(next(name for name in names if name.endswith("RECORD"))).decode()
        assert wheel.testzip() is None
        assert sum(each.file_size for each in wheel.infolist()) < 2_000_000
    assert strangers(names, WHEEL) == []
    assert {line.partition(",")[0] for line in record.splitlines()} == set(names)
    code = {name for name in names if name.endswith(".py")}
    assert code == {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py")}


def test_the_sdist_holds_what_it_should_and_no_more(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        members = [each for each in sdist.getmembers() if not each.isdir()]
        names = [each.name.partition("/")[2] for each in members]
    assert all(each.isfile() for each in members)
    assert strangers(names, SDIST) == []
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_what_is_packed_is_the_same_twice(built, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for path in built.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


# What an import does.

WATCH = """
import builtins, importlib, io, json, os, sys, threading
from pathlib import Path

package, names = sys.argv[1], sys.argv[2:]
done, reads = [], []
homes = tuple({str(Path(each).resolve()) for each in [*sys.path, sys.prefix, sys.base_prefix] if each})
active = False

def hook(event, arguments):
    if not active:
        return
    if event == "open":
        path, mode = os.fspath(arguments[0]) if not isinstance(arguments[0], int) else "?", arguments[1]
        code = str(path).endswith((".py", ".pyc", ".so", ".pth"))
        written = isinstance(mode, str) and set(mode) & set("wax+") and ".pyc" not in str(path)
        if written or not code:
            done.append(f"open {path} {mode}")
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
                           "shutil.", "tempfile.", "os.remove", "os.rename", "os.mkdir", "webbrowser.")):
        done.append(event)

get = os._Environ.__getitem__
def getitem(self, key):
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename.endswith(("os.py", "_collections_abc.py>", "<frozen os>", "<frozen _collections_abc>")):
        frame = frame.f_back
    if frame and frame.f_code.co_filename.startswith(package):
        reads.append(f"{frame.f_code.co_filename} {key}")
    return get(self, key)
os._Environ.__getitem__ = getitem
out, err = sys.stdout, sys.stderr
sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
sys.addaudithook(hook)
before = threading.active_count(), os.getcwd(), os.umask(0)
os.umask(before[2])
active = True
for name in names:
    importlib.import_module(name)
active = False
after = threading.active_count(), os.getcwd(), os.umask(before[2])
said = sys.stdout.getvalue() + sys.stderr.getvalue()
print(json.dumps({"done": done, "reads": reads, "said": said, "changed": before != after}), file=out)
"""


def watched(*names):
    command = [sys.executable, "-c", WATCH, str(PACKAGE), *names]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    return json.loads(ran.stdout)


QUIET = {"done": [], "reads": [], "said": "", "changed": False}


@pytest.mark.parametrize("name", MODULES if FULL else MODULES[::12])
def test_a_module_imported_alone_only_defines(name):
    assert watched(name) == QUIET


def test_all_modules_imported_together_only_define():
    assert watched(*MODULES) == QUIET


def test_a_watched_import_is_told_of(tmp_path):
    """The watch itself sees what it should."""
    (tmp_path / "loud.py").write_text(
        "import os, subprocess, threading\nprint('loud')\nopen('loud.txt', 'w').close()\n"
        "os.environ.get('HOME')\nsubprocess.run(['true'])\nos.umask(0o77)\n"
    )
    command = [sys.executable, "-c", WATCH, str(tmp_path), "loud"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)
    assert found["said"] == "loud\n"
    assert found["changed"]
    assert "subprocess.Popen" in found["done"]
    assert any("loud.txt" in each for each in found["done"])
    assert found["reads"][0].endswith("loud.py HOME")


def test_the_top_level_of_a_module_only_defines():
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    odd = []
    for path, tree in trees():
        for node in tree.body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            guarded = isinstance(node, ast.If) and re.search(
                r"TYPE_CHECKING|__main__|platform", ast.unparse(node.test)
            )
            if not (isinstance(node, allowed) or docstring or guarded):
                odd.append(f"{path}:{node.lineno} {ast.unparse(node)[:60]}")
    assert odd == []


LOADED = """
import sys
from quizgen.cli import cli
try:
    cli(sys.argv[1:], prog_name="quizgen")
except SystemExit as ended:
    tops = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
    tops = {name for name in tops if getattr(sys.modules[name], "__file__", None)}
    print(*sorted(tops), file=sys.stderr)
    raise
"""


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], *([name, "-h"] for name in cli.commands)]
)
def test_help_loads_click_alone(words):
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {[str(ROOT), *site()]}\n{LOADED}", *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(ran.stderr.split()) <= {"click", "quizgen"}


def site():
    return [path for path in sys.path if path.endswith("site-packages")]
