import { Duplex } from 'node:stream';
import { GrowingBuffer } from '../../shared/growing-buffer.ts';

/** The same as MAX_HEADER_BYTES in http-client.ts, which this part of the bundle cannot import. */
const MAX_HEAD_BYTES = 128 * 1024;
/** Bounded, because matching a head of carriage returns would otherwise take quadratic time. */
const LINE_END = /\r{0,2}\n/;
const FOLD = /\r{0,2}\n[ \t]+/g;
const END_OF_HEAD = /\n\r{0,2}\n/;
const END_OF_HEAD_BYTES = 4;
const BLANK_LINES = /^[\r\n]+/;

/**
 * Wraps the connection of one request, so that Node's parser can read a response with an invalid head: a repeated or
 * non-numeric Content-Length, blanks or other invalid characters in header names, lines that are not headers, a status line
 * in lower case or with two blanks. Bodies pass unchanged.
 */
export function repairHeaders(socket: Duplex): Duplex {
  return new RepairedConnection(socket);
}

// A pipeline with Duplex.from would not report a connection that is cut off.
class RepairedConnection extends Duplex {
  readonly #socket: Duplex;
  /** The incomplete head; undefined once the body begins. */
  #head: GrowingBuffer | undefined = new GrowingBuffer(MAX_HEAD_BYTES);

  constructor(socket: Duplex) {
    // Ends when the other side has ended, as sockets do.
    super({ allowHalfOpen: false });
    this.#socket = socket;
    let hasEnded = false;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => {
      hasEnded = true;
      if (this.#head) this.push(this.#head.bytes());
      this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      if (!hasEnded) this.destroy();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    // Reports the error later, as sockets do, so that data from before it can still be read.
    setImmediate(done, error);
  }

  #receive(chunk: Buffer): void {
    let rest = chunk;
    while (this.#head) {
      const before = this.#head.bytes().length;
      if (before === 0) rest = rest.subarray(BLANK_LINES.exec(rest.toString('latin1'))?.[0].length ?? 0);
      const fits = this.#head.append(rest);
      // Searches only the new bytes; searching all of them each time would take quadratic time.
      const from = Math.max(0, before - END_OF_HEAD_BYTES);
      const match = END_OF_HEAD.exec(this.#head.bytes().toString('latin1', from));
      if (!match && fits) return;
      const end = match ? from + match.index + match[0].length : this.#head.bytes().length;
      const head = this.#head.bytes().toString('latin1', 0, end);
      const isInformational = match && /^\S+\s+1\d\d\b/.test(head);
      this.#head = isInformational ? new GrowingBuffer(MAX_HEAD_BYTES) : undefined;
      this.push(Buffer.from(match ? repairedHead(head) : head, 'latin1'));
      rest = rest.subarray(end - before);
    }
    if (!this.push(rest)) this.#socket.pause();
  }
}

function repairedHead(head: string): string {
  const [status = '', ...lines] = head
    .replace(FOLD, ' ')
    .split(LINE_END)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: removes control characters
    .map((line) => line.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' '));
  const fields = lines.flatMap((line) => {
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value.trim() }];
  });
  const isChunked = fields.some(({ name, value }) => name === 'transfer-encoding' && /chunked/i.test(value));
  const lengths = fields.flatMap(({ name, value }) => (name === 'content-length' ? value.split(',') : []));
  const [length, ...others] = new Set(lengths.map((text) => /^\s*\+?(\d{1,15})(?!\d)/.exec(text)?.[1]));
  // Without a length, the body lasts until the connection closes.
  const isLengthCertain = length !== undefined && others.length === 0 && !isChunked;
  return [
    status.replace(/^\W*http\/\d(?:\.\d)?\s+(\d{3})(?!\d)/i, 'HTTP/1.1 $1'),
    ...fields.flatMap(({ name, value }) => (name === 'content-length' ? [] : [`${name}: ${value}`])),
    ...(isLengthCertain ? [`content-length: ${length}`] : []),
    '\r\n',
  ].join('\r\n');
}
