import { Duplex } from 'node:stream';
import { GrowingBuffer } from '../../shared/growing-buffer.ts';

/** As many bytes of headers as http-client.ts takes. */
const MAX_HEAD_BYTES = 128 * 1024;
/** Bounded, or a head of nothing but carriage returns would be read again from each. */
const LINE_END = /\r{0,2}\n/;
const FOLD = /\r{0,2}\n[ \t]+/g;
const END_OF_HEAD = /\n\r{0,2}\n/;
const END_OF_HEAD_BYTES = 4;
const BLANK_LINES = /^[\r\n]+/;

/**
 * Wraps the connection of one request, so that Node's parser can read an answer whose head breaks the rules of HTTP:
 * a Content-Length that is given twice or is no number, names with blanks or other characters that no name has, lines that
 * are no headers, a status line in lower case or with two blanks. Bodies pass as they are.
 */
export function repairHeaders(socket: Duplex): Duplex {
  return new RepairedConnection(socket);
}

// Not a pipeline and Duplex.from: of a connection that breaks off, its user would never hear.
class RepairedConnection extends Duplex {
  readonly #socket: Duplex;
  /** What has come of a head that is not complete; undefined once the body comes. */
  #head: GrowingBuffer | undefined = new GrowingBuffer(MAX_HEAD_BYTES);

  constructor(socket: Duplex) {
    // As a socket: once the other side has ended, so does this one.
    super({ allowHalfOpen: false });
    this.#socket = socket;
    let hasEnded = false;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
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
    // As with a socket, later: what came before an error can be read until then.
    setImmediate(done, error);
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    while (this.#head) {
      const before = this.#head.bytes().length;
      if (before === 0) rest = rest.subarray(BLANK_LINES.exec(rest.toString('latin1'))?.[0].length ?? 0);
      const fits = this.#head.append(rest);
      // Only in what is new: all of it at every byte would take long.
      const from = Math.max(0, before - END_OF_HEAD_BYTES);
      const found = END_OF_HEAD.exec(this.#head.bytes().toString('latin1', from));
      if (!found && fits) return;
      const end = found ? from + found.index + found[0].length : this.#head.bytes().length;
      const head = this.#head.bytes().toString('latin1', 0, end);
      const isInterim = found && /^\S+\s+1\d\d\b/.test(head);
      this.#head = isInterim ? new GrowingBuffer(MAX_HEAD_BYTES) : undefined;
      this.push(Buffer.from(found ? repairedHead(head) : head, 'latin1'));
      rest = rest.subarray(end - before);
    }
    if (!this.push(rest)) this.#socket.pause();
  }
}

function repairedHead(head: string): string {
  const [status = '', ...lines] = head
    .replace(FOLD, ' ')
    .split(LINE_END)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
    .map((line) => line.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' '));
  const fields = lines.flatMap((line) => {
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value.trim() }];
  });
  const isChunked = fields.some(({ name, value }) => name === 'transfer-encoding' && /chunked/i.test(value));
  const lengths = fields.flatMap(({ name, value }) => (name === 'content-length' ? value.split(',') : []));
  const [length, ...others] = new Set(lengths.map((text) => /^\s*\+?(\d{1,15})(?!\d)/.exec(text)?.[1]));
  // Without a length, the body is what comes until the connection ends.
  const isCertain = length !== undefined && others.length === 0 && !isChunked;
  return [
    status.replace(/^\W*http\/\d(?:\.\d)?\s+(\d{3})(?!\d)/i, 'HTTP/1.1 $1'),
    ...fields.flatMap(({ name, value }) => (name === 'content-length' ? [] : [`${name}: ${value}`])),
    ...(isCertain ? [`content-length: ${length}`] : []),
    '\r\n',
  ].join('\r\n');
}
