import { render, type JSX } from 'preact';
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { waitingUntil } from './api.ts';
import { MomentBar } from './Moment.tsx';
import { addressOf, followAddress, namespace, place, tenant } from './route.ts';
import { caller, isAdmin, may, resume, signOut } from './session.ts';
import { Feed } from './pages/Feed.tsx';
import { Links } from './pages/Links.tsx';
import { Map } from './pages/Map.tsx';
import { Memories } from './pages/Memories.tsx';
import { Memory } from './pages/Memory.tsx';
import { Namespaces } from './pages/Namespaces.tsx';
import { Operators } from './pages/Operators.tsx';
import { Overview } from './pages/Overview.tsx';
import { Past } from './pages/Past.tsx';
import { Search } from './pages/Search.tsx';
import { SignIn } from './pages/SignIn.tsx';
import './style.css';

interface Page {
  title: string;
  view: () => JSX.Element;
  /** Shown in the menu of a namespace. */
  isListed?: boolean;
  needsNamespace?: boolean;
  needsAdmin?: boolean;
}

const pages: Record<string, Page> = {
  namespaces: { title: 'Namespaces', view: Namespaces },
  overview: { title: 'Overview', view: Overview, needsNamespace: true, isListed: true, needsAdmin: true },
  memories: { title: 'Memories', view: Memories, needsNamespace: true, isListed: true },
  search: { title: 'Search', view: Search, needsNamespace: true, isListed: true },
  map: { title: 'Map', view: Map, needsNamespace: true, isListed: true },
  changes: { title: 'Changes', view: Feed, needsNamespace: true, isListed: true },
  past: { title: 'Past', view: Past, needsNamespace: true, isListed: true, needsAdmin: true },
  memory: { title: 'Memory', view: Memory, needsNamespace: true },
  links: { title: 'Links', view: Links, needsNamespace: true },
  service: { title: 'Service', view: Operators },
};

const isReady = signal(false);

function App() {
  const { page: name, params } = place.value;
  const page = pages[name];
  useEffect(() => {
    document.title = [page?.title, namespace.value, 'Soma explorer'].filter(Boolean).join(' · ');
  }, [name, namespace.value]);
  if (!isReady.value) {
    return <p class="start" role="status">Loading…</p>;
  }

  return (
    <>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
        <a class="brand" href={addressOf('namespaces', { ns: '', at: '' })}>Soma</a>
        {caller.value && <Menu name={name} />}
        <span class="spacer" />
        <ThemeSwitch />
        {caller.value && (
          <span class="who">
            <bdi title={`May: ${caller.value.scopes.join(', ')}`}>{caller.value.by}</bdi> <button type="button" onClick={() => signOut()}>Sign out</button>
          </span>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        <Waiting />
        {!caller.value && <SignIn />}
        {caller.value && page?.needsNamespace && namespace.value && <MomentBar key={`${tenant.value}/${namespace.value}`} />}
        {caller.value && <Content key={name === 'memory' ? params.get('key') : name} page={page} />}
      </main>
    </>
  );
}

function Content({ page }: { page: Page | undefined }) {
  if (!page) {
    return <p>The explorer has no such page. <a href={addressOf('namespaces')}>Go to the namespaces</a></p>;
  }

  if (page.needsNamespace && !namespace.value) {
    return <p>No namespace is chosen. <a href={addressOf('namespaces')}>Choose one</a></p>;
  }

  if (page.needsNamespace && !may('read')) {
    return <p>This key lacks the scope <code>read</code>, so the service shows it no memories.</p>;
  }

  if (page.needsAdmin && !isAdmin.value) {
    return <p>This needs a key with the scope <code>admin</code>.</p>;
  }

  const View = page.view;
  return <View />;
}

function Menu({ name }: { name: string }) {
  const listed = Object.entries(pages).filter(([, page]) => page.isListed && (!page.needsAdmin || isAdmin.value));
  return (
    <nav aria-label="Pages">
      <a href={addressOf('namespaces', { ns: '', at: '' })} aria-current={name === 'namespaces' ? 'page' : undefined}>Namespaces</a>
      {namespace.value && <span class="space"><bdi>{namespace.value}</bdi></span>}
      {namespace.value && listed.map(([key, page]) => <a key={key} href={addressOf(key)} aria-current={name === key ? 'page' : undefined}>{page.title}</a>)}
      <a href={addressOf('service', { ns: '', at: '' })} aria-current={name === 'service' ? 'page' : undefined}>Service</a>
    </nav>
  );
}

/** Says that the rate limit makes a page wait, and for how long. */
function Waiting() {
  const [, redraw] = useState(0);
  const until = waitingUntil.value;
  useEffect(() => {
    if (until) {
      const timer = setInterval(() => redraw(n => n + 1), 1000);
      return () => clearInterval(timer);
    }

    return undefined;
  }, [until]);
  return until > Date.now() ? <p class="banner" role="status">The rate limit of this key is used up. The page goes on in {Math.ceil((until - Date.now()) / 1000)} s.</p> : null;
}

const themeStoredAs = 'soma-theme';

function ThemeSwitch() {
  const [theme, setTheme] = useState(localStorage.getItem(themeStoredAs) ?? 'system');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(themeStoredAs, theme);
  }, [theme]);
  return (
    <label class="theme"><span class="unseen">Colours</span>
      <select value={theme} onChange={event => setTheme(event.currentTarget.value)}>
        <option value="system">Colours: system</option>
        <option value="light">Colours: light</option>
        <option value="dark">Colours: dark</option>
      </select>
    </label>
  );
}

followAddress();
void resume().finally(() => {
  isReady.value = true;
});
render(<App />, document.getElementById('app')!);
