export interface ServerSentEvent {
  name: string;
  data: string;
  id?: string;
}

/** Reads server-sent events. An event that was cut off is left out. Throws if nothing, not even a comment, comes for `silenceMs`. */
export async function* readEvents(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event: ServerSentEvent = { name: "message", data: "" };
  try {
    while (true) {
      const { done, value } = await within(reader.read(), silenceMs);
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const raw of lines) {
        const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
        if (line !== "") {
          takeField(event, line);
          continue;
        }
        if (event.data !== "" || event.id !== undefined) yield event;
        event = { name: "message", data: "" };
      }
    }
  } finally {
    // Whoever leaves the loop early closes the connection.
    await reader.cancel().catch(() => undefined);
  }
}

function takeField(event: ServerSentEvent, line: string): void {
  const colon = line.indexOf(":");
  if (colon === 0) return;
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
  if (field === "event") event.name = value;
  else if (field === "id") event.id = value;
  else if (field === "data") event.data = event.data === "" ? value : `${event.data}\n${value}`;
}

function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came for ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
