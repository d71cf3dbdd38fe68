"""A listener: a socket and an event loop in a thread of its own. It knows no protocol and stores nothing itself."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from intake.ingress.answers import Answers, Keeps


class Listener(ABC):
    """Listens on ``host:port`` in a thread of its own; port 0 lets the system choose, ``port`` then tells it.

    ``accepts`` says whether a recipient belongs to a desk; it is called for every RCPT and must be quick. ``writers``
    is how many mails are written at once. ``size_limit`` is in bytes, ``loop_limit`` in Received headers.
    """

    def __init__(
        self,
        spool: Keeps,
        host: str,
        port: int,
        accepts: Callable[[str], bool],
        size_limit: int,
        loop_limit: int = 100,
        *,
        writers: int = 8,
    ) -> None:
        self.host = host
        self.port = port
        self.replies = Answers(spool, accepts, size_limit, loop_limit, ThreadPoolExecutor(writers, "spool"))
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="listener", daemon=True)
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Bind and serve. Raises OSError when the address is taken; when it returns, mail is answered."""
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._bind(), self.loop).result()
        except BaseException:
            self.stop()
            raise
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Take no more mail, let writes in hand end, and close. Whoever got no answer tries again."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.replies.writers.shutdown()
        self.loop.close()

    def answers(self, seconds: float = 2.0) -> bool:
        """Tell whether the loop that serves every connection still turns within so many seconds."""
        try:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop).result(seconds)
        except TimeoutError:
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _bind(self) -> asyncio.Server:
        return await self.loop.create_server(self._connection, self.host, self.port, backlog=128)

    @abstractmethod
    def _connection(self) -> asyncio.Protocol:
        """Return what speaks with a client that has just connected."""

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await asyncio.sleep(0)  # lets the closed connections leave the loop
