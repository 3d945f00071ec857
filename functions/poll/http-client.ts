import type { ClientRequest, IncomingMessage, Agent as PlainAgent } from 'node:http';
import https from 'node:https';

// An import would read every export of it, one of which loads all that Node has for WebSockets: 15 ms of a cold start.
const http = process.getBuiltinModule('node:http');

/** Over what connections are made, by protocol. `createConnection` of an agent is told the host of every one. */
export interface Agents {
  readonly http: PlainAgent;
  readonly https: https.Agent;
}

/**
 * Connections that end with their answer. A feed is asked once in a minute at most, which is longer than servers keep a
 * connection, and longer than Lambda may stop the clocks of a function: what is kept is dead when it is wanted.
 */
export function closingAgents(): Agents {
  return { http: new http.Agent({ keepAlive: false }), https: new https.Agent({ keepAlive: false }) };
}

export interface GetOptions {
  readonly agents: Agents;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the connection, also while the body comes. */
  readonly signal: AbortSignal;
}

/** The answer to one GET, as it comes: redirects are not followed, the body is neither decoded nor read. */
export function get(address: string, { agents, headers, signal }: GetOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    // Node would send the user name and password of a redirect's address; feeds have none.
    const options = { headers, signal, auth: null };
    const request: ClientRequest =
      url.protocol === 'https:'
        ? https.request(url, { ...options, agent: agents.https })
        : http.request(url, { ...options, agent: agents.http });
    request.on('response', resolve).on('error', reject);
    // An answer that changes the protocol is neither of the two, and without this nothing would ever come of it.
    request.on('close', () => reject(new Error('the connection ended without an answer')));
    request.end();
  });
}
