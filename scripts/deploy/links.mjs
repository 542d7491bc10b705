// Checks the links in Markdown files: a relative link must lead to a file of the repository, and an anchor to a heading. Links to
// other sites are not checked, so it needs no network.
//
//   node scripts/deploy/links.mjs
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' }).split('\n').filter(Boolean);
const prose = file => readFileSync(file, 'utf8').replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ' '));

// The anchor that GitHub gives to a heading. The second heading of the same name gets "-1".
function anchors(file) {
  const seen = new Map();
  return new Set([...prose(file).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading]) => {
    const name = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count ? `${name}-${count}` : name;
  }));
}

let links = 0;
const dead = [];
for (const file of files) {
  for (const [, target] of prose(file).matchAll(/\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
    if (/^(https?|mailto):/.test(target)) continue;
    links++;
    const [path, anchor] = target.split('#');
    const found = path ? normalize(join(path.startsWith('/') ? '.' : dirname(file), decodeURIComponent(path))) : file;
    if (!existsSync(found)) dead.push(`${file}: ${target} is not there`);
    else if (anchor && statSync(found).isFile() && !anchors(found).has(anchor)) dead.push(`${file}: ${target}: no such heading`);
  }
}
dead.forEach(line => console.error(line));
console.log(`${links} links in ${files.length} files, ${dead.length} dead`);
process.exit(dead.length || !links ? 1 : 0);
