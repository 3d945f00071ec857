/**
 * Returns true if a Host header names this machine. Any other name means that the request was meant for another host, or
 * that a name was made to resolve to this machine (DNS rebinding).
 */
export function isLoopbackHostHeader(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? '');
}
