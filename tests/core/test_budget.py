"""A cap on money that no trace of faults, kills or runs at once can pass."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import runtime
from openai_server import Server
from records import request

from domaintune.core.paying.budget import Budget
from domaintune.core.paying.connection import connect
from domaintune.core.paying.openai_server import OpenaiServer
from domaintune.core.paying.protocol import Reply
from domaintune.core.stage.errors import ParamsError, TeacherError

PRICES = {"price_in": 100.0, "price_out": 1000.0}


def opened(server: Server, budget: float | None, **changes: Any) -> OpenaiServer:
    servers = {"teacher": {"base_url": server.base_url, "api_key_env": None, "budget_usd": budget, **PRICES}}
    return OpenaiServer(connect("teacher", runtime(servers=servers, concurrency=16, **changes), {}))


def billed(server: Server) -> float:
    """What a provider would bill at most: for each answer that it wrote, whether or not it arrived."""
    written = sum(server.answered.values()) + server.by_fault["reset"]
    return written * (2 * PRICES["price_in"] + 10 * PRICES["price_out"]) / 1e6


TRACE = st.lists(
    st.tuples(
        st.floats(0.0001, 0.2), st.sampled_from(["answered", "lost", "refused", "killed"]), st.floats(0, 1)
    ),
    max_size=60,
)


@given(TRACE)
def test_no_trace_of_answers_losses_and_kills_passes_the_cap(trace: list[tuple[float, str, float]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        budget, bill, flying = Budget("s", 1.0, Path(folder)), 0.0, list[tuple[float, str, float]]()
        for most, fate, share in trace:
            if budget.hold(most):
                flying.append((most, fate, share))
                bill += {"answered": share * most, "lost": most, "refused": 0.0, "killed": most}[fate]
            if fate == "killed":  # all that is in flight is lost, and the process with it
                bill += sum(0.0 if one == "killed" else (1 - share) * most if one == "answered" else 0.0
                            for most, one, share in flying)  # fmt: skip
                flying.clear()
                with budget.path.open("ab") as file:
                    file.write(b"0.0")  # torn
                budget = Budget("s", 1.0, Path(folder))
            elif len(flying) > 3:
                held, end, part = flying.pop(0)
                budget.settle(held, {"answered": part * held, "refused": 0.0}.get(end, held))
            assert bill <= 1.0 + 1e-9


@pytest.mark.parametrize("faults", ["", "reset=3,500=5,null=7"])
def test_a_run_stops_before_the_cap_and_goes_on_when_it_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: str
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = [request(f"text {n}") for n in range(200)]
    with Server(faults=faults, delay_s=0.002) as server:
        arrived: list[Any] = []
        with pytest.raises(
            TeacherError, match=r"budget_usd is 1, of which .*Raise runtime.servers.teacher.budget_usd"
        ):
            arrived.extend(opened(server, 1.0, max_retries=9).ask(asked))
        assert 0.5 < billed(server) <= 1.0
        assert server.in_flight == 0
        sent = server.requests
        with pytest.raises(
            TeacherError, match="budget_usd is 1"
        ):  # the second run has what the first left, nothing
            list(opened(server, 1.0).ask(asked[-1:]))
        assert server.requests == sent
        rest = [one for one in asked if one not in dict(arrived)]
        assert all(isinstance(reply, Reply) for _, reply in opened(server, 9.0, max_retries=9).ask(rest))


def test_two_processes_share_one_cap(tmp_path: Path) -> None:
    code = "from pathlib import Path; from domaintune.core.paying.budget import Budget\n"
    code += "print(sum(Budget('s', 1.0, Path('.')).hold(0.001) for _ in range(900)))"
    runs = [
        subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(2)
    ]
    assert sum(int(run.communicate()[0]) for run in runs) in (999, 1000)


def test_a_budget_without_prices_is_refused() -> None:
    servers = {"teacher": {"base_url": "http://127.0.0.1:9", "api_key_env": None, "budget_usd": 1.0}}
    with pytest.raises(ParamsError, match="budget_usd needs price_in and price_out"):
        connect("teacher", runtime(servers=servers), {})
