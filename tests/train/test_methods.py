"""Every tuning method on every quantisation trains and reloads, or is refused with the reason; packing mixes no rows."""

import json
import math
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any, get_args

import peft
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from trl.kernels import chunked_logprob as fused

from domaintune.core.models.foundation import ModelLayout
from domaintune.core.models.pointer import Pointer
from domaintune.core.sections.arms import Method
from domaintune.train import trainer
from domaintune.train.checks import Given, Machine, problems
from domaintune.train.methods import METHODS, TASK, TuningMethod, adapt
from domaintune.train.stage import model_card

from .conftest import ENVIRONMENT, settings

HERE = Path(__file__).parent
REFUSED = {
    "dora-int8": "lora.method: dora",
    "full-nf4": "train.quantization: nf4 weights cannot be trained themselves",
    "full-int8": "train.quantization: int8 weights cannot be trained themselves",
}
NF4_NOISE = 5e-3  # in logits; on a CPU the trained and the loaded model multiply by other kernels
PAIRS = [
    f"{method}-{quantization}" for method, quantization in product(get_args(Method), ("none", "nf4", "int8"))
]


@pytest.fixture(scope="module")
def tried(tiny_foundation: Path, mixture: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folders = map(str, (HERE / "pairs.py", tiny_foundation, mixture, tmp_path_factory.mktemp("p")))
    found_in = {"PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])}
    words = [sys.executable, *folders]
    done = subprocess.run(words, env=ENVIRONMENT | found_in, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.promise(22)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_method_and_a_quantisation_train_and_reload_or_are_refused(
    tried: dict[str, Any], pair: str
) -> None:
    found = tried[pair]
    if pair in REFUSED:
        assert [REFUSED[pair] in line for line in found["refused"]] == [True]
        return
    assert "refused" not in found
    assert all(map(math.isfinite, found["losses"]))
    assert found["moved"] > 1e-4  # training changed what the model says
    assert found["reloaded"] < (NF4_NOISE if pair.endswith("nf4") else 1e-5)
    assert ("adapter_config.json" in found["files"]) != pair.startswith("full")
    assert not [name for name in found["files"] if name.endswith((".bin", ".pt"))]


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair not in REFUSED])
def test_a_small_learning_rate_moves_an_adapter_on_quantised_weights_as_much_as_on_others(
    tried: dict[str, Any], pair: str
) -> None:
    plain = tried[f"{pair.partition('-')[0]}-none"]["shares"]
    assert all(share > 0.99 for share in plain.values())
    assert tried[pair]["shares"] == pytest.approx(plain, abs=0.01)


@pytest.mark.promise(22)
@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_packed_and_unpacked_rows_have_the_same_summed_loss(tried: dict[str, Any], attention: str) -> None:
    found = tried[f"packing-{attention}"]
    unpacked, packed = found["sums"]
    assert packed == pytest.approx(unpacked, rel=1e-5)
    assert found["rows"] == 22
    assert found["packs"][0] == found["packs"][1] < 22


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_the_validation_loss_is_the_same_in_any_batch_packed_or_not(
    tried: dict[str, Any], attention: str
) -> None:
    found = tried[f"packing-{attention}"]
    assert len(found["validation"]) == 6
    assert found["validation"] == pytest.approx([found["direct"]] * 6, rel=1e-6)


def test_a_model_that_lets_packed_rows_see_each_other_is_refused(tried: dict[str, Any]) -> None:
    assert "train.packing: with sdpa attention this llama model lets a packed row see" in tried["leak"]


def test_an_8_bit_optimiser_noise_on_embeddings_and_checkpointing_train_together(
    tried: dict[str, Any],
) -> None:
    assert tried["options"]
    assert all(map(math.isfinite, tried["options"]))


# what a person writes to add PEFT's LoHa: its name in `Method`, and this entry
LOHA = TuningMethod(
    "LoHa adapter for",
    lambda lora, *_: peft.LoHaConfig(
        r=lora.r, alpha=lora.alpha, target_modules=lora.target_modules, task_type=TASK
    ),
    trains_added_tokens=False,
    shards=False,
)
KNOWING = {"core/sections/arms.py", "train/methods.py"}


@pytest.mark.filterwarnings("ignore::FutureWarning")  # PEFT asks by a name that transformers gives up
def test_a_tuning_method_is_added_in_two_files_and_nothing_else_knows_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named, source = re.compile('"(?:dora|rslora|ia3|adaption_prompt)"'), HERE.parents[1] / "src/domaintune"
    texts = {str(path.relative_to(source)): path.read_text(encoding="utf-8") for path in source.rglob("*.py")}
    assert {name for name, text in texts.items() if named.search(text)} == KNOWING
    monkeypatch.setitem(METHODS, "loha", LOHA)
    chosen = settings({"target_modules": ["q_proj"]})
    chosen = chosen._replace(lora=chosen.lora.model_copy(update={"method": "loha"}))
    layout, machine = ModelLayout("llama", 1, ("q_proj",), ("q_proj",)), Machine("cpu", 0, frozenset())
    assert problems(chosen, Given(layout, {}, 9, machine)) == []
    refused = problems(chosen, Given(layout, {}, 9, machine, added_tokens=20))
    assert "whose rows loha does not train; choose method lora, dora, rslora or full." in refused[0]
    tiny = {"vocab_size": 32, "hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2}
    adapted = adapt(LlamaForCausalLM(LlamaConfig(num_hidden_layers=1, **tiny)), chosen, {})
    assert adapted.peft_config["default"].peft_type.value == "LOHA"
    foundation = Pointer.model_construct(name="m", revision=None)
    mixture = {"groups": ["g"], "licences": [], "template": "alpaca"}
    card = model_card(foundation, chosen, mixture, hashes={}, figures={}, added=0)
    assert "LoHa adapter for `m`" in card
    assert "AutoPeftModelForCausalLM" in card


def test_only_tokens_with_a_label_go_through_the_head_and_the_loss_is_the_models_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scored: list[int] = []
    own = fused.ChunkedLogProbFunction.apply

    class Spy:
        @staticmethod
        def apply(hidden: torch.Tensor, *rest: Any) -> Any:
            scored.append(len(hidden))
            return own(hidden, *rest)

    monkeypatch.setattr(trainer.trl_utils, "_ChunkedLogProbFunction", Spy)
    model = LlamaForCausalLM(
        LlamaConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, vocab_size=50)
    )
    ids = torch.arange(20).reshape(2, 10)
    labels = torch.where(torch.arange(10) < 7, -100, ids)
    wanted = model(input_ids=ids, labels=labels).loss
    trainer.trl_utils.add_fused_lm_head(model)
    torch.testing.assert_close(model(input_ids=ids, labels=labels, fused_lm_head=True).loss, wanted)
    none = model(input_ids=ids, labels=torch.full_like(ids, -100), fused_lm_head=True).loss
    none.backward()  # a micro batch without a label adds nothing
    assert (scored, none.item()) == ([6, 0], 0.0)
