"""Pin one foundation model by the hash of every file, or draw one to try a pipeline with."""

from pathlib import Path

from domaintune.core.models.gguf import dequantised
from domaintune.core.models.loading import prepare_torch
from domaintune.core.models.pointer import WANTED, Pointer, fetch, pin_files, write_pointer, writing
from domaintune.core.sections.models import AnyModel, GgufModel, HubModel, LocalModel, RandomWeights, Runtime
from domaintune.core.seeds import derive_seed
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app


def main(*, params: Given, model: Named, reads: Given, out: Given, accounting: Given) -> None:
    """Pin one foundation model."""
    with running("foundation", model):
        chosen = load_item(params, AnyModel, model).chosen
        if isinstance(chosen, HubModel):
            pointer = pin_hub(chosen)
        elif isinstance(chosen, GgufModel):
            prepare_torch(load_section(params, Runtime))
            seed = load_value(params, "seed", int)
            pointer = draw_weights(chosen, chosen.random, out, seed) if chosen.random else pin_gguf(chosen)
        else:
            pointer = pin_local(chosen, filled(reads, chosen), f"models/foundation/{model}")
        with writing(out):
            write_pointer(out, pointer.model_copy(update={"chat_template": chosen.chat_template}))
        Accounts("foundation", model, "texts").write(accounting)


def pin_hub(params: HubModel) -> Pointer:
    """Fetch a hub model into the hub's own cache and pin its commit and files."""
    patterns = [f"*{suffix}" for suffix in (*WANTED, *((".py",) if params.trust_remote_code else ()))]
    folder = fetch(params.repo_id, params.revision, patterns)
    return Pointer(
        kind="hub",
        name=params.repo_id,
        repo_id=params.repo_id,
        # the cache keeps a snapshot in a folder named by its commit, whatever branch was asked for
        revision=folder.name if folder.parent.name == "snapshots" else params.revision,
        trust_remote_code=params.trust_remote_code,
        files=pin_files(folder, params.trust_remote_code),
    )


def pin_local(params: LocalModel, reads: Path, name: str) -> Pointer:
    """Pin a model folder on this machine; `name` is what adapters will call it."""
    trusted = params.trust_remote_code
    files = pin_files(reads, trusted)
    return Pointer(kind="local", name=name, path=str(reads), trust_remote_code=trusted, files=files)


def pin_gguf(params: GgufModel) -> Pointer:
    """Dequantise a GGUF file into the user's cache, if it is not there, and pin file and result."""
    files = pin_files(dequantised(params.file, params.package, params.sha256))
    return Pointer(
        kind="gguf",
        name=params.base,
        path=params.file,
        package=params.package,
        sha256=params.sha256,
        files=files,
    )


def draw_weights(params: GgufModel, sizes: RandomWeights, out: Path, seed: int) -> Pointer:
    """Write a Llama of random weights, with the file's tokenizer."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    tokenizer = AutoTokenizer.from_pretrained(dequantised(params.file, params.package, params.sha256))
    tokenizer.chat_template = tokenizer.chat_template if sizes.chat else None
    torch.manual_seed(derive_seed(seed, "foundation", "weights") % 2**63)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=sizes.hidden_size,
        intermediate_size=sizes.intermediate_size,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.heads,
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with writing(out):
        LlamaForCausalLM(config).save_pretrained(out)
        tokenizer.save_pretrained(out)
    name = f"models/foundation/{out.name}" if out.is_absolute() else out.as_posix()
    return Pointer(kind="random", name=name, files=pin_files(out))


app = stage_app(main, __name__)
