// Connects the protocol's TypeScript clients to the service under test, by HTTP and by `soma mcp`.
//
//   SOMA_URL, SOMA_API_TOKEN    the service
//   SOMA_PROGRAM                soma.dll, for `soma mcp`
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import * as v2 from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { SOMA_URL, SOMA_API_TOKEN, SOMA_PROGRAM } = process.env;
const folder = mkdtempSync(join(tmpdir(), "soma-mcp-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const identity = { name: "soma-tests", version: "1.0.0" };
const libraries = {
  "v1 (2025-11-25)": { make: () => new ClientV1(identity), Http: HttpV1, Stdio: StdioV1 },
  "v2 (2025-11-25)": { make: () => new v2.Client(identity), Http: v2.StreamableHTTPClientTransport, Stdio: StdioV2 },
  "v2 (2026-07-28)": {
    make: () => new v2.Client(identity, { versionNegotiation: { mode: { pin: "2026-07-28" } } }),
    Http: v2.StreamableHTTPClientTransport,
    Stdio: StdioV2,
  },
};

/** Every library over every wire: `connect({ namespace, isGraph, token })` opens a connection. */
export const ways = Object.entries(libraries).flatMap(([name, library]) => [
  { name: `${name} over HTTP`, connect: (options) => open(library, http(library, options)) },
  { name: `${name} by soma mcp`, connect: (options) => openBeside(library, options) },
  { name: `${name} by soma mcp --url`, connect: (options) => open(library, stdio(library, options, ["--url", SOMA_URL])) },
]);

let made = 0;

/** A namespace that no other test uses. */
export const freshNamespace = (name) => `${name}-${process.pid}-${++made}`;

/** Calls a tool that must succeed. */
export async function call(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.notEqual(result.isError, true, `${name}: ${textOf(result)}`);
  return result;
}

/** Calls a tool that must be refused, and returns why. */
export async function refusal(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.equal(result.isError, true, `${name} was not refused: ${textOf(result)}`);
  return textOf(result);
}

export const textOf = (result) => result.content.map((block) => block.text).join("");

/** Starts `soma mcp` beside one that stays, as on a machine with several clients: only the first of them has to start the service. */
async function openBeside(library, options) {
  first ??= open(libraries["v1 (2025-11-25)"], stdio(libraries["v1 (2025-11-25)"], { namespace: "first" }));
  await first;
  return open(library, stdio(library, options));
}

let first;
after(async () => (await first)?.close());

async function open({ make }, transport) {
  const client = make();
  try {
    await client.connect(transport);
    return client;
  } catch (failure) {
    await transport.close();
    throw failure;
  }
}

function http({ Http }, { namespace, isGraph = false, token = SOMA_API_TOKEN }) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return new Http(new URL(`/mcp/${namespace}${isGraph ? "/graph" : ""}`, SOMA_URL), { requestInit: { headers } });
}

function stdio({ Stdio }, { namespace, isGraph = false, token = SOMA_API_TOKEN }, where = ["--data", folder]) {
  const args = [SOMA_PROGRAM, "mcp", "--namespace", namespace, ...(isGraph ? ["--toolset", "graph"] : []), ...where];
  return new Stdio({ command: "dotnet", args, env: { ...process.env, SOMA_API_TOKEN: token, SOMA_EMBEDDINGS: "fast" }, stderr: "ignore" });
}
