"""Requests from the kernel to handlers and back, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from leftfold.api.kafka.context import Context, Node
from leftfold.api.kafka.table import BY_KEY, Api
from leftfold.api.kafka.transactions import verify
from leftfold.base import ids
from leftfold.base.errors import Code, Failure, WireError
from leftfold.fold.shell import Log
from leftfold.kernel import Call, CompactionFailed, Done, Fatal, Kernel, Verify
from leftfold.log.partition import Tickets
from leftfold.wire.codec import Message

DRAIN_MAX = 256
LAG_PERIOD_S = 0.25
LAG_ALARM_MS = 250
LAG_WINDOW = 40  # samples that the maximum is taken over: ten seconds


class Calls:
    """Drains what the kernel hands over, dispatches it, and answers in batches; lives on one event loop."""

    def __init__(self, kernel: Kernel, tickets: Tickets, log: Log, on_fatal: Callable[[str], None]) -> None:
        self._kernel = kernel
        self._fileno = kernel.fileno()
        self._tickets = tickets
        self._log = log
        self._on_fatal = on_fatal
        self._node: Node | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._direct: set[int] = set()  # ids of the calls that are answered without a task
        self._settled: asyncio.Future[None] | None = None  # done once there are none, if anybody wants to know
        self._answers: list[tuple[int, bytes]] = []
        self._loop = asyncio.get_running_loop()
        self._lags: list[float] = [0.0]
        self._lag_timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to take ends of appends; requests come only once a listener is open and `serve` was called."""
        self._loop.add_reader(self._fileno, self._drain)
        self._measure_lag(self._loop.time())

    def serve(self, node: Node) -> None:
        """From now on requests are answered."""
        self._node = node

    async def settle(self, seconds: float) -> None:
        """Let what runs now come to its end, as far as the time suffices, and send its answers."""
        until = self._loop.time() + seconds
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
        if self._direct:
            self._settled = self._loop.create_future()
            await asyncio.wait([self._settled], timeout=max(0, until - self._loop.time()))
        self._flush()

    async def stop(self) -> None:
        """Listen no more and end what still runs; the kernel has hung up on whoever could be answered."""
        self._loop.remove_reader(self._fileno)
        if self._lag_timer is not None:
            self._lag_timer.cancel()
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @property
    def running(self) -> int:
        """How many requests are being answered."""
        return len(self._running) + len(self._direct)

    @property
    def lag_ms(self) -> float:
        """By how much the loop was late at the last look."""
        return self._lags[-1]

    @property
    def lag_ms_max(self) -> float:
        """By how much the loop was late at most in the last ten seconds."""
        return max(self._lags)

    def _drain(self) -> None:
        for item in self._kernel.drain(DRAIN_MAX):
            match item:
                case Call():
                    self._dispatch(item)
                case Done():
                    self._tickets.done(item)
                case Verify():
                    self._spawn(self._verify(item))
                case CompactionFailed():
                    self._tell_of_compaction(item)
                case Fatal():
                    self._tickets.stop(item.reason)
                    self._on_fatal(item.reason)

    def _tell_of_compaction(self, failed: CompactionFailed) -> None:
        topic_id = ids.to_text(failed.topic_id)
        topic = self._node.cluster.committed.topics.get(topic_id) if self._node else None
        failure = Failure.of_kernel(failed.code)
        self._log.warning(
            "compaction_failed",
            topic=topic.name if topic else topic_id,
            partition=failed.partition,
            why=failed.why,
            todo=f"{failure.todo} Until then it only grows; compaction tries again by itself.",
            code=failure.number,
        )

    def _dispatch(self, call: Call) -> None:
        api = BY_KEY.get(call.api_key)
        assert api is not None, f"the kernel handed over API key {call.api_key}, which it was not told of"
        assert self._node is not None, "a request came before the node serves"
        context = Context(self._node, call)
        if api.direct:
            self._answer_directly(api, context)
        else:
            self._spawn(self._answer(api, context))

    def _answer_directly(self, api: Api, context: Context) -> None:
        """As `_answer`, without a task: the handler calls back."""
        call = context.call
        self._direct.add(call.id)
        try:
            request = call.body if api.raw else api.request().decode_start(context.version, call.body)[0]
            api.handler()(context, request, partial(self._directly, api, call))
        except Exception as why:
            self._end_direct(call)
            self._refuse(api, call, why)

    def _directly(self, api: Api, call: Call, response: Message | bytes) -> None:
        self._end_direct(call)
        try:
            body = response if isinstance(response, bytes) else response.encode(call.api_version)
        except Exception as bug:
            self._refuse(api, call, bug)
        else:
            self._give(call, body)

    def _end_direct(self, call: Call) -> None:
        self._direct.discard(call.id)
        if self._settled is not None and not self._direct and not self._settled.done():
            self._settled.set_result(None)

    def _refuse(self, api: Api, call: Call, why: Exception) -> None:
        """What the broker is to blame for is answered so, if there is a shape for it; else the connection ends."""
        try:
            blamed = None if isinstance(why, WireError) else api.failure(Code.UNKNOWN_SERVER_ERROR)
        except Exception:  # the class of the answer is read from its file, which may not be opened when too many are
            blamed = None
        if blamed is None:
            self._kernel.hang_up(call.id)  # before a word is said of it: the log may have no room
        else:
            self._give(call, blamed.encode(call.api_version))
        if isinstance(why, WireError):
            self._log.warning("request_undecodable", **_about(api, call), why=str(why))
        else:
            self._log.error("request_failed", **_about(api, call), exc_info=why)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, api: Api, context: Context) -> None:
        """Decode, handle, encode."""
        try:
            body = await self._handled(api, context)
        except Exception as why:
            self._refuse(api, context.call, why)
        else:
            self._give(context.call, body)

    async def _verify(self, asked: Verify) -> None:
        """May a Produce begin these transactions? A bug says no, in a way that producers ask again after."""
        assert self._node is not None, "a request came before the node serves"
        try:
            errors: Sequence[int] = await verify(self._node, asked)
        except Exception as bug:
            errors = [Code.NOT_ENOUGH_REPLICAS] * len(asked.partitions)
            self._log.error("verify_failed", transactional_id=asked.transactional_id, exc_info=bug)
        self._kernel.verified(asked.id, errors)

    async def _handled(self, api: Api, context: Context) -> bytes | None:
        """The body of the answer; None lets the kernel answer from its tables."""
        call = context.call
        request, _ = api.request().decode_start(call.api_version, call.body)  # what follows is no matter, as in Kafka
        response = await api.handler()(context, request)
        if response is None:
            return None
        body: bytes = response.encode(call.api_version)
        return body

    def _give(self, call: Call, body: bytes | None) -> None:
        if body is None:
            self._kernel.redo(call.id)
            return
        if not self._answers:
            self._loop.call_soon(self._flush)
        self._answers.append((call.id, body))

    def _flush(self) -> None:
        self._tickets.send()  # the next transaction's first batch finds the marker of the one that is answered here
        answers, self._answers = self._answers, []
        if answers:
            self._kernel.answer(answers)

    def _measure_lag(self, due: float) -> None:
        self._lags.append(max(0.0, (self._loop.time() - due) * 1000))
        del self._lags[:-LAG_WINDOW]
        if self.lag_ms >= LAG_ALARM_MS:
            self._log.warning("loop_late", lag_ms=round(self.lag_ms), todo="something keeps Python busy: run it elsewhere")
        following = self._loop.time() + LAG_PERIOD_S
        self._lag_timer = self._loop.call_at(following, self._measure_lag, following)


def _about(api: Api, call: Call) -> dict[str, object]:
    """What a log line says of a call."""
    peer = f"{call.peer_host}:{call.peer_port}"
    return {"api": api.name, "version": call.api_version, "peer": peer, "client_id": call.client_id}
