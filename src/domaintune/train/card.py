"""The adapter's model card, with the front matter hub users know."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from huggingface_hub.repocard_data import CardData

from domaintune.core.models.pointer import Pointer
from domaintune.core.sections.arms import Method
from domaintune.core.stage.files import to_json
from domaintune.core.template import render
from domaintune.train.methods import METHODS
from domaintune.train.params import LIBRARIES, Settings

CARD = Path(__file__).with_name("card.md.j2")
HUB_LICENCES = {"apache-2.0", "mit", "cc-by-4.0", "cc0-1.0"}
"""Those the hub knows by the same name."""
LOADERS = {False: ("peft", "AutoPeftModelForCausalLM"), True: ("transformers", "AutoModelForCausalLM")}


def model_card(
    foundation: Pointer, settings: Settings, mixture: Mapping[str, Any], *, hashes: Mapping[str, str],
    figures: Mapping[str, Any], added: int,
) -> str:  # fmt: skip
    """Return README.md of the adapter: front matter, then what it was made from and how to load it.

    `mixture` is `mixture.json`; `hashes`: the sha256 of the training data, by file; `added`: tokens of an extended
    vocabulary.
    """
    method = METHODS[settings.lora.method]
    library, loader = LOADERS[method.whole]
    text = render(
        CARD.read_text(encoding="utf-8"),
        foundation=foundation,
        settings=settings,
        mixture=mixture,
        figures=figures,
        added_tokens=added,
        front_matter=_front_matter(foundation.name, settings.lora.method, mixture["licences"]),
        described=method.described,
        data=sorted(hashes.items()),
        parameters=to_json(settings.as_dict()),
        library=library,
        loader=loader,
        libraries=", ".join(f"{name} {version(name).split('+')[0]}" for name in LIBRARIES),
    )
    return f"{text}\n"


def _front_matter(name: str, method: Method, stated: Iterable[str]) -> str:
    licences = {licence.lower() for licence in stated}
    one = licences.pop() if len(licences) == 1 and licences <= HUB_LICENCES else None
    whole = METHODS[method].whole
    value: dict[str, Any] = {
        "base_model": name,
        "library_name": LOADERS[whole][0],
        "pipeline_tag": "text-generation",
        "tags": [
            f"base_model:{'finetune' if whole else 'adapter'}:{name}",
            "domaintune",
            method,
            "sft",
            "trl",
        ],
        **({"license": one} if one else {"license": "other", "license_name": "see-training-data"}),
    }
    return CardData(**value).to_yaml() + "\n"
