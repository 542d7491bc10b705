import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { addressOf } from './route.ts';
import { messageOf } from './api.ts';
import { count, cut, showHidden } from './text.ts';

/** Text that came from clients: it is isolated, so that its direction does not reach the text around it, and controls are visible. */
export function Foreign({ text, most = 200 }: { text: string; most?: number }) {
  return <bdi>{text.length > most ? cut(text, most) : showHidden(text)}</bdi>;
}

/** A memory's key, as a link to its page. */
export function KeyLink({ coord, page = 'memory', tabIndex }: { coord: string; page?: string; tabIndex?: number }) {
  return <a class="key" href={addressOf(page, { key: coord })} tabIndex={tabIndex}><Foreign text={coord} most={96} /></a>;
}

export function Heading({ children }: { children: ComponentChildren }) {
  return <h1 tabIndex={-1}>{children}</h1>;
}

export function Failure({ message }: { message: string | null }) {
  return message ? <p class="failure" role="alert">{showHidden(message)}</p> : null;
}

/** The state of something that is loaded from the service. */
export interface Loaded<T> {
  value: T | null;
  failure: string | null;
  isLoading: boolean;
  reload: () => void;
}

/** Loads when the page appears and whenever `key` changes. What is no longer wanted is cancelled, so the latest answer wins. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ key: string; value: T | null; failure: string | null; isLoading: boolean }>({ key: '', value: null, failure: null, isLoading: true });
  useEffect(() => {
    const ending = new AbortController();
    setState(old => ({ ...old, key, value: old.key === key ? old.value : null, failure: null, isLoading: true }));
    load(ending.signal).then(
      value => setState({ key, value, failure: null, isLoading: false }),
      (error: unknown) => {
        if (!ending.signal.aborted) {
          setState({ key, value: null, failure: messageOf(error), isLoading: false });
        }
      },
    );
    return () => ending.abort();
  }, [key, round]);
  const isOld = state.key !== key;
  return { value: isOld ? null : state.value, failure: isOld ? null : state.failure, isLoading: isOld || state.isLoading, reload: () => setRound(round + 1) };
}

const shownAtOnce = 20_000;

/** Text of any size. What is longer than a few screens is cut, and shown whole only on demand, in a field of its own. */
export function LongText({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
  useEffect(() => setWhole(false), [text]);
  if (text.length <= shownAtOnce) {
    return <pre class="payload" role="region" tabIndex={0} aria-label={label}>{text}</pre>;
  }

  return (
    <div>
      {isWhole
        ? <textarea class="payload" readOnly rows={30} aria-label={label} value={text} />
        : <pre class="payload" role="region" tabIndex={0} aria-label={label}>{text.slice(0, shownAtOnce)}…</pre>}
      {!isWhole && <button type="button" onClick={() => setWhole(true)}>Show all {count(text.length)} characters</button>}
    </div>
  );
}

/** Asks before something is done. The dialog says what will happen; the focus goes back to where it was. */
export function Confirm(props: { title: string; act: string; isDangerous?: boolean; isReady?: boolean; children: ComponentChildren; onAct: () => Promise<void>; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  const act = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await props.onAct();
      props.onClose();
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onCancel={event => { event.preventDefault(); if (!isBusy) { props.onClose(); } }}>
      <form onSubmit={event => void act(event)}>
        <h2 id="confirm-title">{props.title}</h2>
        {props.children}
        <Failure message={failure} />
        <div class="actions">
          <button type="button" onClick={props.onClose} disabled={isBusy}>Cancel</button>
          <button type="submit" class={props.isDangerous ? 'danger' : 'primary'} disabled={isBusy || props.isReady === false}>{props.act}</button>
        </div>
      </form>
    </dialog>
  );
}

/** A value between 0 and 1 (what is more fills the bar) with its number. */
export function Bar({ label, value, title }: { label: string; value: number; title?: string }) {
  const width = Math.max(0, Math.min(1, value)) * 100;
  return (
    <div class="bar" title={title}>
      <span class="bar-label">{label}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-back" width="100" height="6" /><rect class="bar-fill" width={width} height="6" /></svg>
      <span class="bar-value">{value.toFixed(3)}</span>
    </div>
  );
}
