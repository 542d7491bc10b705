import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const most = 200_000;

interface Entry {
  file: string;
  css?: string[];
  imports?: string[];
}

test('What the first view loads is at most 200 kB compressed', () => {
  const dist = process.env['SOMA_UI_DIST'] ?? 'dist';
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Record<string, Entry>;
  const files = new Set(['index.html']);
  const follow = (name: string): void => {
    const entry = manifest[name]!;
    files.add(entry.file);
    entry.css?.forEach(file => files.add(file));
    entry.imports?.forEach(follow);
  };
  follow('index.html');
  assert.ok(files.size >= 3, [...files].join());
  const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
  assert.ok(size <= most, `${size} bytes`);
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|https?:/, 'the document holds no script, style or address of its own');
});
