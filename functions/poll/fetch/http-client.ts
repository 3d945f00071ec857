import type { ClientRequest, IncomingMessage, Agent as PlainAgent } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { SsrfGuard } from '../../shared/ssrf-guard.ts';
import { DeadlineExceeded } from './response-body.ts';

// An import would read every export, and one of these loads all of Node's WebSocket code: 15 ms of a cold start.
const http = process.getBuiltinModule('node:http');

interface AgentPair {
  readonly http: PlainAgent;
  readonly https: https.Agent;
}

/** Node's agents, by protocol. */
export interface Agents extends AgentPair {
  /** Returns agents for servers whose responses Node's parser rejects: see repair-headers.ts. */
  repairing(): Promise<AgentPair>;
}

/**
 * Returns agents whose connections pass the guard and carry one response each. A feed is polled once a minute at most.
 * Servers close idle connections sooner, and Lambda may freeze a function for longer, so a kept connection would be dead by
 * the next poll.
 */
export function singleUseAgents(guard: SsrfGuard): Agents {
  let repairing: AgentPair | undefined;
  return {
    ...agentPair(guard),
    async repairing() {
      repairing ??= agentPair(guard, (await import('#rarely-needed')).repairHeaders);
      return repairing;
    },
  };
}

function agentPair(guard: SsrfGuard, repair?: (socket: Duplex) => Duplex): AgentPair {
  return {
    http: guarded(new http.Agent({ keepAlive: false }), guard, repair),
    https: guarded(new https.Agent({ keepAlive: false }), guard, repair),
  };
}

/**
 * Checks every connection of an agent when it is made. So a host name cannot resolve to a public address for the check, and to
 * another address for the connection.
 */
function guarded<Kind extends PlainAgent>(
  agent: Kind,
  guard: SsrfGuard,
  repair?: (socket: Duplex) => Duplex,
): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    try {
      // IP addresses are never passed to `lookup`.
      guard.checkHost(options.host ?? '');
    } catch (error) {
      // Node's types demand a connection with every error.
      (callback as ((error: unknown) => void) | undefined)?.(error);
      return undefined;
    }
    const socket = connect({ ...options, lookup: guard.lookup }, callback);
    if (socket) limitReads(socket);
    return repair && socket ? repair(socket) : socket;
  };
  return agent;
}

/** Ends a connection after 12 MiB or 50,000 reads. */
export function limitReads(socket: Duplex): void {
  let bytes = 0;
  let reads = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_CONNECTION_BYTES || ++reads > MAX_READS)
      socket.destroy(new Error('the server keeps sending without completing its response'));
  });
}

/** Names the product. Starts like a browser's User-Agent, since some servers refuse all others. */
export const USER_AGENT = 'Mozilla/5.0 (compatible; news-alerts/0.2; feed reader)';

export interface RequestOptions {
  readonly agents: Agents;
  readonly headers: Readonly<Record<string, string>>;
  /** Time until the connection ends, also in the middle of the body, ms. */
  readonly deadline: number;
  /** A form to post. Without it, the request is a GET. */
  readonly form?: string;
}

/** Browsers accept 256 KiB, and curl 300 KiB; some sites send 20 KiB of cookies and policies. Node's default is 16 KiB. */
const MAX_HEADER_BYTES = 128 * 1024;

/** Servers send one or two. Reading an endless series would keep the processor busy. */
const MAX_INFORMATIONAL_RESPONSES = 20;

/**
 * Bounds of a connection. A body has at most 5 MiB, but blank lines before a response and chunk extensions are unbounded,
 * and reading single bytes takes more time than reading megabytes at once.
 */
const MAX_CONNECTION_BYTES = 12 * 1024 * 1024;
const MAX_READS = 50_000;

/**
 * Returns the response to one request. Does not follow redirects, and neither reads nor decodes the body. If Node's parser rejects
 * the response, requests it once more over a connection that repairs its headers.
 */
export async function sendRequest(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const startedAt = performance.now();
  try {
    return await sendOnce(url, options, options.agents);
  } catch (error) {
    if (!isRepairable(error)) throw error;
    const repairing = await options.agents.repairing();
    const deadline = options.deadline - (performance.now() - startedAt);
    return sendOnce(url, { ...options, deadline }, repairing);
  }
}

function isRepairable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW';
}

function sendOnce(
  url: URL,
  { headers, deadline, form }: RequestOptions,
  agents: AgentPair,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const request: ClientRequest = (isSecure ? https : http).request(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers,
      agent: isSecure ? agents.https : agents.http,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Accepts folded headers, bare line feeds and control characters, as curl and browsers do. This is unsafe only if
      // another response follows on the same connection, and none does: see singleUseAgents.
      insecureHTTPParser: true,
    });
    let response: IncomingMessage | undefined;
    // A socket timeout never fires while bytes drip in. An AbortSignal would work too, but takes a tenth more time.
    const timer = setTimeout(() => {
      const late = new DeadlineExceeded();
      response?.destroy(late);
      request.destroy(late);
    }, deadline);
    request.on('response', (incoming) => {
      response = incoming;
      // The response may fail while nobody reads it.
      response.on('error', () => undefined);
      resolve(incoming);
    });
    request.on('error', reject);
    let informational = 0;
    request.on('information', () => {
      if (++informational > MAX_INFORMATIONAL_RESPONSES)
        request.destroy(new Error('only informational responses (1xx)'));
    });
    // A protocol upgrade emits neither 'response' nor 'error'; without this, the promise would never settle.
    request.on('close', () => {
      clearTimeout(timer);
      if (!response) reject(new Error('the connection closed without a response'));
    });
    request.end(form);
  });
}
