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
