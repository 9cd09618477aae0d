"""The adapter's model card, with the front matter hub users know."""

import io
from collections.abc import Mapping
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from domaintune.core.models.pointer import Pointer
from domaintune.core.stage.files import to_json
from domaintune.train.methods import METHODS
from domaintune.train.params import Settings

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
    settings, mixture = facts.settings, facts.mixture
    groups = ", ".join(mixture["groups"])
    method = METHODS[settings.lora.method]
    library, loader = LOADERS[method.whole]
    table = "\n".join(
        f"| {name} | {'–' if value is None else value} |" for name, value in facts.figures.items()
    )
    data = "\n".join(f"| `{name}` | `{digest}` |" for name, digest in sorted(facts.hashes.items()))
    versions = ", ".join(f"{name} {version}" for name, version in sorted(facts.versions.items()))
    return (
        f"---\n{_front_matter(facts)}---\n\n# {settings.arm}\n\n"
        f"{method.described} `{facts.foundation.name}`"
        f"{f' at revision `{facts.foundation.revision}`' if facts.foundation.revision else ''}, tuned with "
        f"domaintune on the instruction groups {groups}.\n"
        f"Prompts use the `{mixture['template']}` template; the loss is on the answer and its end token "
        f"only.\n{_condition(mixture)}\n"
        f"{_vocabulary(facts)}"
        f"## Figures\n\n| figure | value |\n|---|---|\n{table}\n\n"
        "## Training data\n\nLicences of the source texts: "
        f"{', '.join(mixture['licences']) or 'none stated'}.\n\n"
        f"| file | sha256 |\n|---|---|\n{data}\n\n"
        f"## Parameters\n\n```json\n{to_json(settings.as_dict())}\n```\n\n"
        f"## Use\n\n```python\nfrom {library} import {loader}\n\n"
        f'model = {loader}.from_pretrained("path/to/this/folder")\n```\n\n'
        f"Libraries: {versions}.\n"
    )


def _condition(mixture: Mapping[str, Any]) -> str:
    """Say how to ask an arm that was told its answers' quality."""
    if not (line := mixture.get("condition_line")):
        return ""
    return (
        f"Each instruction ended with a paragraph on the quality of its answer. Ask with `{line}` as the last "
        "paragraph of the instruction.\n"
    )


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
    stream = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(value, stream)
    return stream.getvalue()


def _vocabulary(facts: Facts) -> str:
    if not facts.added_tokens:
        return ""
    return (
        f"{facts.added_tokens} tokens were added to the foundation's vocabulary: use the tokenizer in this folder. "
        "Their rows of the embeddings and of the head were trained and are in the weights here.\n\n"
    )
