"""The store on LangGraph's real base class where that is installed, else on a stand-in of its shape (tests/standin)."""
from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import os
import pathlib
import sys
import threading
import unittest
import urllib.request
from typing import Any
from unittest import mock

from .service import new_soma, wait_until_refined

if importlib.util.find_spec("langgraph") is None:
    sys.path.append(str(pathlib.Path(__file__).with_name("standin")))

from langgraph.store.base import BaseStore, GetOp, InvalidNamespaceError, PutOp, SearchOp  # noqa: E402
from soma_memory.langgraph import SomaStore  # noqa: E402


def new_store(**settings: Any) -> SomaStore:
    return SomaStore(new_soma(), **settings)


class LangGraphTests(unittest.TestCase):
    def test_it_is_a_store_put_get_overwrite_delete(self) -> None:
        store = new_store()
        self.assertIsInstance(store, BaseStore)
        store.put(("users", "ada"), "diet", {"text": "no nuts"})
        first = store.get(("users", "ada"), "diet")
        store.put(("users", "ada"), "diet", {"text": "no nuts, no milk"})
        second = store.get(("users", "ada"), "diet")
        self.assertEqual((second.namespace, second.key, second.value), (("users", "ada"), "diet", {"text": "no nuts, no milk"}))
        self.assertEqual(second.created_at, first.created_at)
        self.assertGreater(second.updated_at, first.updated_at)
        store.delete(("users", "ada"), "diet")
        self.assertIsNone(store.get(("users", "ada"), "diet"))

    def test_labels_and_keys_of_any_characters_and_length_are_told_apart(self) -> None:
        store = new_store()
        names = [(("a", "b"), "c"), (("a",), "b/c"), (("a/b",), "c"), (("a%2Fb",), "c"), (("ä", "日本"), "ключ 🗝\n"), (("x" * 600,), "y"), (("x" * 600,), "z")]
        for i, (namespace, key) in enumerate(names):
            store.put(namespace, key, {"i": i})
        self.assertEqual([store.get(*name).value for name in names], [{"i": i} for i in range(len(names))])
        self.assertEqual(len(store.search((), limit=100)), len(names))

    def test_an_item_has_the_id_and_the_prefixes_that_every_client_of_the_service_gives_it(self) -> None:
        soma = new_soma()
        store = SomaStore(soma)
        for row in json.loads((pathlib.Path(__file__).parents[2] / "langgraph-ids.json").read_text("utf-8")):
            store.put(tuple(row["namespace"]), row["key"], {})
            payload = soma.get("@" + row["id"]).get("payload", {})
            self.assertEqual((payload["prefixes"], next(iter(payload))), (row["prefixes"], "prefixes"))

    def test_the_services_own_paths_of_langgraph_read_what_the_store_has_put_and_the_store_what_they_have_put(self) -> None:
        soma = new_soma()
        store = SomaStore(soma)

        def call(method: str, target: str, body: Any = None) -> Any:
            headers = {"x-api-key": os.environ["SOMA_API_TOKEN"], "x-soma-namespace": soma.settings.namespace or "", "content-type": "application/json"}
            request = urllib.request.Request(f"{os.environ['SOMA_URL']}/store/{target}", json.dumps(body).encode() if body else None, headers, method=method)
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or b"null")

        store.put(("users", "ada (1)"), "it's", {"text": "no nuts"})
        call("PUT", "items", {"namespace": ["users", "ada (1)"], "key": "b", "value": {"text": "tea", "n": 1.5}, "index": None, "ttl": 60})
        self.assertEqual(call("GET", "items?namespace=users.ada%20(1)&key=it's")["value"], {"text": "no nuts"})
        self.assertEqual(store.get(("users", "ada (1)"), "b", refresh_ttl=True).value, {"text": "tea", "n": 1.5})
        theirs = call("POST", "items/search", {"namespace_prefix": ["users"], "query": "tea", "filter": None, "refresh_ttl": None})["items"]
        ours = store.search(("users",), query="tea")
        self.assertEqual(([item["key"] for item in theirs], [item.key for item in ours]), (["b", "it's"], ["b", "it's"]))
        self.assertGreater(theirs[0]["score"], 0)

    def test_a_prefix_ends_at_the_end_of_a_label(self) -> None:
        store = new_store()
        for i, namespace in enumerate([("user",), ("user", "x"), ("user2",)]):
            store.put(namespace, "k", {"n": i})
        self.assertEqual(sorted(item.value["n"] for item in store.search(("user",))), [0, 1])

    def test_namespaces_that_langgraph_refuses_are_refused(self) -> None:
        for namespace in ((), ("",), ("a.b",), ("langgraph",)):
            with self.assertRaises(InvalidNamespaceError):
                new_store().put(namespace, "k", {})

    def test_reads_of_a_batch_see_what_was_there_before_its_puts_and_the_last_put_wins(self) -> None:
        store = new_store()
        store.put(("a",), "k", {"n": 1})
        ops = [PutOp(("a",), "k", {"n": 2}), GetOp(("a",), "k"), PutOp(("a",), "k", {"n": 3}), SearchOp(("a",)), PutOp(("a",), "x", {}), PutOp(("a",), "x", None)]
        results = store.batch(ops)
        self.assertEqual([results[0], results[1].value, results[2], [item.value for item in results[3]]], [None, {"n": 1}, None, [{"n": 1}]])
        self.assertEqual(store.get(("a",), "k").value, {"n": 3})
        self.assertIsNone(store.get(("a",), "x"))

    def test_filters_are_decided_as_the_reference_decides_them(self) -> None:
        store = new_store()
        values: dict[str, dict[str, Any]] = {
            "1": {"n": 1, "s": "x", "b": True, "o": {"p": 1, "q": 2}}, "2": {"n": 2, "s": "y"}, "3": {"n": 3, "s": "x", "list": ["x"]}, "4": {"s": ["x"]},
            "5": {"s": "2026-01-01T00:00:00Z"}}
        for key, value in values.items():
            store.put(("d",), key, value)
        expected: list[tuple[dict[str, Any], str]] = [
            ({}, "12345"), ({"s": "x"}, "13"), ({"n": 1}, "1"), ({"n": {"$gt": 1}}, "23"), ({"n": {"$gte": 2, "$lt": 3}}, "2"), ({"s": {"$ne": "x"}}, "245"),
            ({"s": {"$eq": "y"}, "n": 2}, "2"), ({"o": {"p": 1}}, "1"), ({"list": ["x"]}, "3"), ({"s": "2026-01-01T01:00:00+01:00"}, ""), ({"missing": None}, "12345")]
        for filter, keys in expected:
            self.assertEqual("".join(sorted(item.key for item in store.search(("d",), filter=filter))), keys, filter)
        with self.assertRaises(ValueError):
            store.search(("d",), filter={"n": {"$near": 1}})

    def test_namespaces_are_listed_sorted_matched_and_truncated(self) -> None:
        store = new_store()
        for namespace in (("docs", "b", "c"), ("docs", "a"), ("notes", "b"), ("docs", "a")):
            store.put(namespace, "k", {})
        self.assertEqual(store.list_namespaces(), [("docs", "a"), ("docs", "b", "c"), ("notes", "b")])
        self.assertEqual(store.list_namespaces(prefix=("*", "b")), [("docs", "b", "c"), ("notes", "b")])
        self.assertEqual(store.list_namespaces(suffix=("b",)), [("notes", "b")])
        self.assertEqual(store.list_namespaces(max_depth=1, limit=1, offset=1), [("notes",)])

    def test_a_query_ranks_by_meaning_and_items_without_vectors_fill_up_the_rest_unscored(self) -> None:
        soma = new_soma()
        store = SomaStore(soma)
        store.put(("d",), "cat", {"text": "The cat sleeps on the sofa"})
        store.put(("d",), "tax", {"text": "The tax return is due in May"})
        store.put(("d",), "raw", {"text": "The cat is not indexed"}, False)
        store.put(("d",), "title", {"title": "Sleeping cats", "notes": [{"text": "numbers"}]}, ["title", "notes[*].text"])
        wait_until_refined(soma)
        found = store.search(("d",), query="a sleeping cat")
        self.assertEqual({item.key for item in found[:2]}, {"cat", "title"})
        self.assertEqual(({item.key for item in found}, next(item.score for item in found if item.key == "raw")), (set(("cat", "tax", "raw", "title")), None))
        self.assertEqual([item.key for item in store.search(("d",), query="a sleeping cat", limit=1, offset=1)], [found[1].key])

    def test_minutes_to_live_begin_anew_with_a_read_unless_it_says_otherwise(self) -> None:
        soma = new_soma()
        store = SomaStore(soma, ttl={"default_ttl": 60, "refresh_on_read": True})
        store.put(("a",), "k", {})
        ends = [soma.get("@store/a/k")["expires_at"]]
        for refresh in (False, None):
            store.get(("a",), "k", refresh_ttl=refresh)
            ends.append(soma.get("@store/a/k")["expires_at"])
        self.assertEqual(ends[0], ends[1])
        self.assertGreater(ends[2] or "", ends[1] or "")

    def test_concurrent_puts_lose_nothing(self) -> None:
        store = new_store()
        writers = [threading.Thread(target=store.put, args=(("w",), str(i), {"i": i})) for i in range(32)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual(len(store.search(("w",), limit=100)), 32)

    def test_it_is_asynchronous_too(self) -> None:
        store = new_store()

        async def run() -> Any:
            await asyncio.gather(*(store.aput(("a",), str(i), {"i": i}) for i in range(8)))
            return await store.aget(("a",), "3"), await store.abatch([SearchOp(("a",))])

        item, [found] = asyncio.run(run())
        self.assertEqual((item.value, len(found)), ({"i": 3}, 8))

    def test_without_langgraph_the_import_says_what_is_missing_and_the_rest_works(self) -> None:
        gone = {name: None for name in sys.modules if name == "langgraph" or name.startswith("langgraph.")}
        with mock.patch.dict(sys.modules, gone):
            sys.modules.pop("soma_memory.langgraph", None)
            with self.assertRaisesRegex(ImportError, "pip install langgraph-checkpoint"):
                importlib.import_module("soma_memory.langgraph")
