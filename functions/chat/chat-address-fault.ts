import { ALL_CHAT_SERVICES, type ChatService } from '../shared/model.ts';
import { isLoopbackHost, specialAddressKind } from '../shared/special-address.ts';
import type { ServiceRow } from './service.ts';
import { CHAT_SERVICES } from './services.ts';

/**
 * Returns what is wrong with an address under a chat service, as "expected …, got …", or undefined. The text names the host
 * and no other part of the address, since the rest is a secret.
 * @param isPrivate whether the file says `private: true`
 */
export function chatAddressFault(
  service: ChatService,
  address: string,
  isPrivate: boolean,
): string | undefined {
  const { addressNoun, exampleAddress, isAddress }: ServiceRow = CHAT_SERVICES[service];
  const fault = (got: string) => `expected ${addressNoun}, such as ${exampleAddress}, got ${got}`;
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return fault('a text that is no web address');
  const { hostname, username, password, hash } = url;
  if (username !== '' || password !== '') {
    const remedy = service === 'ntfy' ? '; write an access token under token:' : '';
    return fault(`an address at ${hostname} with a user name or password${remedy}`);
  }
  if (hash !== '') return fault(`an address at ${hostname} with a # in it; remove the part from the # on`);
  const owner = ALL_CHAT_SERVICES.find((other) => CHAT_SERVICES[other].isOwnHost(hostname));
  if (owner !== undefined && owner !== service)
    return fault(`an address of ${CHAT_SERVICES[owner].name}, at ${hostname}; write it under ${owner}:`);
  if (isPrivate) return service === 'ntfy' && !isAddress(url) ? fault(noTopic(hostname)) : undefined;
  if (url.protocol === 'http:')
    return fault(
      `an http address at ${hostname}, over which anybody on the way can read it; use https, or write private: true beside url: for a server of your own`,
    );
  if (isPrivateHost(hostname))
    return fault(
      `an address on this machine or in a private network, ${hostname}; write private: true beside url: if that is right`,
    );
  if (isAddress(url)) return undefined;
  if (service === 'slack' && owner === 'slack')
    return fault(
      `another address of Slack, perhaps of a workflow or of the API; create an incoming webhook (docs/chat.md)`,
    );
  if (service === 'ntfy') return fault(noTopic(hostname));
  return owner === service
    ? fault(`another address at ${hostname}; copy the whole address again (docs/chat.md)`)
    : fault(
        `an address at ${hostname}; for a compatible server of your own, write private: true beside url:`,
      );
}

const noTopic = (host: string): string =>
  `an address at ${host} whose end is no topic; a topic has at most 64 letters, digits, hyphens and underscores`;

function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const isIp = /^[\d.]+$/.test(host) || host.includes(':');
  return isLoopbackHost(hostname) || (isIp && specialAddressKind(host) !== undefined);
}
