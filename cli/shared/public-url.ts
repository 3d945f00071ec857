import { NewsAlertsError } from '../../functions/shared/errors.ts';

/**
 * Returns an address on the internet that leads to this machine, with a slash at its end; undefined if the variable is unset.
 * @throws NewsAlertsError if it is not an address
 */
export function publicUrl(variable: string, env: NodeJS.ProcessEnv): string | undefined {
  const written = env[variable]?.trim();
  if (!written) return undefined;
  const url = URL.parse(written);
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new NewsAlertsError(
      `${variable}: expected the public address that leads to this machine, such as https://news.example.org/, got ${written}`,
    );
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
