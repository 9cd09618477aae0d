"""The adapter's model card, with the front matter hub users know."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from huggingface_hub.repocard_data import CardData

from domaintune.core.models.pointer import Pointer
from domaintune.core.stage.files import to_json
from domaintune.core.template import render
from domaintune.train.methods import METHODS
from domaintune.train.params import Settings

CARD = Path(__file__).with_name("card.md.j2")
HUB_LICENCES = {"apache-2.0", "mit", "cc-by-4.0", "cc0-1.0"}
"""Those the hub knows by the same name."""
LOADERS = {False: ("peft", "AutoPeftModelForCausalLM"), True: ("transformers", "AutoModelForCausalLM")}


class Facts(NamedTuple):
    """What the card states."""

    foundation: Pointer
    settings: Settings
    mixture: Mapping[str, Any]
    """`mixture.json`."""
    hashes: Mapping[str, str]
    """sha256 of the training data, by file."""
    figures: Mapping[str, Any]
    versions: Mapping[str, str]
    added_tokens: int
    """Of an extended vocabulary."""


def model_card(facts: Facts) -> str:
    """Return README.md of the adapter: front matter, then what it was made from and how to load it."""
    method = METHODS[facts.settings.lora.method]
    library, loader = LOADERS[method.whole]
    text = render(
        CARD.read_text(encoding="utf-8"),
        **facts._asdict(),
        front_matter=_front_matter(facts),
        described=method.described,
        data=sorted(facts.hashes.items()),
        parameters=to_json(facts.settings.as_dict()),
        library=library,
        loader=loader,
        libraries=", ".join(f"{name} {version}" for name, version in sorted(facts.versions.items())),
    )
    return f"{text}\n"


def _front_matter(facts: Facts) -> str:
    licences = {licence.lower() for licence in facts.mixture["licences"]}
    one = licences.pop() if len(licences) == 1 and licences <= HUB_LICENCES else None
    method, name = facts.settings.lora.method, facts.foundation.name
    whole = METHODS[method].whole
    value = {
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
