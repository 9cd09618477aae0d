"""What cannot be trained is found before a weight is loaded, all of it in one message."""

from itertools import product
from typing import Any, get_args

import pytest

from domaintune.core.models.foundation import ModelLayout
from domaintune.core.sections.arms import Method
from domaintune.train.checks import Given, Machine, problems
from domaintune.train.methods import METHODS

from .conftest import settings

LINEAR = tuple(
    f"model.layers.{n}.self_attn.{name}" for n in range(2) for name in ("q_proj", "k_proj", "v_proj")
)
LLAMA = ModelLayout("llama", 2, ("model", "model.norm", *LINEAR), LINEAR)
BARE = Machine("cpu", 0, frozenset())
CLUSTER = Machine("cuda", 8, frozenset({"deepspeed", "flash_attn"}))


def found(
    lora: dict[str, Any] | None = None, train: dict[str, Any] | None = None, *, layout: ModelLayout = LLAMA,
    narrow: dict[str, int] | None = None, machine: Machine = BARE, added: int = 0, **launch: Any,
) -> str:  # fmt: skip
    values = {"batch": 32, "micro_batch": 4, "precision": "bf16"} | (train or {})
    given = Given(layout, narrow or {}, 100, machine, added)
    return "\n".join(problems(settings(lora, values, **launch), given))


def test_what_works_has_no_problem() -> None:
    assert not found()
    assert not found({"target_modules": ["q_proj", "model.layers.0.self_attn.k_proj"]})
    assert not found({"method": "full"}, machine=CLUSTER, processes=8, strategy="fsdp")
    assert not found(train={"attention": "flash_attention_2"}, machine=CLUSTER, processes=8, strategy="ddp")
    assert not found(train={"quantization": "nf4"}, narrow={"hidden_size": 72}, machine=CLUSTER)
    for method, added, strategy in product(("lora", "full"), (0, 20), ("fsdp", "deepspeed", "ddp")):
        if (method, added, strategy == "ddp") != ("lora", 20, False):  # which splits no added tokens' rows
            assert not found({"method": method}, added=added, machine=CLUSTER, processes=8, strategy=strategy)
    assert list(METHODS) == list(get_args(Method))


@pytest.mark.promise(22)
def test_all_problems_come_in_one_message() -> None:
    wrong = settings(
        {"target_modules": ["q_prj", "norm"]},
        {"batch": 5, "precision": "bf16", "quantization": "nf4", "attention": "flash_attention_2"},
    )
    lines = problems(wrong, Given(LLAMA, {"hidden_size": 72}, 100, BARE))
    assert all(line.startswith("params.yaml: ") for line in lines)
    keys = [line.removeprefix("params.yaml: ").split(":")[0] for line in lines]
    assert keys == [
        "train.batch", "lora.target_modules", "lora.target_modules", "train.quantization", "train.attention",
        "train.attention",
    ]  # fmt: skip
    named = "q_prj is not a module of the model (did you mean q_proj?); the model has k_proj, q_proj, v_proj."
    assert named in lines[1]
    assert "norm is not a linear layer" in lines[2]


@pytest.mark.parametrize(
    ("lora", "train", "given", "message"),
    [
        ({}, {"batch": 32}, {"processes": 3, "strategy": "ddp"}, "micro_batch × processes = 4 × 3 = 12"),
        ({}, {}, {"processes": 8, "strategy": "none"}, "but 8 processes; choose ddp"),
        ({}, {}, {"strategy": "ddp"}, "needs several processes"),
        ({}, {"batch": 64}, {"processes": 16, "strategy": "ddp"}, "16 on this machine, which has 8 GPUs"),
        ({}, {}, {"processes": 8, "machines": 3, "strategy": "ddp"}, "cannot be shared evenly by 3 machines"),
        ({"method": "ia3"}, {}, {"processes": 8, "strategy": "fsdp"}, "does not split the tensors that ia3 adds"),
        ({}, {"quantization": "int8"}, {"processes": 8, "strategy": "fsdp"}, "does not split int8 weights"),
        ({}, {"quantization": "nf4"}, {"processes": 8, "strategy": "deepspeed"}, "does not split nf4 weights"),
        ({}, {"optimizer": "adamw_8bit"}, {"processes": 8, "strategy": "fsdp"}, "set train.optimizer to adamw_torch"),
        ({}, {"packing": True}, {"processes": 8, "strategy": "deepspeed"}, "checked for leaks"),
        ({"method": "full"}, {"quantization": "nf4"}, {}, "cannot be trained themselves"),
        ({"method": "dora"}, {"quantization": "int8"}, {}, "in int8; choose nf4 or none"),
        ({"method": "adaption_prompt", "adapter_layers": 3}, {}, {}, "3 is more than the model's 2 layers"),
        ({"target_modules": ["all-linear", "q_proj"]}, {}, {}, "all-linear stands alone"),
        ({}, {"packing": True, "pack_tokens": 99}, {}, "99, but a row has 100 tokens"),
        ({}, {"attention": "flash_attention_2", "precision": "fp32"}, {}, "knows no fp32"),
        ({"method": "adaption_prompt"}, {}, {"layout": ModelLayout("gpt_neox", 2, (), ())}, "this one is gpt_neox"),
        ({"method": "ia3"}, {}, {"layout": ModelLayout("strange", 2, (), ())}, "(IA)³'s places in a strange model"),
        *(({}, {}, {"added": 20, "processes": 8, "strategy": strategy},
           f"arms.tuned.model: has 20 added tokens, whose rows {strategy} does not split; choose ddp, or method full.")
          for strategy in ("fsdp", "deepspeed")),
        *(({"method": method}, {}, {"added": 20},
           f"arms.tuned.model: has 20 added tokens, whose rows {method} does not train; choose method lora, dora, rslora or full.")
          for method in ("ia3", "adaption_prompt")),
        ({}, {"quantization": "nf4"}, {"machine": BARE, "narrow": {"hidden_size": 72}}, "nf4 on a CPU"),
        ({}, {}, {"machine": BARE, "processes": 2, "strategy": "fsdp"}, "each process a whole copy and not say so"),
        ({}, {}, {"machine": BARE, "processes": 2, "strategy": "deepspeed"},
         'needs the package deepspeed; run `pip install "domaintune[deepspeed]"`'),
    ],
)  # fmt: skip
def test_what_a_cluster_or_a_bare_environment_cannot_train_is_refused_with_the_reason(
    lora: dict[str, Any], train: dict[str, Any], given: dict[str, Any], message: str
) -> None:
    assert message in found(lora, train, **{"machine": CLUSTER, **given})
