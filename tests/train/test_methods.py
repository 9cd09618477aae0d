"""Every tuning method on every quantisation trains and reloads, or is refused with the reason; packing mixes no rows."""

import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import peft
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from domaintune.core.sections.arms import Method
from domaintune.core.stage.errors import ParamsError
from domaintune.train.checks import problems
from domaintune.train.methods import METHODS, TASK, TuningMethod, adapt, trained_weights
from domaintune.train.rows import check_isolation
from domaintune.train.trainer import trl_utils
from domaintune.train.tuning import save

from .conftest import Workbench, logits, settings

pytestmark = pytest.mark.filterwarnings("ignore")  # what libraries say of a model this small
SHORT = {"epochs": 0.5, "evals_per_epoch": 1}
SLOW = SHORT | {"epochs": 1.0, "learning_rate": 2e-5, "scheduler": "constant", "warmup_fraction": 0.0}
KINDS = ("lora_A", "lora_B", "lora_magnitude_vector", "ia3", "adaption")
REFUSED = {
    ("dora", "int8"): "lora.method: dora",
    ("full", "nf4"): "train.quantization: nf4 weights cannot be trained themselves",
    ("full", "int8"): "train.quantization: int8 weights cannot be trained themselves",
}
NF4_NOISE = 5e-3  # in logits; on a CPU the trained and the loaded model multiply by other kernels
PAIRS = list(product(get_args(Method), ("none", "nf4", "int8")))
Shares = Callable[[str, str], dict[str, float]]


@pytest.fixture(scope="module", name="bench")
def workbench(
    tiny_foundation: Path, mixture: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder := tmp_path_factory.mktemp("bench"))
        yield Workbench(tiny_foundation, mixture, folder)


@pytest.mark.promise(22)
@pytest.mark.parametrize(("method", "quantization"), PAIRS)
def test_a_method_and_a_quantisation_train_and_reload_or_are_refused(
    bench: Workbench, tmp_path: Path, method: str, quantization: str
) -> None:
    chosen = settings({"method": method}, SHORT | {"quantization": quantization})
    refused = problems(chosen, bench.given())
    if (method, quantization) in REFUSED:
        assert [REFUSED[method, quantization] in line for line in refused] == [True]
        return
    assert refused == []
    tuned = bench.tuned(f"{method}-{quantization}", chosen)
    save(tuned, bench.tokenizer, tmp_path / "saved", bench.opened.pointer, chosen)
    start, loaded = (
        logits(bench.saved(tmp_path / "saved", chosen, trained=trained), bench.probe)
        for trained in (False, True)
    )
    after = logits(tuned.model, bench.probe)
    assert all(math.isfinite(entry["loss"]) for entry in tuned.log if "loss" in entry)
    assert (after - start).abs().max() > 1e-4  # training changed what the model says
    assert (after - loaded).abs().max() < (NF4_NOISE if quantization == "nf4" else 1e-5)
    files = {path.name for path in (tmp_path / "saved").iterdir()}
    assert ("adapter_config.json" in files) != (method == "full")
    assert not [name for name in files if name.endswith((".bin", ".pt"))]


@pytest.fixture(scope="module")
def shares(bench: Workbench) -> Shares:
    """By kind of weight, the share of entries that training moves; rounding to bf16 does not count."""

    @cache
    def moved(method: str, quantization: str) -> dict[str, float]:
        slow = settings({"method": method}, SLOW | {"quantization": quantization})
        before = trained_weights(adapt(bench.load(slow), slow, {}))
        after = trained_weights(bench.tuned(f"{method}-{quantization}-slow", slow).model)
        found = {}
        for kind in KINDS:
            starts = {name: weight for name, weight in before.items() if kind in name}
            before_and_rounded = [
                (after[name], start, start.bfloat16().float()) for name, start in starts.items()
            ]
            changed = [((new != old) & (new != near)).flatten() for new, old, near in before_and_rounded]
            if changed:
                found[kind] = float(torch.cat(changed).double().mean())
        return found

    return moved


@pytest.mark.parametrize(("method", "quantization"), [pair for pair in PAIRS if pair not in REFUSED])
def test_a_small_learning_rate_moves_an_adapter_on_quantised_weights_as_much_as_on_others(
    shares: Shares, method: str, quantization: str
) -> None:
    plain = shares(method, "none")
    assert all(share > 0.99 for share in plain.values())
    assert shares(method, quantization) == pytest.approx(plain, abs=0.01)


@pytest.mark.promise(22)
@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_packed_and_unpacked_rows_have_the_same_summed_loss_and_validation_loss_in_any_batch(
    bench: Workbench, attention: str
) -> None:
    own = SHORT | {"attention": attention}
    plain, tuned = (
        bench.tuned(f"{attention}-{packing}", settings({}, own | {"packing": packing}))
        for packing in (False, True)
    )
    tuned.trainer.model.load_state_dict(plain.trainer.model.state_dict())
    sums, losses = [], []
    for trainer in (plain.trainer, tuned.trainer):
        trainer.model.eval()
        with torch.no_grad():
            batches = trainer.get_eval_dataloader(trainer.train_dataset)
            given = [trainer.compute_loss(trainer.model, batch, num_items_in_batch=1) for batch in batches]
        sums.append(math.fsum(map(float, given)))
        for trainer.args.per_device_eval_batch_size in (1, 2, 3):
            losses.append(trainer.evaluate()["eval_loss"])
    assert sums[1] == pytest.approx(sums[0], rel=1e-5)
    assert len(plain.trainer.train_dataset) == 22
    assert tuned.packs == len(tuned.trainer.train_dataset) < 22
    direct, part = 0.0, bench.rows["validation"]
    for ids, labels in zip(part.input_ids, part.labels, strict=True):
        said = logits(tuned.model, ids)[0, :-1].double().log_softmax(-1)
        direct -= sum(float(said[at, label]) for at, label in enumerate(labels[1:]) if label >= 0)
    assert losses == pytest.approx([direct / part.trained_tokens] * 6, rel=1e-6)

    whole = tuned.trainer.data_collator

    def leaking(examples: Any) -> Any:
        """As a model would see a pack that does not tell its rows apart."""
        batch = whole(examples)
        return {"input_ids": batch["input_ids"], "labels": batch["labels"]}

    tuned.trainer.data_collator = leaking
    message = f"train.packing: with {attention} attention this llama model lets a packed row see"
    with pytest.raises(ParamsError, match=message):
        check_isolation(tuned.trainer, "none")


def test_an_8_bit_optimiser_noise_on_embeddings_and_checkpointing_train_together(bench: Workbench) -> None:
    others = {"optimizer": "adamw_8bit", "neftune_alpha": 5.0, "gradient_checkpointing": True}
    log = bench.tuned("options", settings({}, SHORT | others)).log
    losses = [entry["loss"] for entry in log if "loss" in entry]
    assert losses
    assert all(map(math.isfinite, losses))


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


def test_a_tuning_method_is_added_in_two_files_and_nothing_else_knows_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = Path(__file__).parents[2] / "src/domaintune"
    named = re.compile('"(?:dora|rslora|ia3|adaption_prompt)"')
    texts = {str(path.relative_to(source)): path.read_text(encoding="utf-8") for path in source.rglob("*.py")}
    assert {name for name, text in texts.items() if named.search(text)} == KNOWING
    monkeypatch.setitem(METHODS, "loha", LOHA)
    chosen = settings({"target_modules": ["q_proj"]})
    chosen = chosen._replace(lora=chosen.lora.model_copy(update={"method": "loha"}))
    tiny = {"vocab_size": 32, "hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2}
    adapted = adapt(LlamaForCausalLM(LlamaConfig(num_hidden_layers=1, **tiny)), chosen, {})
    assert adapted.peft_config["default"].peft_type.value == "LOHA"


def test_only_tokens_with_a_label_go_through_the_head_and_the_loss_is_the_models_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scored: list[int] = []
    own = trl_utils._ChunkedLogProbFunction.apply
    counting = SimpleNamespace(apply=lambda hidden, *rest: scored.append(len(hidden)) or own(hidden, *rest))
    monkeypatch.setattr(trl_utils, "_ChunkedLogProbFunction", counting)
    model = LlamaForCausalLM(
        LlamaConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, vocab_size=50)
    )
    ids = torch.arange(20).reshape(2, 10)
    labels = torch.where(torch.arange(10) < 7, -100, ids)
    wanted = model(input_ids=ids, labels=labels).loss
    trl_utils.add_fused_lm_head(model)
    torch.testing.assert_close(model(input_ids=ids, labels=labels, fused_lm_head=True).loss, wanted)
    none = model(input_ids=ids, labels=torch.full_like(ids, -100), fused_lm_head=True).loss
    none.backward()  # a micro batch without a label adds nothing
    assert (scored, none.item()) == ([6, 0], 0.0)
