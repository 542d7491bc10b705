/** What a page has measured since it was opened: nothing keeps older figures where a browser could ask for them. */

const mostKept = 720;

export interface Samples<T> {
  times: number[];
  seen: T[];
}

export const none = <T>(): Samples<T> => ({ times: [], seen: [] });

/** Adds what was seen at a time in milliseconds, and drops the oldest beyond an hour of one sample every five seconds. */
export function add<T>(samples: Samples<T>, at: number, seen: T): Samples<T> {
  return { times: [...samples.times, at / 1000].slice(-mostKept), seen: [...samples.seen, seen].slice(-mostKept) };
}

/** How fast a counter grew between each sample and the one before, in `seconds`; null where it is not known or began anew. */
export function rates<T>(samples: Samples<T>, read: (seen: T) => number | null, seconds = 1): (number | null)[] {
  return samples.seen.map((seen, i) => {
    const [before, now] = [i > 0 ? read(samples.seen[i - 1]!) : null, read(seen)];
    const passed = i > 0 ? samples.times[i]! - samples.times[i - 1]! : 0;
    return before === null || now === null || now < before || passed <= 0 ? null : ((now - before) / passed) * seconds;
  });
}
