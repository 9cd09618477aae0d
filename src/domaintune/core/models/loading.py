"""Loading a foundation, its tokenizer, or an arm as it was trained, the same way for training and answering."""

import ctypes
import os
import warnings
from collections.abc import Mapping
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any, Literal

from domaintune.core.models.foundation import NF4_CPU_MULTIPLE, Foundation, grow, narrow_widths
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.errors import ModelError

Quantization = Literal["none", "nf4", "int8"]
Precision = Literal["fp32", "bf16"]
Attention = Literal["eager", "sdpa", "flash_attention_2"]

# Rounds an idle OpenMP thread spins before it sleeps; read when torch is first imported. On 2 cores, 12,700
# tokens/s with libgomp's own value and 10,700 with this one; beside one other busy process 1,300 and 6,900.
SPIN = "100"
# glibc's M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD (at its upper limit), in bytes: giving each tensor's pages
# back and taking them anew is 10 % of a training
KEEP = {-1: 1 << 30, -2: 1 << 26, -3: 1 << 25}
ADAPTER_CONFIG = "adapter_config.json"


def prepare_torch(runtime: Runtime) -> str:
    """Fix threads and determinism, quieten the libraries, return the device: cpu or cuda."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("GOMP_SPINCOUNT", SPIN)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for option, size in KEEP.items():
            libc.mallopt(option, size)
    import torch
    from transformers.utils import logging

    logging.set_verbosity_error()  # warnings that matter are checked for in our own code
    logging.disable_progress_bar()
    getLogger("bitsandbytes").setLevel(ERROR)  # it names an optional kernel on every CPU start
    warnings.filterwarnings("ignore", module=r"(torch|transformers|trl|peft|accelerate|bitsandbytes)\.")
    if runtime.threads is not None:
        torch.set_num_threads(runtime.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    # torch would also fill every new tensor with NaN, to show bugs: 41 s a training instead of 25
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a property
    cuda = runtime.device != "cpu" and torch.cuda.is_available()
    if runtime.device == "cuda" and not cuda:
        raise ModelError(
            "runtime.device is cuda, but torch sees no GPU. Install the CUDA build of torch (see the README), or set "
            "runtime.device to auto."
        )
    if not cuda:  # bitsandbytes wraps what no CPU uses in torch.compile: a second more to import PEFT
        os.environ.setdefault("TORCHDYNAMO_DISABLE", "1")
    return "cuda" if cuda else "cpu"


def load_tokenizer(foundation: Foundation) -> Any:
    """Load the tokenizer; padding uses its pad token, or its end token where it has none."""
    import transformers

    pointer = foundation.pointer
    # what we wrote is of a class that is known, and loads without the modelling code, in 0.7 s instead of 4
    ours = pointer.kind in ("random", "gguf")
    kind = transformers.PreTrainedTokenizerFast if ours else transformers.AutoTokenizer
    try:
        tokenizer = kind.from_pretrained(
            foundation.tokenizer, trust_remote_code=pointer.trust_remote_code, local_files_only=True
        )
    except (OSError, ValueError) as error:
        raise ModelError(f"{pointer.name}: no tokenizer could be loaded: {error}") from error
    tokenizer.chat_template = pointer.chat_template or tokenizer.chat_template
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(
    foundation: Foundation,
    quantization: Quantization,
    precision: Precision,
    device: str,
    attention: Attention | None = None,
) -> Any:
    """Load the causal language model from safetensors only; without `attention` the library chooses."""
    import torch
    from transformers import AutoModelForCausalLM

    if quantization == "nf4" and device == "cpu" and (wrong := narrow_widths(foundation.folder)):
        raise ModelError(
            f"{foundation.pointer.name}: nf4 on a CPU needs layer widths in multiples of {NF4_CPU_MULTIPLE}, got "
            f"{wrong}. Set train.quantization to none, or train on a GPU."
        )
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    place = device if device == "cpu" else f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    try:
        model = AutoModelForCausalLM.from_pretrained(
            foundation.folder,
            dtype=dtype,
            trust_remote_code=foundation.pointer.trust_remote_code,
            use_safetensors=True,
            local_files_only=True,
            attn_implementation=attention,
            quantization_config=_quantized(quantization, dtype),
            device_map=None if quantization == "none" else {"": place},
        )
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise ModelError(f"{foundation.pointer.name}: could not be loaded: {error}") from error
    if foundation.added is not None:
        grow(model, foundation.added)
    return model if quantization != "none" else model.to(place)


def _quantized(quantization: Quantization, dtype: Any) -> Any:
    from transformers import BitsAndBytesConfig

    if quantization == "none":
        return None
    if quantization == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def load_tuned(foundation: Foundation, folder: Path, described: Mapping[str, Any], device: str) -> Any:
    """Load the arm in `folder`, an adapter where its config is, else every weight; `described`: its `arm.json`."""
    adapter = (folder / ADAPTER_CONFIG).is_file()
    if described["trained"] and not adapter:
        return load_model(
            Foundation(folder, foundation.pointer, folder), "none", described["precision"], device
        )
    model = load_model(foundation, described["quantization"], described["precision"], device)
    if not described["trained"]:
        return model
    from peft import PeftModel

    tuned = PeftModel.from_pretrained(model, folder)
    if foundation.added is not None:
        _put_rows_in(tuned)
    return tuned


def _put_rows_in(tuned: Any) -> None:
    """Put the trained rows of added tokens into the embeddings and the head, whose own layers stand again.

    PEFT's layers around them hide the weights that a head may share, which lm-eval ties once more.
    """
    from peft.utils.other import TrainableTokensWrapper

    wrapped = [one for one in tuned.named_modules() if isinstance(one[1], TrainableTokensWrapper)]
    for name, layer in wrapped:
        parent, _, last = name.rpartition(".")
        own = layer.unload_and_optionally_merge_module(merge=True, safe_merge=False, adapter_names=None)
        setattr(tuned.get_submodule(parent), last, own)
