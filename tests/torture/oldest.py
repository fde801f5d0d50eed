"""The oldest versions that pyproject.toml allows, as constraints: `python -m tests.torture.oldest`."""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))[
    "project"
]


def bounds():
    """Every library that is needed or an extra, with its lower bound."""
    extras = PROJECT["optional-dependencies"].values()
    for requirement in [*PROJECT["dependencies"], *(each for extra in extras for each in extra)]:
        name, bound = re.fullmatch(r"([a-z0-9-]+)>=([0-9.]+)", requirement).groups()
        yield name, bound


if __name__ == "__main__":
    print(*(f"{name}=={bound}" for name, bound in bounds()), sep="\n")
