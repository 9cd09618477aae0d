"""The tuning methods: one table of what each puts on the foundation or trains in it, and of what it does not fit."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from domaintune.core.models.foundation import ModelLayout
from domaintune.core.sections.arms import Method
from domaintune.core.sections.models import Lora
from domaintune.core.stage.errors import ParamsError
from domaintune.train.params import SHARDED, Settings

TASK = "CAUSAL_LM"
ALL_LINEAR = ["all-linear"]
LLAMA_LIKE = ("llama", "mistral")  # whose attention PEFT's adaption prompt knows how to extend
Added = Mapping[str, list[int]]
"""Rows of an extended vocabulary, by layer."""


class TuningMethod(NamedTuple):
    """A tuning method and its traits."""

    described: str
    """Stands on the model card before the foundation's name."""
    config: Callable[[Lora, Any, Added], Any] | None
    """Builds PEFT's config, from the model's own too; None: there is no adapter, every weight is trained."""
    targets: bool = True
    """It adapts `lora.target_modules`."""
    trains_added_tokens: bool = True
    shards: bool = True
    """fsdp and deepspeed split what it adds."""
    unfit_for_int8: str = ""
    """Why it cannot be put on int8 weights."""
    keeps_forward: bool = False
    """PEFT keeps the forward that the model had when the adapter was added."""
    misfits: Callable[[Lora, ModelLayout], Iterable[str]] = lambda _lora, _layout: ()
    """Yields what the model's layout and the method's sizes do not allow, each with the way out."""

    @property
    def whole(self) -> bool:
        """Tell whether every weight is trained."""
        return self.config is None


def _lora(lora: Lora, _model: Any, rows: Added, **kind: bool) -> Any:
    from peft import LoraConfig

    return LoraConfig(
        r=lora.r,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear" if lora.target_modules == ALL_LINEAR else sorted(lora.target_modules),
        trainable_token_indices=dict(rows) or None,
        bias="none",
        task_type=TASK,
        **kind,
    )


def _ia3(lora: Lora, model: Any, _rows: Added) -> Any:
    from peft import IA3Config
    from peft.utils import TRANSFORMERS_MODELS_TO_IA3_FEEDFORWARD_MODULES_MAPPING as FEEDFORWARD

    if lora.target_modules == ALL_LINEAR:
        return IA3Config(task_type=TASK)
    targets, known = sorted(lora.target_modules), FEEDFORWARD.get(model.model_type, [])
    inner = [name for name in targets if name.rpartition(".")[2] in known]
    return IA3Config(target_modules=targets, feedforward_modules=inner, task_type=TASK)


def _ia3_misfits(lora: Lora, layout: ModelLayout) -> Iterator[str]:
    from peft.utils import TRANSFORMERS_MODELS_TO_IA3_TARGET_MODULES_MAPPING as PLACES

    if lora.target_modules == ALL_LINEAR and not PLACES.get(layout.model_type):
        model = layout.model_type
        yield f"lora.target_modules: PEFT does not know (IA)³'s places in a {model} model; choose lora."


def _adaption_prompt(lora: Lora, model: Any, _rows: Added) -> Any:
    from peft import AdaptionPromptConfig

    layers = lora.adapter_layers or model.get_text_config().num_hidden_layers
    return AdaptionPromptConfig(adapter_len=lora.adapter_len, adapter_layers=layers, task_type=TASK)


def _adaption_prompt_misfits(lora: Lora, layout: ModelLayout) -> Iterator[str]:
    if layout.model_type not in LLAMA_LIKE:
        yield (
            f"lora.method: adaption_prompt extends the attention of {' and '.join(LLAMA_LIKE)} models; this one is "
            f"{layout.model_type}. Choose {choice(lambda method: method.targets)}."
        )
    if lora.adapter_layers is not None and lora.adapter_layers > layout.layers:
        yield f"lora.adapter_layers: {lora.adapter_layers} is more than the model's {layout.layers} layers."


METHODS: Mapping[Method, TuningMethod] = {
    "lora": TuningMethod("LoRA adapter for", _lora),
    "dora": TuningMethod(
        "DoRA adapter for",
        partial(_lora, use_dora=True),
        unfit_for_int8="has no weights to take the norm of",
    ),
    "rslora": TuningMethod("Rank-stabilised LoRA adapter for", partial(_lora, use_rslora=True)),
    "ia3": TuningMethod(
        "(IA)³ adapter for", _ia3, trains_added_tokens=False, shards=False, misfits=_ia3_misfits
    ),
    "adaption_prompt": TuningMethod(
        "Adaption prompts (LLaMA-Adapter) for",
        _adaption_prompt,
        targets=False,
        trains_added_tokens=False,
        shards=False,
        keeps_forward=True,
        misfits=_adaption_prompt_misfits,
    ),
    "full": TuningMethod("All weights of", None, targets=False),
}
"""To add a method: its name in core/sections/arms.py, which validates params.yaml, and its entry here."""


def choice(has: Callable[[TuningMethod], bool]) -> str:
    """Return the names of the methods with a trait, for a message."""
    *names, last = (name for name, method in METHODS.items() if has(method))
    return f"{', '.join(names)} or {last}"


def adapt(model: Any, settings: Settings, rows: Added) -> Any:
    """Return the model to train: with an untrained adapter whose first weights are a function of the seed, or whole.

    `rows` are those of an extended vocabulary, by layer: they are trained and saved with the adapter.
    """
    from peft import get_peft_model, prepare_model_for_kbit_training
    from transformers import set_seed

    set_seed(settings.seed)
    lora, train = settings.lora, settings.train
    if (build := METHODS[lora.method].config) is None:
        return model
    if train.quantization != "none":
        model = prepare_model_for_kbit_training(
            model, use_gradient_checkpointing=train.gradient_checkpointing
        )
    config = build(lora, model.config, rows)
    # a sharded tensor is of one type: an adapter in fp32 cannot stand beside weights in bf16
    mixed = train.launch.strategy not in SHARDED
    try:
        adapted = get_peft_model(model, config, autocast_adapter_dtype=mixed)
    except ValueError as error:
        raise ParamsError(
            f"params.yaml: lora.method: {lora.method}, lora.target_modules: {lora.target_modules}: {error}"
        ) from error
    if rows and not hasattr(head := adapted.get_output_embeddings(), "bias"):
        # trl's trainer reads the bias, which PEFT's wrapper of a head with trained rows hides; no second parameter
        object.__setattr__(head, "bias", getattr(head.original_module, "bias", None))
    return adapted


def trained_weights(model: Any) -> dict[str, Any]:
    """Return the tensors that are trained, by name."""
    return {name: one.data for name, one in model.named_parameters() if one.requires_grad}


def rejoin(model: Any, settings: Settings, weights: Mapping[str, Any]) -> None:
    """Undo what trl's trainer does to an adapter when it is made; `weights` are those from before.

    It turns adapters on quantised weights to bf16, in which a small learning rate's steps round to nothing. And where
    PEFT keeps the forward that the model had before, trl's own one would never be called.
    """
    if settings.train.quantization != "none":
        for name, parameter in model.named_parameters():
            if name in weights:
                parameter.data = weights[name].to(parameter.device)
    if METHODS[settings.lora.method].keeps_forward:
        model.base_model.forward = model.base_model.model.forward
