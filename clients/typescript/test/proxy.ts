import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the proxy does with one request: `cut` sends it to the service, waits for the answer, and breaks the connection instead of passing it on. */
export type Fault = "cut" | "hang" | { status: number; headers?: Record<string, string> };

/** Stands between the client and the service, and spoils the requests for which it has a fault. */
export class Proxy {
  readonly faults: Fault[] = [];
  /** The requests that arrived, oldest first. */
  readonly seen: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
  private readonly streams = new Set<ServerResponse>();

  private constructor(private readonly server: Server, private readonly service: string) {}

  static async start(): Promise<Proxy> {
    const server = createServer((request, response) => void proxy.pass(request, response));
    const proxy = new Proxy(server, process.env["SOMA_URL"]!);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cutStreams(): void {
    for (const stream of this.streams) stream.socket?.destroy();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.seen.push({ method: request.method!, path: request.url!, headers: request.headers });
    const fault = this.faults.shift();
    if (fault === "hang") return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (typeof fault === "object") {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers as Record<string, string>;
    const leaving = new AbortController();
    response.on("close", () => leaving.abort());
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    try {
      const answer = await fetch(this.service + request.url, { method: request.method, headers, body, signal: leaving.signal });
      if (fault === "cut") {
        await answer.arrayBuffer();
        response.socket?.destroy();
        return;
      }
      response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => !/^(content-length|transfer-encoding|connection)$/.test(name))));
      response.flushHeaders();
      this.streams.add(response);
      for await (const chunk of answer.body ?? []) response.write(chunk);
      response.end();
    } catch {
      response.destroy();
    } finally {
      this.streams.delete(response);
    }
  }
}
