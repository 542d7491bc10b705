import { computed, signal } from '@preact/signals';

/** The explorer's place: a page, and what it shows. All of it stands in the address, so that a link or a reload shows the same. */
export interface Place {
  page: string;
  params: URLSearchParams;
}

const root = '/ui/';

/** What stays the same from page to page unless it is set: tenant, namespace and moment. */
const kept = ['tenant', 'ns', 'at'];

export function readPlace(address: { pathname: string; search: string }): Place {
  const page = address.pathname.startsWith(root) ? address.pathname.slice(root.length).replace(/\/+$/, '') : '';
  return { page: page || 'namespaces', params: new URLSearchParams(address.search) };
}

export const place = signal<Place>(readPlace(location));

/** The namespace that is shown; empty: none was chosen. */
export const namespace = computed(() => place.value.params.get('ns') ?? '');
export const tenant = computed(() => place.value.params.get('tenant') ?? '');

/** The moment of the past that all pages show; empty: the present. */
export const moment = computed(() => place.value.params.get('at') ?? '');

/** The address of a page. Parameters that are empty are left out; tenant, namespace and moment are kept unless they are given. */
export function addressOf(page: string, params: Record<string, string> = {}): string {
  const all = new URLSearchParams();
  for (const name of kept) {
    const value = params[name] ?? place.value.params.get(name);
    if (value) {
      all.set(name, value);
    }
  }

  for (const [name, value] of Object.entries(params)) {
    if (value && !kept.includes(name)) {
      all.set(name, value);
    }
  }

  const query = all.toString();
  return root + page + (query ? `?${query}` : '');
}

/** Goes to an address of the explorer. `replace` leaves no entry behind, as for each letter of a search. */
export function go(address: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  place.value = readPlace(location);
}

/** Changes parameters of the page that is shown. */
export function setParams(params: Record<string, string>, replace = true): void {
  go(addressOf(place.value.page, { ...Object.fromEntries(place.value.params), ...params }), replace);
}

export function followAddress(): void {
  addEventListener('popstate', () => {
    place.value = readPlace(location);
  });
  // A click on a link of the explorer shows the page without loading the document again.
  document.addEventListener('click', event => {
    const link = (event.target as Element).closest?.('a');
    if (link && !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
      && !link.target && link.origin === location.origin && link.pathname.startsWith(root)) {
      event.preventDefault();
      const from = place.value.page;
      go(link.pathname + link.search);
      if (place.value.page !== from) {
        scrollTo(0, 0);
        // The heading of a new page is read out, as it would be after a load.
        requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus());
      }
    }
  });
}
