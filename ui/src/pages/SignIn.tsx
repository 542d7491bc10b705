import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure, Heading } from '../parts.tsx';
import { signedOutBecause, signIn } from '../session.ts';

export function SignIn() {
  const [key, setKey] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await signIn(key.trim());
    } catch (error) {
      setFailure((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <section class="sign-in">
      <Heading>Sign in</Heading>
      <p>Use an access key (<code>soma_…</code>), the root token, or a token of your issuer. The key stays in this tab and is forgotten when the tab is closed. It is sent to this service and nowhere else.</p>
      <form onSubmit={event => void submit(event)}>
        <label for="key">Key</label>
        <input id="key" type="password" autocomplete="off" spellcheck={false} required ref={input} value={key} onInput={event => setKey(event.currentTarget.value)} />
        <button type="submit" class="primary" disabled={isBusy}>Sign in</button>
        <Failure message={failure ?? (signedOutBecause.value || null)} />
      </form>
    </section>
  );
}
