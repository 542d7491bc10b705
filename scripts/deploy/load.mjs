// Sends requests to a running service, for the drills of scripts/deploy/stack.sh. It only needs Node 18.
//
//   node load.mjs run    --url U --token T --out FILE [--seconds 30] [--rate 20] [--spaces 12]
//       Stores, reads and searches in turn, at a steady rate, in several namespaces, until --seconds are over or SIGTERM
//       arrives. The read and the search after a store must find its memory. Each acknowledged memory is a line of FILE. Prints
//       a summary. The exit status is 1 if a request failed or an answer was wrong.
//   node load.mjs fill   --url U --token T --out FILE [--memories 2000] [--spaces 12]
//       Fills the namespaces by batches, links, overwrites and deletes, so that a backup has something to contain.
//   node load.mjs verify --url U --token T --out FILE
//       Reads every acknowledged memory of FILE. The exit status is 1 if one is missing or differs.
//   node load.mjs dump   --url U --token T --out FILE [--spaces 12]
//       Writes everything that the API shows of the namespaces, in a fixed order, so that two dumps can be compared byte by byte.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

const [command, ...rest] = process.argv.slice(2);
const options = Object.fromEntries(rest.flatMap((word, i) => (word.startsWith('--') ? [[word.slice(2), rest[i + 1]]] : [])));
const number = (name, otherwise) => Number(options[name] ?? otherwise);
const { url, token, out } = options;
if (!url || !token || !out) {
  console.error('load.mjs: needs --url, --token and --out');
  process.exit(2);
}

const spaces = Array.from({ length: number('spaces', 12) }, (_, i) => `drill-${i}`);
const words = ['kettle', 'lantern', 'harbour', 'violin', 'orchard', 'glacier', 'compass', 'saffron', 'thicket', 'meadow'];
const text = n => `Note ${n}: the ${words[n % 10]} stands beside the ${words[(n * 7 + 3) % 10]} in room ${n % 97}`;
const coord = n => `${n},${n % 13}.5`;
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function ask(space, method, path, body, headers = {}) {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      Authorization: `Bearer ${token}`, 'X-Soma-Namespace': space, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers,
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} in ${space}: ${response.status} ${answer.slice(0, 300)}`);
  return JSON.parse(answer);
}

async function run() {
  const from = Date.now();
  const until = from + number('seconds', 30) * 1000;
  const between = 1000 / number('rate', 20);
  const seen = { stores: 0, reads: 0, searches: 0, failures: [], slowest: 0 };
  let stopping = false;
  process.on('SIGTERM', () => { stopping = true; });

  // A store promises that the next read and the next search find the memory.
  async function once(n) {
    const space = spaces[n % spaces.length];
    const payload = { text: text(n), n };
    const started = Date.now();
    try {
      const stored = await ask(space, 'POST', '/memories', { coord: coord(n), payload }, { 'Idempotency-Key': `drill-${from}-${n}` });
      appendFileSync(out, JSON.stringify({ space, coord: stored.coord, payload }) + '\n');
      seen.stores++;
      const read = await ask(space, 'GET', `/memories/${coord(n)}`);
      if (JSON.stringify(read.memory.payload) !== JSON.stringify(payload)) throw new Error(`${coord(n)} in ${space} was read as ${JSON.stringify(read.memory)}`);
      seen.reads++;
      const found = await ask(space, 'POST', '/memories/search', { query: `"note ${n}"`, mode: 'keyword', top_k: 3 });
      if (!found.degraded && !found.memories.some(memory => memory.coord === stored.coord)) throw new Error(`a search in ${space} does not find ${coord(n)}`);
      seen.searches++;
    } catch (failure) {
      seen.failures.push(`${new Date().toISOString()} ${failure.cause?.code ?? ''} ${failure.message}`);
    }
    seen.slowest = Math.max(seen.slowest, Date.now() - started);
  }

  // Requests are sent at fixed times (open loop). If the clients waited for answers, they would send less during a pause of the
  // service, and the pause would not be noticed.
  const running = new Set();
  for (let n = 0; !stopping && Date.now() < until; n++) {
    const one = once(from % 1_000_000_000 + n).finally(() => running.delete(one));
    running.add(one);
    await pause(Math.max(0, from + (n + 1) * between - Date.now()));
  }
  await Promise.all(running);
  seen.failures.slice(0, 10).forEach(failure => console.error(`  ${failure}`));
  console.log(`${seen.stores} stored, ${seen.reads} read, ${seen.searches} searched, ${seen.failures.length} failed, slowest round ${seen.slowest} ms`);
  return seen.failures.length === 0 && seen.stores > 0;
}

async function fill() {
  const each = Math.ceil(number('memories', 2000) / spaces.length);
  for (const [s, space] of spaces.entries()) {
    for (let at = 0; at < each; at += 200) {
      const items = Array.from({ length: Math.min(200, each - at) }, (_, i) => {
        const n = at + i;
        return { coord: coord(n), payload: { text: text(n), n, deep: { space, list: [n, null, 1.5, 'é'] } }, memory_type: n % 3 ? 'episodic' : 'semantic', importance: (n % 10) / 10 };
      });
      await ask(space, 'POST', '/memories/batch', { items });
    }
    for (let n = 0; n < each; n += 10) await ask(space, 'POST', '/graph/link', { from_coord: coord(n), to_coord: coord((n + 1) % each), link_type: 'next', strength: 0.5 });
    for (let n = 0; n < each; n += 25) await ask(space, 'PATCH', `/memories/${coord(n)}`, { payload: { changed: s } });
    for (let n = 7; n < each; n += 50) await ask(space, 'DELETE', `/memories/${coord(n)}`);
    await ask(space, 'POST', '/memories', { coord: '9,9,9', payload: { text: 'brought' }, embedding: [0.6, 0.8, 0] });
  }
  console.log(`${each} memories in each of ${spaces.length} namespaces`);
  return true;
}

async function verify() {
  const rows = readFileSync(out, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line));
  let wrong = 0;
  for (let at = 0; at < rows.length; at += 16) {
    await Promise.all(rows.slice(at, at + 16).map(async row => {
      const { memory } = await ask(row.space, 'GET', `/memories/${row.coord}`).catch(failure => ({ memory: failure.message }));
      if (JSON.stringify(memory?.payload) === JSON.stringify(row.payload)) return;
      wrong++;
      console.error(`  ${row.space} ${row.coord}: ${JSON.stringify(memory)}`);
    }));
  }
  console.log(`${rows.length} acknowledged memories, ${wrong} missing or different`);
  return rows.length > 0 && wrong === 0;
}

async function dump() {
  const lines = [];
  for (const space of spaces) {
    let cursor;
    const coords = [];
    // The dump contains embedding_source, which changes until the sentence model has embedded every memory.
    await settled(space, { query: words[0], top_k: 1 });
    do {
      const page = await ask(space, 'GET', `/memories?limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      for (const { access_count: _, ...memory } of page.memories) {
        lines.push(JSON.stringify({ space, ...memory }));
        coords.push(memory.coord);
      }
      cursor = page.next_cursor;
    } while (cursor);
    for (const one of coords.filter((_, i) => i % 10 === 0)) {
      lines.push(JSON.stringify({ space, one, ...(await ask(space, 'GET', `/graph/neighbors?coord=${one}&limit=100&direction=both`)) }));
    }
    for (const query of words) {
      const { memories, degraded } = await settled(space, { query: `where is the ${query}`, top_k: 20 });
      lines.push(JSON.stringify({ space, query, degraded, hits: memories.map(({ coord, score, seq }) => ({ coord, score: score.toFixed(5), seq })) }));
    }
    const { memories } = await ask(space, 'POST', '/memories/search', { query: '', embedding: [0.6, 0.8, 0], top_k: 3 });
    lines.push(JSON.stringify({ space, brought: memories.map(({ coord, score }) => ({ coord, score: score.toFixed(5) })) }));
  }
  writeFileSync(out, lines.join('\n') + '\n');
  console.log(`${lines.length} lines`);
  return lines.length > 0;
}

// Waits for the sentence model: while its vectors replace the first vectors, scores still change.
async function settled(space, query) {
  const until = Date.now() + 300_000;
  for (;;) {
    const answer = await ask(space, 'POST', '/memories/search', query);
    if (!answer.refining && !answer.degraded) return answer;
    if (Date.now() > until) throw new Error(`${space} is still being refined or loaded after 5 minutes`);
    await pause(500);
  }
}

const commands = { run, fill, verify, dump };
if (!commands[command]) {
  console.error(`load.mjs: what is '${command}'? One of ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
process.exit((await commands[command]()) ? 0 : 1);
