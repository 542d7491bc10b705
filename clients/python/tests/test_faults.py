from __future__ import annotations

import threading
import unittest

import soma_memory as sm
from soma_memory import Cancellation, Options

from .proxy import Proxy
from .service import new_soma, wait_for


class FaultTests(unittest.TestCase):
    def setUp(self) -> None:
        self.proxy = Proxy()
        self.addCleanup(self.proxy.stop)
        self.soma = new_soma(self.proxy.url)

    def test_a_retry_after_a_lost_answer_applies_the_write_once_under_one_key(self) -> None:
        self.proxy.faults += ["cut", "cut"]
        self.assertEqual(self.soma.store("once")["seq"], 1)
        self.assertEqual(len(list(self.soma.list())), 1)
        keys = [headers["idempotency-key"] for method, _, headers in self.proxy.seen if method == "POST"]
        self.assertEqual((len(keys), len(set(keys))), (3, 1))

    def test_a_service_that_is_busy_is_asked_again(self) -> None:
        self.proxy.faults += [(503, {"retry-after": "0"}), (502, {}), (429, {"retry-after": "0"}), (504, {})]
        self.soma.store("after all")
        self.assertEqual(len(self.proxy.seen), 5)

    def test_a_wait_that_is_longer_than_the_deadline_is_not_begun(self) -> None:
        self.proxy.faults += [(429, {"retry-after": "3600"})]
        with self.assertRaises(sm.RateLimited) as limited:
            self.soma.store("x")
        self.assertEqual((limited.exception.retry_after, len(self.proxy.seen)), (3600, 1))

    def test_what_is_refused_is_not_sent_again(self) -> None:
        self.proxy.faults += [(500, {})]
        with self.assertRaises(sm.ServerFault):
            self.soma.store("x")
        self.assertEqual(len(self.proxy.seen), 1)

    def test_a_write_beyond_a_quota_is_refused_and_nothing_of_it_is_applied(self) -> None:
        self.soma.namespaces.configure(self.soma.settings.namespace or "", {"quota_memories": 1})
        self.soma.store("the first")
        with self.assertRaisesRegex(sm.QuotaExceeded, "quota") as full:
            self.soma.store("the second")
        self.assertEqual((full.exception.status, full.exception.outcome), (507, "not_applied"))
        self.assertEqual(len([method for method, _, _ in self.proxy.seen if method == "POST"]), 2)
        self.proxy.faults += [(507, {})]  # Not the service's: nobody promises anything.
        with self.assertRaises(sm.QuotaExceeded) as unknown:
            self.soma.store("the third")
        self.assertEqual(unknown.exception.outcome, "unknown")

    def test_a_write_whose_answer_never_came_says_that_its_outcome_is_unknown_and_its_key_tells(self) -> None:
        soma = new_soma(self.proxy.url, retries=0)
        self.proxy.faults += ["cut"]
        with self.assertRaises(sm.ConnectionLost) as lost:
            soma.store({}, id="a")
        self.assertEqual(lost.exception.outcome, "unknown")
        self.assertEqual(soma.store({}, id="a", options=Options(idempotency_key=lost.exception.idempotency_key))["version"], 1)

    def test_a_refusal_after_a_lost_answer_is_still_unknown(self) -> None:
        self.proxy.faults += ["cut", (503, {})]
        with self.assertRaises(sm.Unavailable) as failed:
            new_soma(self.proxy.url, retries=1).store("x")
        self.assertEqual(failed.exception.outcome, "unknown")

    def test_a_service_that_cannot_be_reached_has_applied_nothing(self) -> None:
        gone = Proxy()
        gone.stop()
        with self.assertRaises(sm.Unavailable) as failed:
            new_soma(gone.url, retries=1).store("x")
        self.assertEqual(failed.exception.outcome, "not_applied")

    def test_a_deadline_ends_a_call_that_hangs(self) -> None:
        self.proxy.faults += ["hang", "hang"]
        with self.assertRaises(sm.DeadlinePassed) as write:
            self.soma.store("x", options=Options(timeout=2))
        with self.assertRaises(sm.DeadlinePassed) as read:
            self.soma.get("@x", options=Options(timeout=2))
        self.assertEqual((write.exception.outcome, read.exception.outcome), ("unknown", "not_applied"))

    def test_a_cancellation_ends_a_call_that_hangs_and_one_that_waits_to_try_again(self) -> None:
        for fault in ("hang", (503, {"retry-after": "30"})):
            self.proxy.seen.clear()
            self.proxy.faults.append(fault)
            cancellation = Cancellation()
            raised: list[Exception] = []

            def call() -> None:
                try:
                    self.soma.store("x", options=Options(cancellation=cancellation))
                except sm.SomaError as error:
                    raised.append(error)

            caller = threading.Thread(target=call)
            caller.start()
            wait_for(lambda: len(self.proxy.seen) == 1)
            cancellation.cancel()
            caller.join(20)
            self.assertIsInstance(raised[0], sm.Cancelled)
        with self.assertRaises(sm.Cancelled):
            self.soma.store("x", options=Options(cancellation=cancellation))

    def test_the_trace_of_the_moment_own_headers_and_a_token_from_a_function_go_with_every_attempt(self) -> None:
        import os
        traces = iter("12")
        soma = new_soma(
            self.proxy.url, token=lambda: os.environ["SOMA_API_TOKEN"],
            trace=lambda: {"traceparent": f"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b{next(traces)}-01"})
        self.proxy.faults += [(503, {})]
        soma.store("x", options=Options(headers={"X-Request-ID": "mine"}))
        self.assertEqual([headers["traceparent"][-5:] for _, _, headers in self.proxy.seen], ["b1-01", "b2-01"])
        self.assertEqual([headers["x-request-id"] for _, _, headers in self.proxy.seen], ["mine", "mine"])

    def test_a_header_with_a_line_break_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            self.soma.store("x", options=Options(headers={"x-a": "b\r\nx-soma-namespace: other"}))

    def test_a_stream_of_changes_goes_on_after_a_cut_without_a_gap_and_without_a_repetition(self) -> None:
        self.soma.batch([{"id": "a", "payload": {}}, {"id": "b", "payload": {}}])
        seen: list[str] = []
        with self.soma.changes() as feed:
            for change in feed:
                seen.append(change["coord"])
                if len(seen) == 2:
                    self.proxy.cut_streams()
                    self.soma.batch([{"id": "c", "payload": {}}, {"id": "d", "payload": {}}])
                if len(seen) == 4:
                    break
        self.assertEqual(seen, ["@a", "@b", "@c", "@d"])
        self.assertEqual([headers["last-event-id"] for _, path, headers in self.proxy.seen if path.startswith("/changes")], ["0", "2"])

    def test_a_silent_stream_is_opened_again(self) -> None:
        self.soma.store({}, id="a")
        feed = iter(self.soma.changes(silence=0.5))
        self.assertEqual(next(feed)["coord"], "@a")

        def store_later() -> None:
            wait_for(lambda: sum(path.startswith("/changes") for _, path, _ in self.proxy.seen) >= 2)
            new_soma(namespace=self.soma.settings.namespace).store({}, id="b")

        writer = threading.Thread(target=store_later)
        writer.start()
        self.assertEqual(next(feed)["coord"], "@b")
        writer.join()
        feed.close()

    def test_a_cancellation_ends_a_feed_that_waits(self) -> None:
        self.soma.store({}, id="a")
        cancellation = Cancellation()
        with self.assertRaises(sm.Cancelled):
            for _ in self.soma.changes(options=Options(cancellation=cancellation)):
                threading.Timer(0.05, cancellation.cancel).start()
