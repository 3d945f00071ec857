import { type SsrfGuard, type SsrfGuardOptions, ssrfGuard } from '../../shared/ssrf-guard.ts';

/** Returns a guard for the addresses of feeds and hubs, with advice for their users. */
export function feedGuard(options: SsrfGuardOptions = {}): SsrfGuard {
  const { loopback = false } = options;
  return ssrfGuard(options, (kind) => {
    if (kind !== 'loopback') return 'use an address on the public internet';
    return loopback
      ? 'only feeds whose own address is on this machine may lead there; use this address directly'
      : 'to read feeds on this machine, add --loopback-feeds';
  });
}
