// The documentation as a site. The pages stay where GitHub shows them: everything that Markdown there cannot say is decided here.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { sidebar } from './sidebar.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const pages = new Set(sidebar.flatMap(group => group.pages.map(([file]) => file)));

/** Under which address a page of the repository stands: docs/ is the root, and a README is the index of its folder. */
const placeOf = (file: string): string =>
  file === 'README.md' ? 'overview.md' : file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');

/** Files of the repository that pages link to, such as examples and licences. The site holds copies, so that no link leaves it. */
const linked = new Set<string>();

/** Leads a relative link to the page that it names, or to the copy of a file. Anything else is left for the check of dead links. */
function follow(href: string, from: string): string {
  if (/^([a-z]+:|#|\/)/i.test(href)) {
    return href;
  }

  const [path = '', anchor] = href.split('#');
  const file = posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(path)));
  if (pages.has(file)) {
    return `/${placeOf(file)}${anchor ? `#${anchor}` : ''}`;
  }

  if (file.endsWith('.md') || !existsSync(join(repository, file)) || !statSync(join(repository, file)).isFile()) {
    throw new Error(`${from}: ${href} is no page of the site (site/.vitepress/sidebar.ts) and no file of the repository`);
  }

  linked.add(file);
  return `/files/${file}.txt`;
}

export default defineConfig({
  title: 'Soma',
  description: 'A memory service for AI agents',
  lang: 'en',
  // No icon, rather than a request for one that is not there.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: '..',
  outDir: 'dist',
  base: process.env['SOMA_SITE_BASE'] || '/',
  // Only the pages of the sidebar: a page that nobody is led to is not published.
  srcExclude: ['{src,bench,tests,models,deploy,ui,site,scripts,soma-data,TestResults}/**', '**/{bin,obj,built,dist,build}/**'],
  rewrites: file => placeOf(file),
  transformPageData(page) {
    if (!pages.has(page.filePath)) {
      throw new Error(`${page.filePath} is not in site/.vitepress/sidebar.ts`);
    }
  },
  // Said in sentences and in shells, not followed.
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    // As GitHub names headings, so that a link to one works in both places. scripts/deploy/links.mjs checks them by the same rule.
    anchor: { slugify: heading => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-') },
    config(md) {
      md.core.ruler.push('links_of_the_repository', state => {
        for (const token of state.tokens.flatMap(one => one.children ?? [])) {
          if (token.type === 'link_open') {
            token.attrSet('href', follow(token.attrGet('href') ?? '', posix.relative(repository, state.env.realPath ?? state.env.path)));
          }
        }
      });
      // Fences in a row with a title each, such as ```sh [curl], are tabs, and so are the answers behind them. GitHub shows them one after the other.
      md.core.ruler.push('tabs', state => {
        const kindOf = (i: number): string | undefined => {
          const [, language] = (state.tokens[i]?.type === 'fence' && /^(\w+) \[.+\]/.exec(state.tokens[i]!.info)) || [];
          return language && (/^(json|text)$/.test(language) ? 'answers' : 'programs');
        };
        const tabs = (type: string, nesting: 1 | -1) => Object.assign(new state.Token(type, 'div', nesting), { block: true });
        state.tokens = state.tokens.flatMap((token, i) => [
          ...(kindOf(i) && kindOf(i) !== kindOf(i - 1) ? [tabs('container_code-group_open', 1)] : []),
          token,
          ...(kindOf(i) && kindOf(i) !== kindOf(i + 1) ? [tabs('container_code-group_close', -1)] : []),
        ]);
      });
    },
  },
  buildEnd(site) {
    for (const file of linked) {
      const copy = join(site.outDir, 'files', `${file}.txt`);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(join(repository, file), copy);
    }
  },
  vite: {
    plugins: [{
      // Pages lie above this folder, from where its packages are not found. The server's bundle, which makes the HTML, loads Vue from here.
      name: 'vue_for_pages',
      enforce: 'pre',
      resolveId: (id, _, { ssr } = {}) => (ssr && /^vue(\/server-renderer)?$/.test(id) ? { id, external: true } : null),
    }],
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: sidebar.map(group => ({
      text: group.text,
      items: group.pages.map(([file, text]) => ({ text, link: `/${placeOf(file).replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}` })),
    })),
  },
});
