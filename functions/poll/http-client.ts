import type { ClientRequest, IncomingMessage, Agent as PlainAgent } from 'node:http';
import https from 'node:https';
import type { AddressGate } from './address-gate.ts';

// An import would read every export of it, one of which loads all that Node has for WebSockets: 15 ms of a cold start.
const http = process.getBuiltinModule('node:http');

/** Over what connections are made, by protocol. */
export interface Agents {
  readonly http: PlainAgent;
  readonly https: https.Agent;
}

/**
 * Connections that the gate lets through, and that end with their answer. A feed is asked once in a minute at most, which
 * is longer than servers keep a connection, and longer than Lambda may stop the clocks of a function: what is kept is
 * dead when it is wanted.
 */
export function closingAgents(gate: AddressGate): Agents {
  return {
    http: gated(new http.Agent({ keepAlive: false }), gate),
    https: gated(new https.Agent({ keepAlive: false }), gate),
  };
}

/** Every connection is made by this: here, an address that was public a moment ago has no time to become another. */
function gated<Kind extends PlainAgent>(agent: Kind, gate: AddressGate): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    try {
      // No name is looked up for an address.
      gate.host(options.host ?? '');
    } catch (error) {
      // Node's types have a connection beside every error.
      (callback as ((error: unknown) => void) | undefined)?.(error);
      return undefined;
    }
    return connect({ ...options, lookup: gate.lookup }, callback);
  };
  return agent;
}

export interface GetOptions {
  readonly agents: Agents;
  readonly headers: Readonly<Record<string, string>>;
  /** When the connection ends, also while the body comes, ms. */
  readonly deadline: number;
}

/** The deadline has passed. */
export class TooLate extends Error {}

/** The answer to one GET, as it comes: redirects are not followed, the body is neither decoded nor read. */
export function get(url: URL, { agents, headers, deadline }: GetOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest =
      url.protocol === 'https:'
        ? https.request(url, { headers, agent: agents.https })
        : http.request(url, { headers, agent: agents.http });
    let answer: IncomingMessage | undefined;
    // A timeout between bytes never fires while they drip in. A signal would do the same, for a tenth more of the time.
    const timer = setTimeout(() => {
      const late = new TooLate();
      answer?.destroy(late);
      request.destroy(late);
    }, deadline);
    request.on('response', (response) => {
      answer = response;
      // Nobody may read it when it breaks.
      answer.on('error', () => undefined);
      resolve(response);
    });
    request.on('error', reject);
    // An answer that changes the protocol is neither of the two, and without this nothing would ever come of it.
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection ended without an answer'));
    });
    request.end();
  });
}

/** More than is wanted of an answer. */
export class TooLarge extends Error {}

/** The body of an answer, as it was sent. */
export function bodyOf(answer: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) answer.destroy(new TooLarge(`more than ${most} bytes`));
      else chunks.push(chunk);
    });
    answer.on('end', () => resolve(Buffer.concat(chunks, size)));
    answer.on('error', reject);
    // After an end or an error, it changes nothing.
    answer.on('close', () => reject(new Error('the connection ended before the answer did')));
  });
}
