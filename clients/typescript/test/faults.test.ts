import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { ConnectionLost, DeadlinePassed, QuotaExceeded, RateLimited, Unavailable } from "soma-memory";
import { Proxy } from "./proxy.js";
import { collect, newSoma } from "./service.js";

let proxy: Proxy;
before(async () => (proxy = await Proxy.start()));
after(() => proxy.stop());
beforeEach(() => (proxy.seen.length = proxy.faults.length = 0));

const newBehindProxy = (settings = {}) => newSoma({ url: proxy.url, ...settings });

test("A retry after a lost answer applies the write once, under one key", async () => {
  const soma = newBehindProxy();
  proxy.faults.push("cut", "cut");
  const stored = await soma.store({ payload: { text: "once" } });
  assert.equal(stored.seq, 1);
  assert.equal((await collect(soma.list())).length, 1);
  const keys = proxy.seen.filter((one) => one.method === "POST").map((one) => one.headers["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
});

test("A service that is busy is asked again, not before it says", async () => {
  const soma = newBehindProxy();
  proxy.faults.push({ status: 503, headers: { "retry-after": "0" } }, { status: 502 }, { status: 429, headers: { "retry-after": "0" } }, { status: 504 });
  await soma.store("after all");
  assert.equal(proxy.seen.length, 5);
});

test("A wait that is longer than the deadline is not begun", async () => {
  proxy.faults.push({ status: 429, headers: { "retry-after": "3600" } });
  await assert.rejects(newBehindProxy().store("x"), (error: RateLimited) => error instanceof RateLimited && error.retryAfterMs === 3_600_000);
  assert.equal(proxy.seen.length, 1);
});

test("What is refused is not sent again", async () => {
  proxy.faults.push({ status: 500 });
  await assert.rejects(newBehindProxy().store("x"));
  assert.equal(proxy.seen.length, 1);
});

test("A write beyond a quota is refused and nothing of it is applied", async () => {
  const namespace = `ts-${crypto.randomUUID()}`;
  const soma = newBehindProxy({ namespace });
  await soma.namespaces.configure(namespace, { quota_memories: 1 });
  await soma.store("the first");
  await assert.rejects(soma.store("the second"), (error: QuotaExceeded) =>
    error instanceof QuotaExceeded && error.status === 507 && error.outcome === "not_applied" && error.message.includes("quota"));
  assert.equal(proxy.seen.filter((one) => one.method === "POST").length, 2);
  // Not the service's: nobody promises anything.
  proxy.faults.push({ status: 507 });
  await assert.rejects(soma.store("the third"), (error: QuotaExceeded) => error.outcome === "unknown");
});

test("A write whose answer never came says that its outcome is unknown, and its key tells", async () => {
  const soma = newBehindProxy({ retries: 0 });
  proxy.faults.push("cut");
  const failure = await soma.store({ id: "a", payload: {} }).then(() => assert.fail(), (error: ConnectionLost) => error);
  assert.ok(failure instanceof ConnectionLost);
  assert.equal(failure.outcome, "unknown");
  const again = await soma.store({ id: "a", payload: {} }, { idempotencyKey: failure.idempotencyKey! });
  assert.equal(again.version, 1);
});

test("A refusal after a lost answer is still unknown", async () => {
  proxy.faults.push("cut", { status: 503 });
  await assert.rejects(newBehindProxy({ retries: 1 }).store("x"), (error: Unavailable) => error.outcome === "unknown");
});

test("A service that cannot be reached has applied nothing", async () => {
  const gone = await Proxy.start();
  const { url } = gone;
  gone.stop();
  const soma = newSoma({ url, retries: 1 });
  await assert.rejects(soma.store("x"), (error: Unavailable) => error instanceof Unavailable && error.outcome === "not_applied");
});

test("A deadline ends a call that hangs", async () => {
  proxy.faults.push("hang", "hang");
  const soma = newBehindProxy();
  await assert.rejects(soma.store("x", { timeoutMs: 100 }), (error: DeadlinePassed) => error instanceof DeadlinePassed && error.outcome === "unknown");
  await assert.rejects(soma.get("@x", {}, { timeoutMs: 100 }), (error: DeadlinePassed) => error.outcome === "not_applied");
});

test("A signal ends a call that hangs, with the signal's own reason", async () => {
  proxy.faults.push("hang");
  const abort = new AbortController();
  const call = newBehindProxy().store("x", { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assert.rejects(call, /enough/);
});

test("A signal ends the wait between two attempts", async () => {
  proxy.faults.push({ status: 503, headers: { "retry-after": "30" } });
  const abort = new AbortController();
  const call = newBehindProxy().store("x", { signal: abort.signal });
  const ended = assert.rejects(call, /enough/);
  while (proxy.seen.length === 0) await new Promise((next) => setImmediate(next));
  abort.abort(new Error("enough"));
  await ended;
});

test("The trace of the moment, own headers and a token from a function go with every attempt", async () => {
  let traces = 0;
  const soma = newBehindProxy({
    token: () => Promise.resolve(process.env["SOMA_API_TOKEN"]!),
    trace: () => ({ traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b${++traces}-01` }),
  });
  proxy.faults.push({ status: 503 });
  await soma.store("x", { headers: { "x-request-id": "mine" } });
  assert.deepEqual(proxy.seen.map((one) => one.headers["traceparent"]?.slice(-5)), ["b1-01", "b2-01"]);
  assert.deepEqual(proxy.seen.map((one) => one.headers["x-request-id"]), ["mine", "mine"]);
});

test("A stream of changes goes on after a cut, without a gap and without a repetition", async () => {
  const soma = newBehindProxy();
  await soma.batch([{ id: "a", payload: {} }, { id: "b", payload: {} }]);
  const seen: string[] = [];
  for await (const change of soma.changes()) {
    seen.push(change.coord);
    if (seen.length === 2) {
      proxy.cutStreams();
      await soma.batch([{ id: "c", payload: {} }, { id: "d", payload: {} }]);
    }
    if (seen.length === 4) break;
  }
  assert.deepEqual(seen, ["@a", "@b", "@c", "@d"]);
  const places = proxy.seen.filter((one) => one.path.startsWith("/changes")).map((one) => one.headers["last-event-id"]);
  assert.deepEqual(places, ["0", "2"]);
});

test("A silent stream is opened again", async () => {
  const soma = newBehindProxy();
  await soma.store({ id: "a", payload: {} });
  const feed = soma.changes({ silenceMs: 500 });
  const changes = feed[Symbol.asyncIterator]();
  assert.equal((await changes.next()).value?.coord, "@a");
  const next = changes.next();
  while (proxy.seen.filter((one) => one.path.startsWith("/changes")).length < 2) await new Promise((again) => setImmediate(again));
  await soma.store({ id: "b", payload: {} });
  assert.equal((await next).value?.coord, "@b");
  await changes.return?.(undefined);
});
