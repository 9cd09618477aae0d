"""One POST over HTTP, bounded in time and size. It never follows a redirect: the prompt would go to another host."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    import aiohttp

MAX_BYTES = 8 * 2**20
"""Longest answer that is read, unpacked; a hundred times what any model writes."""

Problem = Literal["unreachable", "untrusted", "broken", "timeout", "too_large"]


class Response(NamedTuple):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Trouble(NamedTuple):
    """Why there is no answer."""

    problem: Problem
    detail: str


async def post(
    session: "aiohttp.ClientSession",
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    proxy: str | None,
) -> Response | Trouble:
    """Return the answer to a POST; the time limit is one for the whole of it, from connecting to the last byte."""
    import aiohttp

    try:
        async with (
            asyncio.timeout(timeout_s),
            session.post(url, data=body, headers=headers, allow_redirects=False, proxy=proxy) as answer,
        ):
            content = bytearray()
            async for chunk in answer.content.iter_any():
                content += chunk
                if len(content) > MAX_BYTES:
                    answer.close()
                    return Trouble("too_large", f"the answer is longer than {MAX_BYTES:,} bytes")
            return Response(answer.status, answer.headers, bytes(content))
    except TimeoutError:
        return Trouble("timeout", f"no answer within {timeout_s:g} s")
    except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError, ssl.SSLError) as error:
        return Trouble("untrusted", str(error))
    except aiohttp.ClientConnectorError as error:
        return Trouble("unreachable", str(error.os_error))
    except (aiohttp.ClientError, OSError) as error:  # cut off, reset, no HTTP, packed wrongly
        return Trouble("broken", f"{type(error).__name__}: {error}")


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names for an address (HTTPS_PROXY, NO_PROXY, …), or None."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def open_session() -> "aiohttp.ClientSession":
    """Return a session without a limit of its own; cookies of one answer are not sent with the next request."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=30),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
