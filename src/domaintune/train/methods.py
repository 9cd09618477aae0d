"""The tuning methods: what is put on the foundation, or trained in it."""

from collections.abc import Mapping
from typing import Any

from peft import (
    AdaptionPromptConfig,
    IA3Config,
    LoraConfig,
    PeftConfig,
    get_peft_model,
    prepare_model_for_kbit_training,
)
from peft.utils import TRANSFORMERS_MODELS_TO_IA3_FEEDFORWARD_MODULES_MAPPING as FEEDFORWARD
from transformers import set_seed

from domaintune.core.sections.lora import Lora
from domaintune.core.stage.errors import ParamsError
from domaintune.train.checks import ALL_LINEAR, SHARDED
from domaintune.train.settings import Settings

TASK = "CAUSAL_LM"


def adapt(model: Any, settings: Settings, rows: Mapping[str, list[int]]) -> Any:
    """Return the model to train: with an untrained adapter whose first weights are a function of the seed, or whole.

    `rows` are those of an extended vocabulary, by layer: they are trained and saved with the adapter.

    Raises:
        ParamsError: PEFT refuses the method for this model.
    """
    set_seed(settings.seed)
    if settings.lora.method == "full":
        return model
    train = settings.train
    if train.quantization != "none":
        model = prepare_model_for_kbit_training(
            model, use_gradient_checkpointing=train.gradient_checkpointing
        )
    config = peft_config(settings.lora, model.config.model_type, model.config.get_text_config(), rows)
    # a sharded tensor is of one type: an adapter in fp32 cannot stand beside weights in bf16
    mixed = train.launch.strategy not in SHARDED
    try:
        adapted = get_peft_model(model, config, autocast_adapter_dtype=mixed)
    except ValueError as error:
        targets = settings.lora.target_modules
        raise ParamsError(
            f"params.yaml: lora.method: {settings.lora.method}, lora.target_modules: {targets}: {error}"
        ) from error
    if rows:
        _show_bias(adapted.get_output_embeddings())
    return adapted


def _show_bias(head: Any) -> None:
    """Let the head with trained rows show its bias, which trl's trainer reads and PEFT's wrapper hides."""
    if not hasattr(head, "bias"):
        object.__setattr__(head, "bias", getattr(head.original_module, "bias", None))  # no second parameter


def trained_weights(model: Any) -> dict[str, Any]:
    """Return the tensors that are trained, by name."""
    return {name: one.data for name, one in model.named_parameters() if one.requires_grad}


def rejoin(model: Any, settings: Settings, weights: Mapping[str, Any]) -> None:
    """Undo what trl's trainer does to an adapter when it is made; `weights` are those from before.

    It turns adapters on quantised weights to bf16, in which a small learning rate's steps round to nothing. And PEFT
    keeps the forward that the model had when adaption prompts were added, so trl's own one would never be called.
    """
    if settings.train.quantization != "none":
        for name, parameter in model.named_parameters():
            if name in weights:
                parameter.data = weights[name].to(parameter.device)
    if settings.lora.method == "adaption_prompt":
        model.base_model.forward = model.base_model.model.forward


def peft_config(lora: Lora, model_type: str, text_config: Any, rows: Mapping[str, list[int]]) -> PeftConfig:
    """Return PEFT's config of the method."""
    targets = sorted(lora.target_modules)
    if lora.method == "adaption_prompt":
        layers = lora.adapter_layers or text_config.num_hidden_layers
        return AdaptionPromptConfig(adapter_len=lora.adapter_len, adapter_layers=layers, task_type=TASK)
    if lora.method == "ia3":
        if targets == ALL_LINEAR:
            return IA3Config(task_type=TASK)
        inner = [name for name in targets if name.rpartition(".")[2] in FEEDFORWARD.get(model_type, [])]
        return IA3Config(target_modules=targets, feedforward_modules=inner, task_type=TASK)
    return LoraConfig(
        r=lora.r,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear" if targets == ALL_LINEAR else targets,
        use_dora=lora.method == "dora",
        use_rslora=lora.method == "rslora",
        trainable_token_indices=dict(rows) or None,
        bias="none",
        task_type=TASK,
    )
