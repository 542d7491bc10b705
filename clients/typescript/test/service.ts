import assert from "node:assert/strict";
import { Soma, type SomaSettings } from "soma-memory";

/** A client of the service under test, in a namespace that no other test uses. */
export function newSoma(settings: SomaSettings = {}): Soma {
  return new Soma({ namespace: `ts-${crypto.randomUUID()}`, ...settings });
}

export async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const one of all) collected.push(one);
  return collected;
}

/** Waits at most a minute. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Better vectors come some time after a put, and change the order that searches find. */
export const untilRefined = (soma: Soma) => until(async () => (await soma.search({ query: "kettle" })).refining === 0);
