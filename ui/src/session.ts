import { computed, signal } from '@preact/signals';
import type { WhoAmI } from './types.ts';

// The key is kept in the tab's session storage alone: closing the tab forgets it, and no other tab sees it.
const storedAs = 'soma-key';

export const token = signal(sessionStorage.getItem(storedAs) ?? '');
export const caller = signal<WhoAmI | null>(null);

/** Why the sign-in page is shown again; empty: nothing went wrong. */
export const signedOutBecause = signal('');

export const isAdmin = computed(() => may('admin'));

export function may(scope: 'read' | 'write' | 'delete' | 'admin'): boolean {
  return caller.value?.scopes.includes(scope) ?? false;
}

/** Asks the service what a key may do. Throws with words for the user if it may do nothing. */
export async function signIn(key: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch('/whoami', { headers: { Authorization: `Bearer ${key}` }, cache: 'no-store' });
  } catch {
    throw new Error('The service cannot be reached.');
  }

  if (!response.ok) {
    const isRefused = response.status === 401 || response.status === 403;
    throw new Error(isRefused ? 'The service does not accept this key.' : `The service answered ${response.status}.`);
  }

  const known = (await response.json()) as WhoAmI;
  sessionStorage.setItem(storedAs, key);
  token.value = key;
  caller.value = known;
  signedOutBecause.value = '';
}

export function signOut(because = ''): void {
  sessionStorage.removeItem(storedAs);
  token.value = '';
  caller.value = null;
  signedOutBecause.value = because;
}

/** A tab that is loaded again still has its key, and asks once more what it may do. */
export async function resume(): Promise<void> {
  if (token.value) {
    try {
      await signIn(token.value);
    } catch (error) {
      signOut((error as Error).message);
    }
  }
}
