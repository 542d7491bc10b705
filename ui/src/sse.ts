export interface SentEvent {
  name: string;
  id: string;
  data: string;
}

/** Splits a stream of server-sent events into events. EventSource cannot send an Authorization header, so the stream is read by fetch. */
export class EventSplitter {
  private rest = '';

  /** Takes what arrived; returns the events that it completes. Comments, which keep the connection alive, are no events. */
  push(text: string): SentEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    const events: SentEvent[] = [];
    for (const block of blocks) {
      const event: SentEvent = { name: 'message', id: '', data: '' };
      const data: string[] = [];
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        const [field, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
        if (field === 'event') {
          event.name = value;
        } else if (field === 'id') {
          event.id = value;
        } else if (field === 'data') {
          data.push(value);
        }
      }

      if (data.length > 0) {
        events.push({ ...event, data: data.join('\n') });
      }
    }

    return events;
  }
}
