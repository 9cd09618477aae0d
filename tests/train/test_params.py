"""The parts of training that need no model: order, pace, overrides."""

from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.sections.arms import Arm
from domaintune.core.seeds import derive
from domaintune.train.params import pace, settle
from domaintune.train.trainer import LengthGroupedOrder, grouped_order

from .conftest import settings

SHARED = settings(train={"batch": 8, "micro_batch": 4})


@given(st.lists(st.integers(1, 500), min_size=1, max_size=300), st.integers(1, 16))
def test_every_row_comes_exactly_once_an_epoch(lengths: list[int], micro_batch: int) -> None:
    assert sorted(grouped_order(lengths, micro_batch, derive(1, "x"))) == list(range(len(lengths)))


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first, second = (LengthGroupedOrder(range(100), 8, seed=5) for _ in range(2))
    first.set_epoch(2)
    list(second)
    second.set_epoch(2)
    assert list(first) == list(second)
    second.set_epoch(3)
    assert list(first) != list(second)


def test_micro_batches_hold_rows_of_like_length() -> None:
    lengths = [int(length) for length in derive(1, "lengths").integers(10, 500, 800)]
    order = grouped_order(lengths, 8, derive(1, "order"))
    batches = [[lengths[i] for i in order[start : start + 8]] for start in range(0, 800, 8)]
    padded = sum(max(batch) * len(batch) for batch in batches)
    assert padded < 1.05 * sum(lengths)  # in random order 1.7


@given(st.integers(1, 5000), st.integers(1, 20))
def test_evaluations_fall_on_logged_steps(rows: int, evals: int) -> None:
    steps = pace(rows, SHARED.train.model_copy(update={"evals_per_epoch": evals}), processes=1)
    assert steps.eval_every % steps.log_every == 0
    assert steps.accumulation == 2


def test_an_arm_s_own_values_go_over_the_shared_ones() -> None:
    values = {"model": "m", "mixture": ["g"], "baseline": "b", "seed": 9}
    arm = Arm.model_validate({**values, "lora": {"r": 32}, "train": {"epochs": 2.0}})
    own = settle("a", arm, SHARED.lora, SHARED.train, 1)
    assert (own.lora.r, own.lora.alpha, own.train.epochs, own.train.batch) == (32, 8, 2.0, 8)
    shared = settle("a", Arm(model="m", mixture=["g"], baseline="b"), SHARED.lora, SHARED.train, 1)
    assert own.seed != shared.seed
    assert 0 <= shared.seed < 2**32
