import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionLost, Forbidden } from "soma-memory";
import { Proxy } from "./proxy.js";
import { collect, newSoma } from "./service.js";

test("A key is made for one namespace, used, rotated and revoked", async () => {
  const root = newSoma();
  const name = `ts-${crypto.randomUUID()}`;
  const made = await root.keys.make({ name: "agent", namespaces: [name], scopes: ["read", "write"] });
  const agent = newSoma({ namespace: name, token: made.key! });
  assert.equal((await agent.whoami()).id, made.id);
  await agent.store({ id: "a", payload: {} });
  const [change] = await collect(agent.changes({ follow: false }));
  assert.match(change!.by, /agent/);
  await assert.rejects(agent.within("another").store("x"), Forbidden);
  await assert.rejects(agent.namespaces.delete(name), Forbidden);
  const rotated = await root.keys.rotate(made.id, 0);
  assert.equal((await newSoma({ namespace: name, token: rotated.key! }).whoami()).id, made.id);
  assert.ok((await collect(root.keys.list({ limit: 1 }))).some((key) => key.id === made.id && key.key === undefined));
  assert.equal((await root.keys.revoke(made.id)).revoked, true);
});

test("A key whose answer was lost is not made a second time", async () => {
  const proxy = await Proxy.start();
  proxy.faults.push("cut");
  await assert.rejects(newSoma({ url: proxy.url }).keys.make({ name: "lost", namespaces: ["*"], scopes: ["read"] }), ConnectionLost);
  assert.equal(proxy.seen.length, 1);
  proxy.stop();
});
