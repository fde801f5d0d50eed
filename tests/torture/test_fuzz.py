"""The targets of the fuzzer: what once broke them, what they begin with, and a short run of each.

The long run is `make fuzz`, which needs atheris; here Hypothesis cuts, doubles and joins the same
seeds and words.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.torture import fuzz
from tests.torture.scale import FULL, scaled
from tests.torture.targets import TARGETS, compiled_once, limited

FOUND = Path(__file__).parent / "found"


@pytest.fixture(autouse=True, scope="module")
def templates_compiled_once():
    with compiled_once():
        yield


def attack(name, data):
    with limited():
        TARGETS[name].attack(data)


def test_the_fuzzer_knows_every_target():
    assert list(fuzz.NAMES) == list(TARGETS)


@pytest.mark.parametrize(
    "path",
    sorted(FOUND.glob("*/*")),
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_what_was_found_stays_mended(path):
    attack(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_hold(name):
    for seed in list(TARGETS[name].seeds())[:: 1 if FULL else 5]:
        attack(name, seed)


@st.composite
def mutants(draw, seeds, words):
    """A seed of which pieces are cut, doubled, or replaced with words or with any bytes."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        other = draw(st.sampled_from(seeds))
        place = draw(st.integers(0, len(other)))
        new = draw(
            st.sampled_from(words)
            | st.binary(max_size=4)
            | st.sampled_from([b"", data[start:end] * 2, other[place : place + 80]])
        )
        data = data[:start] + new + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_bytes_of_any_kind_hold(name):
    target = TARGETS[name]
    seeds = sorted((seed for seed in target.seeds() if len(seed) < fuzz.LARGEST), key=len)
    words = [word.encode() for word in target.words]

    @settings(
        deadline=None,
        max_examples=scaled(25, 500),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(mutants(seeds, words))
    def holds(data):
        attack(name, data)

    holds()
