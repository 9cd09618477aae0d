"""What a flight of requests needs to know: the protocol of a server, its addresses, and each attempt."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar

from domaintune.core.paying.posting import Response, Trouble, proxy_for
from domaintune.core.paying.protocol import Failure
from domaintune.core.paying.verdicts import Again
from domaintune.core.paying.window import Window
from domaintune.core.stage.errors import TeacherError

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
AskedT_contra = TypeVar("AskedT_contra", contravariant=True)


class Amount(NamedTuple):
    """What a request takes: at most before it is sent, exactly when it is answered."""

    tokens: float
    money: float


class Dialect(Protocol[AskedT_contra, ResultT]):
    """The protocol of a kind of server."""

    path: str

    def headers(self) -> Mapping[str, str]:
        """Return the headers of every request, the key's among them."""
        ...

    def body(self, item: AskedT_contra) -> bytes:
        """Return the body of a request."""
        ...

    def verdict(
        self, item: AskedT_contra, response: Response | Trouble
    ) -> ResultT | Again | Failure | TeacherError:
        """Say what a response means."""
        ...

    def most(self, item: AskedT_contra) -> Amount:
        """Return what a request takes at most."""
        ...

    def taken(self, result: ResultT) -> Amount:
        """Return what it took."""
        ...


class Address:
    """One address of a server, and how it does."""

    def __init__(self, url: str, most: int, timeout_s: float) -> None:
        self.url, self.proxy, self.window = url, proxy_for(url), Window(most, timeout_s)
        self.flying = self.answers = self.refused = 0
        self.not_before = 0.0

    def room(self, now: float) -> bool:
        """Tell whether one more may be sent; to one that refused connections a single one, to see."""
        most = 1 if self.refused else int(self.window.size)
        return self.flying < most and now >= self.not_before


class Attempt(Generic[ItemT]):
    """A request, and what came of it so far."""

    def __init__(self, item: ItemT, body: bytes, most: Amount) -> None:
        self.item, self.body, self.most = item, body, most
        self.tries, self.answers_before = 0, 0

    def __lt__(self, other: object) -> bool:
        return False  # of two that are due at the same time either
