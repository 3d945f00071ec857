import type { Clock } from '../../shared/model.ts';
import type { SsrfGuardOptions } from '../../shared/ssrf-guard.ts';
import { feedGuard } from '../fetch/feed-guard.ts';
import { hostLimiter } from '../fetch/host-limiter.ts';
import { sendRequest, singleUseAgents, USER_AGENT } from '../fetch/http-client.ts';

/** Sends a form to a hub. Returns whether the hub accepted it; never rejects. */
export type AskHub = (request: HubRequest) => Promise<boolean>;

export interface HubRequest {
  readonly hub: string;
  /** The feed's address. Only a feed on this machine can lead to a hub on this machine. */
  readonly feedUrl: string;
  readonly form: URLSearchParams;
  readonly userAgent: string | undefined;
}

/** A subscription delays the poll that asks for it, so a slow hub is asked again later, ms. */
const DEADLINE_MS = 5_000;
const MAX_REDIRECTS = 5;

/** Returns a client that posts to hubs over HTTP, with the limits of fetches. */
export function hubClient(clock: Clock, guardOptions: SsrfGuardOptions = {}): AskHub {
  const limiter = hostLimiter(clock);
  return async ({ hub, feedUrl, form, userAgent = USER_AGENT }) => {
    const guard = feedGuard(guardOptions.loopback ? { ...guardOptions, feedUrl } : guardOptions);
    const agents = singleUseAgents(guard);
    const until = performance.now() + DEADLINE_MS;
    const left = () => until - performance.now();
    let address = new URL(hub);
    try {
      for (let hops = 0; hops <= MAX_REDIRECTS && left() > 0; hops++) {
        // Other ports are for hubs on this machine.
        guard.checkUrl(address, guardOptions.loopback ? address.port : '');
        const send = () =>
          sendRequest(address, {
            agents,
            deadline: left(),
            headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': userAgent },
            form: form.toString(),
          });
        const response = await limiter.run(address, left(), send);
        if ('kind' in response) return false;
        const { statusCode = 0, headers } = response;
        response.destroy();
        if (statusCode !== 307 && statusCode !== 308) return statusCode >= 200 && statusCode < 300;
        const next = URL.parse(headers.location ?? '', address.href);
        // The form has a secret.
        if (!next || (address.protocol === 'https:' && next.protocol !== 'https:')) return false;
        address = next;
      }
      return false;
    } catch {
      return false;
    }
  };
}
