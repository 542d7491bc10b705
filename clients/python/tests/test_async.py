from __future__ import annotations

import asyncio
import time
import unittest

import soma_memory as sm
from soma_memory import Cancellation, Options
from soma_memory._async.stream import AsyncStream

from .proxy import Proxy
from .service import new_async_soma, new_name, wait_for


class AsyncTests(unittest.IsolatedAsyncioTestCase):
    async def test_a_memory_is_stored_read_changed_found_and_deleted(self) -> None:
        async with new_async_soma() as soma:
            stored = await soma.store({"text": "The kettle is in the blue cupboard"}, id="kettle")
            await soma.patch(stored, {"payload": {"room": "kitchen"}})
            self.assertEqual((await soma.get("@kettle"))["payload"]["room"], "kitchen")
            self.assertIn("@kettle] The kettle is in the blue cupboard", str(await soma.context("where is the kettle?", min_relevance=0.3)))
            self.assertEqual([memory["coord"] async for memory in soma.list(limit=1)], ["@kettle"])
            self.assertEqual([version["version"] async for version in soma.history("@kettle", limit=1)], [2, 1])
            self.assertTrue((await soma.delete("@kettle"))["deleted"])
            with self.assertRaises(sm.NotFound):
                await soma.get("@kettle")

    async def test_concurrent_writers_lose_nothing(self) -> None:
        async with new_async_soma() as soma:
            stored = await asyncio.gather(*(soma.store({}, id=f"w-{i}") for i in range(100)))
            self.assertEqual(sorted(one["seq"] for one in stored), list(range(1, 101)))
            self.assertEqual(len([1 async for _ in soma.list(limit=30)]), 100)

    async def test_an_export_is_imported_as_it_streams(self) -> None:
        async with new_async_soma() as soma:
            await soma.batch([{"id": str(i), "payload": {"text": "x" * 1000}} for i in range(300)])
            copy = new_name()
            imported = await soma.namespaces.import_(copy, soma.namespaces.export(soma.settings.namespace or ""))
            self.assertEqual(imported["memories"], 300)
            self.assertEqual((await soma.within(copy).get("@7"))["payload"], {"text": "x" * 1000})


class AsyncFaultTests(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.proxy = Proxy()
        self.addCleanup(self.proxy.stop)

    async def test_a_retry_after_a_lost_answer_applies_the_write_once(self) -> None:
        async with new_async_soma(self.proxy.url) as soma:
            self.proxy.faults += ["cut", "cut"]
            self.assertEqual((await soma.store("once"))["seq"], 1)
            self.assertEqual(len([1 async for _ in soma.list()]), 1)

    async def test_a_deadline_ends_a_call_that_hangs(self) -> None:
        async with new_async_soma(self.proxy.url) as soma:
            self.proxy.faults += ["hang"]
            with self.assertRaises(sm.DeadlinePassed):
                await soma.store("x", options=Options(timeout=2))
            self.assertEqual((await soma.store("y"))["coord"][:1], "@")

    async def test_a_cancelled_task_ends_a_call_that_hangs(self) -> None:
        async with new_async_soma(self.proxy.url) as soma:
            self.proxy.faults += ["hang"]
            call = asyncio.create_task(soma.store("x"))
            await asyncio.to_thread(wait_for, lambda: len(self.proxy.seen) == 1)
            call.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await call
            self.assertEqual((await soma.store("y"))["coord"][:1], "@")

    async def test_a_cancelled_task_ends_even_if_its_bytes_come_in_the_same_turn_of_the_loop(self) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            stream = await AsyncStream.connect(server.sockets[0].getsockname(), None, time.monotonic() + 60)
            reading = asyncio.create_task(stream.read_line(time.monotonic() + 60))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            stream._reader.feed_data(b"a line\n")
            # One turn, in which the reader finds its line; the next would give it to the task.
            await asyncio.sleep(0)
            reading.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await reading
            stream.close()

    async def test_a_cancellation_ends_a_call_that_hangs(self) -> None:
        async with new_async_soma(self.proxy.url) as soma:
            self.proxy.faults += ["hang"]
            cancellation = Cancellation()
            call = asyncio.create_task(soma.store("x", options=Options(cancellation=cancellation)))
            await asyncio.to_thread(wait_for, lambda: len(self.proxy.seen) == 1)
            cancellation.cancel()
            with self.assertRaises(sm.Cancelled):
                await call

    async def test_a_stream_of_changes_goes_on_after_a_cut(self) -> None:
        async with new_async_soma(self.proxy.url) as soma:
            await soma.batch([{"id": "a", "payload": {}}, {"id": "b", "payload": {}}])
            seen: list[str] = []
            async with soma.changes() as feed:
                async for change in feed:
                    seen.append(change["coord"])
                    if len(seen) == 2:
                        self.proxy.cut_streams()
                        await soma.batch([{"id": "c", "payload": {}}, {"id": "d", "payload": {}}])
                    if len(seen) == 4:
                        break
            self.assertEqual(seen, ["@a", "@b", "@c", "@d"])
