"""A bot on asyncio: it is told of pull requests, a line each, and says what it thinks of each as soon as it knows.

tail --follow pull-requests.txt | python review_bot.py
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import axiomo


class ReviewBot:
    """Says something to every pull request it is told of."""

    def __init__(self, client: axiomo.AsyncClient, say: Callable[[str, str], Awaitable[None]]) -> None:
        self._client = client
        self._say = say

    async def run(self, urls: AsyncIterator[str]) -> None:
        """Reviews until there are no more. As many are under way at once as the rate limit allows."""
        async for item in self._client.analyze_many(urls):
            if isinstance(item.error, axiomo.AuthenticationError):
                raise item.error
            if item.error is not None:
                await self._say(item.input, f"I cannot tell: {item.error.message}")
            elif item.analysis is not None:
                await self._say(item.input, opinion(item.analysis.signal))


def opinion(signal: axiomo.Signal) -> str:
    """What the bot thinks, in a line or a few."""
    match signal.review.action:
        case axiomo.ReviewAction.APPROVE:
            return "Looks harmless to me."
        case axiomo.ReviewAction.REVIEW | None:
            verdict = "Someone should look at this."
        case action:
            verdict = f"Careful: {action}."
    first = [f"  look at {file.path}: {', '.join(file.reasons)}" for file in signal.focus.files[:3]]
    return "\n".join([verdict, *first])


async def lines() -> AsyncIterator[str]:
    """The lines of the standard input, as they come."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            yield line.strip()


async def say(url: str, text: str) -> None:
    # A real bot would comment on the pull request here.
    print(f"{url}: {text}", flush=True)


async def main() -> None:
    async with axiomo.AsyncClient() as client:
        await ReviewBot(client, say).run(lines())


if __name__ == "__main__":
    asyncio.run(main())
