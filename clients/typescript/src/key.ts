/**
 * Names a memory: the text that answers call `coord` (`"@kettle"` for the id `kettle`, `"1.0,2.0"` for a coordinate), the numbers of a
 * coordinate, or anything that has a `coord` or an `id`, such as a hit.
 */
export type Key = string | readonly number[] | { coord: string } | { id: string };

export function keyText(key: Key): string {
  if (typeof key === "string") return key;
  if ("coord" in key) return key.coord;
  if ("id" in key) return `@${key.id}`;
  return key.join(",");
}
