/**
 * Server-sent events out of a stream of text (WHATWG HTML, section 9.2.6). Only what a throttle stream uses: `event`,
 * `data`, `id`; comments and unknown fields are skipped.
 */

export interface SseMessage {
  event: string;
  data: string;
  /** The last id seen so far, as the standard has it; '' before the first. */
  id: string;
}

/** A snapshot of 10,000 throttles is about 3 MB; a sender that never ends its line must not fill the memory. */
const pendingLengthMax = 16 * 1024 * 1024;

/** @returns a function that takes text as it arrives and gives the messages completed by it. It throws past 16 M characters without one. */
export function createSseParser(): (text: string) => SseMessage[] {
  let pending = '';
  let event = '';
  let data: string[] = [];
  let dataLength = 0;
  let id = '';

  const takeField = (line: string): void => {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'data') {
      data.push(value);
      dataLength += value.length;
    }
  };

  return (text) => {
    const messages: SseMessage[] = [];
    pending += text;
    // A trailing CR may be the first half of CRLF: it waits for the next piece.
    const lines = pending.split(/\r\n|\n|\r(?!$)/);
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        takeField(line);
        continue;
      }
      if (data.length > 0) messages.push({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      data = [];
      dataLength = 0;
    }
    if (pending.length + dataLength > pendingLengthMax) throw new Error('a message without end');
    return messages;
  };
}
