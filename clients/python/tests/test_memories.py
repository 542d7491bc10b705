from __future__ import annotations

import json
import os
import threading
import unittest
from unittest import mock

import soma_memory as sm
from soma_memory import Options

from .service import new_name, new_soma


class MemoryTests(unittest.TestCase):
    def test_a_memory_is_stored_read_changed_found_and_deleted(self) -> None:
        soma = new_soma()
        stored = soma.store({"text": "The kettle is in the blue cupboard", "room": "kitchen"}, id="kettle")
        self.assertEqual(stored["coord"], "@kettle")
        self.assertEqual(soma.get({"id": "kettle"})["payload"]["room"], "kitchen")
        soma.patch(stored, {"payload": {"room": "cellar"}, "importance": 2})
        self.assertEqual(soma.get("@kettle")["payload"], {"text": "The kettle is in the blue cupboard", "room": "cellar"})
        hit = soma.search("where is the kettle?")["memories"][0]
        self.assertEqual(hit.get("id"), "kettle")
        self.assertTrue(soma.delete(hit)["deleted"])
        self.assertIsNone(soma.find("@kettle"))

    def test_a_text_alone_is_a_memory_and_a_coordinate_is_a_key(self) -> None:
        soma = new_soma()
        stored = soma.store("The spare key hangs behind the door — 鍵")
        self.assertEqual(soma.get(stored)["payload"], {"text": "The spare key hangs behind the door — 鍵"})
        soma.store({}, coord=[1, 2.5])
        self.assertEqual(soma.get("1,2.5")["coordinate"], [1, 2.5])
        self.assertEqual([memory["coord"] for memory in soma.range([0, 0], [2, 3])], ["1.0,2.5"])

    def test_each_refusal_of_the_service_has_a_type_of_its_own(self) -> None:
        soma = new_soma()
        soma.store({}, id="a")
        with self.assertRaises(sm.NotFound) as missing:
            soma.get("@b")
        self.assertEqual(missing.exception.outcome, "not_applied")
        self.assertIsNotNone(missing.exception.request_id)
        with self.assertRaises(sm.BadRequest):
            soma.get("no coordinate")
        with self.assertRaises(sm.PreconditionFailed):
            soma.store({}, id="a", options=Options(if_none_match="*"))
        with self.assertRaises(sm.PreconditionFailed):
            soma.patch("@a", {"importance": 2}, options=Options(if_match=99))
        with self.assertRaises(sm.Validation) as wrong:
            soma.batch([{"payload": {}, "imporance": 3}])  # type: ignore
        self.assertIn("imporance", wrong.exception.fields[0]["loc"])
        soma.store({}, id="b", options=Options(idempotency_key="once"))
        with self.assertRaises(sm.Conflict):
            soma.store({}, id="c", options=Options(idempotency_key="once"))
        with self.assertRaises(sm.Forbidden):
            new_soma(token="wrong").store("x")
        with self.assertRaises(sm.Unauthorized):
            new_soma(token="").get("@a")

    def test_a_condition_that_holds_lets_the_write_pass(self) -> None:
        soma = new_soma()
        first = soma.store({"n": 1}, id="a", options=Options(if_none_match="*"))
        second = soma.store({"n": 2}, id="a", options=Options(if_match=first["seq"]))
        self.assertEqual(soma.get("@a", options=Options(min_seq=second["seq"]))["payload"], {"n": 2})

    def test_a_batch_is_stored_whole_or_not_at_all_and_many_memories_in_several(self) -> None:
        soma = new_soma()
        with self.assertRaises(sm.Validation):
            soma.batch([{"id": "c", "payload": {}}, {"id": "d", "payload": 3}])  # type: ignore
        self.assertIsNone(soma.find("@c"))
        items = [{"id": f"m-{i}", "payload": {"i": i}} for i in range(1500)]
        stored = soma.store_many(items, options=Options(idempotency_key="many"))  # type: ignore
        self.assertEqual(len(stored), 1500)
        self.assertEqual(soma.store_many(items, options=Options(idempotency_key="many")), stored)  # type: ignore

    def test_a_listing_goes_through_all_pages_filtered_and_in_order(self) -> None:
        soma = new_soma()
        soma.batch([{"id": f"m-{i}", "payload": {"even": i % 2 == 0}, "importance": i} for i in range(25)])
        listed = soma.list(limit=4, order="importance", desc=True, filters={"even": True})
        self.assertEqual([memory["importance"] for memory in listed], list(range(24, -1, -2)))

    def test_deleting_by_filter_counts_first_and_then_deletes(self) -> None:
        soma = new_soma()
        soma.batch([{"id": "a", "payload": {"kind": "old"}}, {"id": "b", "payload": {"kind": "new"}}])
        self.assertEqual(soma.delete_many(filters={"kind": "old"}, dry_run=True), {"deleted": 1})
        self.assertEqual(soma.delete_many(filters={"kind": "old"}), {"deleted": 1})
        self.assertEqual([memory.get("id") for memory in soma.list()], ["b"])

    def test_links_are_made_walked_and_removed(self) -> None:
        soma = new_soma()
        for name in "abc":
            soma.store({}, id=name)
        soma.link("@a", {"id": "b"}, link_type="knows", metadata={"since": 2020})
        soma.link("@b", "@c")
        self.assertEqual([(one.get("id"), one["metadata"]) for one in soma.neighbors("@a")["neighbors"]], [("b", {"since": 2020})])
        self.assertEqual(soma.path("@a", "@c")["path"], ["@a", "@b", "@c"])
        self.assertTrue(soma.unlink("@a", "@b", link_type="knows")["deleted"])
        self.assertFalse(soma.path("@a", "@c")["found"])

    def test_the_past_of_a_memory_is_listed_read_and_brought_back(self) -> None:
        soma = new_soma()
        first = soma.store({"colour": "red"}, id="door")
        soma.store({"colour": "green"}, id="door")
        self.assertEqual([version.get("payload") for version in soma.history("@door", limit=1)], [{"colour": "green"}, {"colour": "red"}])
        self.assertEqual(soma.get("@door", as_of=first["seq"])["payload"], {"colour": "red"})
        self.assertEqual(soma.revert("@door", version=1)["version"], 3)

    def test_concurrent_writers_lose_nothing(self) -> None:
        soma = new_soma()
        seqs: list[int] = []
        writers = [threading.Thread(target=lambda w=w: seqs.extend(soma.store({}, id=f"w-{w}-{i}")["seq"] for i in range(16))) for w in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual(sorted(seqs), list(range(1, 129)))
        self.assertEqual(len(list(soma.list(limit=50))), 128)

    def test_what_another_namespace_remembers_never_appears(self) -> None:
        ada, bob = new_soma(), new_soma()
        ada.store("canary-ada: the code is 4711", id="secret")
        bob.store("bob likes canaries and codes", id="note")
        seen = json.dumps([
            bob.search("canary-ada code 4711", top_k=100), list(bob.list()), bob.find("@secret"), str(bob.context("what is the code?")),
            list(bob.changes(follow=False)), bob.neighbors("@secret")])
        self.assertIn("bob likes", seen)
        self.assertNotIn("canary-ada", seen)

    def test_counts_health_and_the_environment(self) -> None:
        name = new_name()
        with mock.patch.dict(os.environ, {"SOMA_NAMESPACE": name}):
            sm.Soma().store("one", id="a")
        self.assertEqual(sm.Soma(namespace=name).get("@a")["payload"], {"text": "one"})
        self.assertGreaterEqual(sm.Soma().stats()["total_memories"], 1)
        self.assertTrue(sm.Soma().health()["healthy"])

    def test_an_expiry_of_never_holds_against_the_namespace_rule(self) -> None:
        soma = new_soma()
        soma.store({}, id="a")
        soma.namespaces.configure(soma.settings.namespace or "", {"ttl_seconds": 3600})
        soma.store({}, id="ends")
        soma.store({}, id="stays", expires_at="never")
        self.assertIsNotNone(soma.get("@ends")["expires_at"])
        self.assertIsNone(soma.get("@stays")["expires_at"])


class NamespaceTests(unittest.TestCase):
    def setUp(self) -> None:
        self.name = new_name()
        self.soma = sm.Soma(namespace=self.name)
        self.soma.batch([{"id": "a", "payload": {"text": "first"}}, {"id": "b", "payload": {"text": "second"}}])

    def test_namespaces_are_listed_configured_and_deleted(self) -> None:
        namespaces = self.soma.namespaces
        self.assertEqual([(one["name"], one["total"]) for one in namespaces.list(prefix=self.name)], [(self.name, 2)])
        self.assertEqual(namespaces.configure(self.name, {"max_memories": 10})["max_memories"], 10)
        self.assertEqual(namespaces.settings(self.name)["max_memories"], 10)
        self.assertTrue(namespaces.delete(self.name)["deleted"])
        self.assertEqual(list(self.soma.list()), [])

    def test_an_export_is_imported_and_a_fork_is_independent(self) -> None:
        copy, fork = new_name(), new_name()
        self.assertEqual(self.soma.namespaces.import_(copy, self.soma.namespaces.export(self.name))["memories"], 2)
        self.assertEqual(self.soma.within(copy).get("@b")["payload"], {"text": "second"})
        self.assertEqual(self.soma.namespaces.fork(self.name, fork)["memories"], 2)
        self.soma.within(fork).delete("@a")
        self.assertEqual(len(list(self.soma.list())), 2)

    def test_a_rewind_undoes_what_a_diff_shows(self) -> None:
        self.soma.store({"text": "changed"}, id="a")
        self.soma.store({}, id="c")
        differences = self.soma.namespaces.diff(self.name, from_=2, limit=1)
        self.assertEqual([(one["coord"], one["change"]) for one in differences], [("@a", "changed"), ("@c", "added")])
        self.assertEqual(self.soma.namespaces.rewind(self.name, 2, dry_run=True)["stored"], 1)
        self.soma.namespaces.rewind(self.name, 2)
        self.assertEqual(self.soma.get("@a")["payload"], {"text": "first"})

    def test_changes_up_to_now_end_filtered_ones_too(self) -> None:
        self.soma.link("@a", "@b")
        self.assertEqual([change["op"] for change in self.soma.changes(follow=False)], ["put", "put", "link"])
        self.assertEqual([change["seq"] for change in self.soma.changes(follow=False, ops=["link"])], [3])
        self.assertEqual([change["coord"] for change in self.soma.changes(follow=False, after=1, id_prefix="b", ops=["put"])], ["@b"])

    def test_a_feed_of_a_namespace_that_was_deleted_says_that_its_log_is_another_one(self) -> None:
        feed = self.soma.changes(follow=False)
        list(feed)
        self.soma.namespaces.delete(self.name)
        self.soma.store("new life")
        for follow in (False, True):
            with self.assertRaises(sm.LogReplaced):
                list(self.soma.changes(after=feed.after, log=feed.log, follow=follow))


class ContextTests(unittest.TestCase):
    def test_the_context_has_a_line_a_memory_with_date_and_key_most_relevant_first(self) -> None:
        soma = new_soma()
        soma.store({"text": "The kettle is in the\nblue cupboard", "timestamp": "2026-01-02T03:04:05Z"}, id="kettle")
        soma.store({"text": "The bike has a flat tyre", "speaker": "Ada", "timestamp": 1767409445}, id="bike")
        context = soma.context("where is the kettle?", min_relevance=0.3)
        self.assertEqual(str(context), "Memories, most relevant first (date, key, text):\n- [2026-01-02 03:04 @kettle] The kettle is in the blue cupboard")
        self.assertEqual(soma.context("the flat tyre of the bike", heading="", min_relevance=0.3).text, "- [2026-01-03 03:04 @bike] Ada: The bike has a flat tyre")

    def test_the_context_keeps_its_budget(self) -> None:
        soma = new_soma()
        self.assertEqual(soma.context("anything").text, "")
        soma.batch([{"id": f"tea-{i}", "payload": {"text": f"Tea number {i} {'is very green ' * (i % 5)}"}} for i in range(40)])
        for most in (30, 100, 400):
            context = soma.context("which tea is green?", most)
            self.assertLessEqual(len(context.text.encode()), most * 4)
            self.assertEqual(len(context.text.split("\n")), len(context.memories) + 1)
        self.assertLessEqual(len(soma.context("green tea", 60, count_tokens=lambda text: len(text.split())).text.split()), 60)
