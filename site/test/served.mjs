// Serves the built site to the tests as any server of static files does.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = fileURLToPath(new URL('../dist', import.meta.url));
export const base = process.env.SOMA_SITE_BASE || '/';
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png', '.json': 'application/json', '.txt': 'text/plain', '.svg': 'image/svg+xml' };

/** The file that the site shows under a path; null: there is none. */
export function fileOf(path) {
  if (!path.startsWith(base)) {
    return null;
  }

  const file = join(folder, normalize(`/${decodeURIComponent(path.slice(base.length))}`));
  const found = [file, join(file, 'index.html')].find(one => existsSync(one) && statSync(one).isFile());
  return found ?? null;
}

export async function serve() {
  const server = createServer((request, response) => {
    const file = fileOf(new URL(request.url, 'http://site').pathname);
    response.writeHead(file ? 200 : 404, { 'Content-Type': `${types[extname(file ?? '')] ?? 'application/octet-stream'}; charset=utf-8` });
    file ? createReadStream(file).pipe(response) : response.end();
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
