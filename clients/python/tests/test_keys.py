from __future__ import annotations

import unittest

import soma_memory as sm

from .proxy import Proxy
from .service import new_name, new_soma


class KeyTests(unittest.TestCase):
    def test_a_key_is_made_for_one_namespace_used_rotated_and_revoked(self) -> None:
        root, name = new_soma(), new_name()
        made = root.keys.make("agent", namespaces=[name], scopes=["read", "write"])
        agent = sm.Soma(token=made.get("key"), namespace=name)
        self.assertEqual(agent.whoami()["id"], made["id"])
        agent.store({}, id="a")
        self.assertIn("agent", next(iter(agent.changes(follow=False)))["by"])
        with self.assertRaises(sm.Forbidden):
            agent.within("another").store("x")
        with self.assertRaises(sm.Forbidden):
            agent.namespaces.delete(name)
        rotated = root.keys.rotate(made["id"], 0)
        self.assertEqual(sm.Soma(token=rotated.get("key"), namespace=name).whoami()["id"], made["id"])
        self.assertIn(made["id"], [key["id"] for key in root.keys.list(limit=1) if "key" not in key])
        self.assertTrue(root.keys.revoke(made["id"])["revoked"])

    def test_a_key_whose_answer_was_lost_is_not_made_a_second_time(self) -> None:
        proxy = Proxy()
        self.addCleanup(proxy.stop)
        proxy.faults += ["cut"]
        with self.assertRaises(sm.ConnectionLost):
            new_soma(proxy.url).keys.make("lost", namespaces=["*"], scopes=["read"])
        self.assertEqual(len(proxy.seen), 1)
