"""What an arm was decoded with: the values that were used, and those that were not, each with its reason."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.core.paying.protocol import Sampling
from domaintune.core.sections.decode import Decode

DRAWN = ("temperature", "top_k", "top_p")
GREEDY = "do_sample is false"
ALONE = "drawn beams are searched for one question at a time, or an answer would depend on its batch"
UNKNOWN = "the chat completions protocol has no such parameter"


class Decoding(NamedTuple):
    """One arm's decoding, written beside its answers as `decoding.json`."""

    used: dict[str, Any]
    no_effect: dict[str, dict[str, Any]]
    """Parameter → its value in params.yaml, and why it was not used."""


def decoded_here(decode: Decode) -> Decoding:
    """Return what the model's own `generate` is given."""
    if not decode.do_sample:
        return _told(decode, dict.fromkeys(DRAWN, GREEDY))
    return _told(decode, {"batch": ALONE} if decode.num_beams > 1 else {})


def decoded_there(decode: Decode, seed: int) -> Decoding:
    """Return what a server is sent, under the names it is sent by."""
    unused = dict.fromkeys(("num_beams", "repetition_penalty", "top_k", "batch"), UNKNOWN)
    unused |= {} if decode.do_sample else dict.fromkeys(DRAWN, GREEDY)
    return _told(decode, unused)._replace(used=sampling_of(decode, seed)._asdict())


def sampling_of(decode: Decode, seed: int) -> Sampling:
    """Return the sampling parameters of a request; temperature 0.0 is how the protocol says greedy."""
    if not decode.do_sample:
        return Sampling(temperature=0.0, top_p=1.0, max_tokens=decode.max_new_tokens, seed=0)
    return Sampling(decode.temperature, decode.top_p, decode.max_new_tokens, seed)


def _told(decode: Decode, unused: Mapping[str, str]) -> Decoding:
    values = decode.model_dump()
    used = {name: value for name, value in values.items() if name not in unused}
    return Decoding(used, {name: {"value": values[name], "reason": unused[name]} for name in sorted(unused)})
