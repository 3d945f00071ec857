import type { ClientRequest, IncomingMessage, Agent as PlainAgent } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { DeadlineExceeded } from './response-body.ts';
import type { SsrfGuard } from './ssrf-guard.ts';

// An import would read every export of it, one of which loads all that Node has for WebSockets: 15 ms of a cold start.
const http = process.getBuiltinModule('node:http');

interface AgentPair {
  readonly http: PlainAgent;
  readonly https: https.Agent;
}

/** Over what connections are made, by protocol. */
export interface Agents extends AgentPair {
  /** For servers whose answers Node's parser refuses: see mend-head.ts. */
  repairing(): Promise<AgentPair>;
}

/**
 * Connections that the gate lets through, and that end with their answer. A feed is asked once in a minute at most, which
 * is longer than servers keep a connection, and longer than Lambda may stop the clocks of a function: what is kept is
 * dead when it is wanted.
 */
export function singleUseAgents(gate: SsrfGuard): Agents {
  let mending: AgentPair | undefined;
  return {
    ...agentPair(gate),
    async repairing() {
      mending ??= agentPair(gate, (await import('#rarely-needed')).repairHeaders);
      return mending;
    },
  };
}

function agentPair(gate: SsrfGuard, mend?: (socket: Duplex) => Duplex): AgentPair {
  return {
    http: guarded(new http.Agent({ keepAlive: false }), gate, mend),
    https: guarded(new https.Agent({ keepAlive: false }), gate, mend),
  };
}

/** Every connection is made by this: here, an address that was public a moment ago has no time to become another. */
function guarded<Kind extends PlainAgent>(
  agent: Kind,
  gate: SsrfGuard,
  mend?: (socket: Duplex) => Duplex,
): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    try {
      // No name is looked up for an address.
      gate.checkHost(options.host ?? '');
    } catch (error) {
      // Node's types have a connection beside every error.
      (callback as ((error: unknown) => void) | undefined)?.(error);
      return undefined;
    }
    const socket = connect({ ...options, lookup: gate.lookup }, callback);
    if (socket) limitReads(socket);
    return mend && socket ? mend(socket) : socket;
  };
  return agent;
}

/** Ends a connection that has given more bytes, or more pieces, than an answer can have. */
export function limitReads(socket: Duplex): void {
  let bytes = 0;
  let reads = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > MAX_CONNECTION_BYTES || ++reads > MAX_READS)
      socket.destroy(new Error('the server goes on and on without completing its answer'));
  });
}

export interface GetOptions {
  readonly agents: Agents;
  readonly headers: Readonly<Record<string, string>>;
  /** When the connection ends, also while the body comes, ms. */
  readonly deadline: number;
}

/** Browsers take 256 KiB, curl 300 KiB; some sites send 20 KiB of cookies and policies. Node's default is 16 KiB. */
const MAX_HEADER_BYTES = 128 * 1024;

/** Servers send one or two; to read them without end takes all of a processor. */
const MAX_INFORMATIONAL_RESPONSES = 20;

/**
 * Bytes and reads of a connection. A body is 5 MiB at most, but blank lines before an answer and the extensions of chunks
 * have no end by themselves; and bytes that come one by one take more time than megabytes at once.
 */
const MAX_CONNECTION_BYTES = 12 * 1024 * 1024;
const MAX_READS = 50_000;

/**
 * The answer to one GET, as it comes: redirects are not followed, the body is neither decoded nor read. An answer that
 * Node's parser refuses is requested once more, over a connection that mends its headers.
 */
export async function get(url: URL, options: GetOptions): Promise<IncomingMessage> {
  const began = performance.now();
  try {
    return await getOnce(url, options, options.agents);
  } catch (error) {
    if (!isRepairable(error)) throw error;
    const mending = await options.agents.repairing();
    return getOnce(url, { ...options, deadline: options.deadline - (performance.now() - began) }, mending);
  }
}

function isRepairable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW';
}

function getOnce(url: URL, { headers, deadline }: GetOptions, agents: AgentPair): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const request: ClientRequest = (isSecure ? https : http).request(url, {
      headers,
      agent: isSecure ? agents.https : agents.http,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Takes folded headers, bare line feeds and control characters, as curl and browsers do. It is unsafe only where the
      // next answer comes over the same connection, and none does: see closingAgents.
      insecureHTTPParser: true,
    });
    let answer: IncomingMessage | undefined;
    // A timeout between bytes never fires while they drip in. A signal would do the same, for a tenth more of the time.
    const timer = setTimeout(() => {
      const late = new DeadlineExceeded();
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
    let interim = 0;
    request.on('information', () => {
      if (++interim > MAX_INFORMATIONAL_RESPONSES)
        request.destroy(new Error('nothing but interim answers (1xx)'));
    });
    // An answer that changes the protocol is neither of the two, and without this nothing would ever come of it.
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection ended without an answer'));
    });
    request.end();
  });
}
