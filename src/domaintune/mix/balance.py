"""Whether the languages of a mixture are balanced as asked, measured on what will be trained."""

from collections.abc import Mapping
from typing import Any

from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import GateError

OF = {"rows": "row_share", "tokens": "token_share"}


def achieved(mixture: Mixture, measured: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return what was asked, each language's share of rows and of tokens, and how far the furthest is off.

    `measured`: language → rows, tokens and their shares after tokenisation and rejection. Nothing is returned for a
    mixture that asks for no balance.
    """
    if mixture.languages is None or mixture.balance is None:
        return {}
    none = {"row_share": 0.0, "token_share": 0.0}
    shares = {name: measured.get(name, none) for name in sorted(mixture.languages)}
    off = max(abs(one[OF[mixture.balance]] - mixture.languages[name]) for name, one in shares.items())
    return {
        "by": mixture.balance,
        "asked": dict(sorted(mixture.languages.items())),
        "row_share": {name: one["row_share"] for name, one in shares.items()},
        "token_share": {name: one["token_share"] for name, one in shares.items()},
        "off": round(off, 6),
        "tolerance": mixture.tolerance,
    }


def check_balance(arm: str, balance: Mapping[str, Any]) -> None:
    """Stop where a language's share is further from the one asked for than the tolerance.

    Raises:
        GateError: with asked and achieved shares.
    """
    if not balance or balance["off"] <= balance["tolerance"]:
        return
    found = balance[OF[balance["by"]]]
    shares = ", ".join(
        f"{name} {found[name]:.4f} (asked {share:g})" for name, share in balance["asked"].items()
    )
    raise GateError(
        f"mix ({arm}): the languages' shares of the {balance['by']} are {shares}: {balance['off']:.4f} off, more than "
        f"arms.{arm}.mixture.tolerance = {balance['tolerance']:g}. Rows are too few or too long to come nearer: add "
        "rows of the smaller language, or raise the tolerance."
    )
