import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, cut, duration, excerptOf, parseExact, plural, pretty, showHidden, time } from '../src/text.ts';

test('Characters that turn or hide text are shown as escapes', () => {
  assert.equal(showHidden('a\u202eb\u200bc\u0007'), 'a\\u202eb\\u200bc\\u0007');
  assert.equal(showHidden('tab\tand\nline'), 'tab\tand\nline');
  assert.equal(pretty({ name: '\u2066x' }), '{\n  "name": "\\u2066x"\n}');
});

test('Numbers keep their digits where the platform can tell them, and are doubles elsewhere', () => {
  const isExact = 'rawJSON' in JSON;
  assert.equal(pretty(parseExact('{"n":9007199254740993,"x":1.0}')), isExact ? '{\n  "n": 9007199254740993,\n  "x": 1.0\n}' : '{\n  "n": 9007199254740992,\n  "x": 1\n}');
});

test('A memory is told by its text, or else by its JSON, in one line of bounded length', () => {
  assert.equal(excerptOf({ text: ' the\n kettle ' }), 'the kettle');
  assert.equal(excerptOf({ n: 1 }), '{"n":1}');
  assert.equal(excerptOf({ text: 'x'.repeat(5_000_000) }, 10), `${'x'.repeat(10)}…`);
  assert.equal(cut('short', 10), 'short');
});

test('Numbers, sizes and times are written for people', () => {
  assert.equal(plural(1, 'memory', 'memories'), '1 memory');
  assert.equal(plural(2000, 'memory', 'memories'), '2,000 memories');
  assert.equal(bytes(999), '999 B');
  assert.equal(bytes(1_500_000), '1.5 MB');
  assert.equal(time('2026-11-29T10:25:13.123456Z'), '2026-11-29 10:25:13');
  assert.equal(time(null), '–');
  assert.equal(duration(7200), '2 h');
  assert.equal(duration(0.0025), '2.50 ms');
});
