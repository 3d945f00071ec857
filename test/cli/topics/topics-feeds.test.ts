import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import { isFeedToken } from '../../../functions/shared/signed-link.ts';
import { signingKey } from '../../../functions/shared/store/signing-key.ts';
import { startRuntime } from '../../../local/runtime.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-topic-feeds-'));
const file = join(folder, 'news.yaml');
const deployed = deployment();
const CONFIG = `feeds: [{ id: courier, url: "https://courier.example/rss", title: The Courier }]
topics: [{ id: floods, name: Floods, match: flood }, { id: owls, name: Owls, match: owl }]
signup: { topics: [floods], feeds: true }
`;
const { config } = parseConfig(CONFIG, file, {});
const PAGE = 'https://page.lambda-url.example/';

beforeAll(() => {
  writeFileSync(file, CONFIG);
  deployed.facts.outputs = { TableName: 'news-alerts', SignupUrl: PAGE, ConfigVersion: config.version };
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(['topics', 'feeds', '--config', file, ...args], { ...deployed.env(), ...env });

describe('news-alerts topics feeds', () => {
  it('prints the addresses of all topics of a deployment, with a key that it makes if there is none', async () => {
    const { stdout, stderr, code } = await run(['--stack', 'NewsAlerts']);
    expect(stdout.replaceAll(/feeds\/[\w-]{22}\//g, 'feeds/TOKEN/')).toBe(`Floods
  Atom       ${PAGE}feeds/TOKEN/floods.atom
  JSON Feed  ${PAGE}feeds/TOKEN/floods.json
Owls
  Atom       ${PAGE}feeds/TOKEN/owls.atom
  JSON Feed  ${PAGE}feeds/TOKEN/owls.json
`);
    expect([stderr, code]).toEqual([expect.stringMatching(/^Whoever has an address can read the topic/), 0]);
    const [, token = ''] = /feeds\/([\w-]+)\/floods\.atom/.exec(stdout) ?? [];
    expect(isFeedToken(await signingKey(deployed.table()), 'floods', token)).toBe(true);
    expect((await run(['--stack', 'NewsAlerts'])).stdout).toBe(stdout);
  });

  it('prints JSON, for one topic if it is named', async () => {
    const { stdout } = await run(['--stack', 'NewsAlerts', '--topic', 'owls', '--json']);
    const address = (format: string) =>
      expect.stringMatching(new RegExp(`^${PAGE}feeds/[\\w-]{22}/owls\\.${format}$`));
    expect(JSON.parse(stdout)).toEqual({
      feeds: [{ topic: 'owls', name: 'Owls', atom: address('atom'), json: address('json') }],
    });
    expect((await run(['--topic', 'olws'])).stderr).toContain('(floods, owls), got olws');
  });

  it('says what to do if feeds are off, not deployed, or not those of the file', async () => {
    const off = join(folder, 'off.yaml');
    writeFileSync(off, CONFIG.replace(', feeds: true', ''));
    const { stdout, stderr, code } = await run(['--stack', 'NewsAlerts', '--config', off]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toBe(
      `${off}: expected signup: { feeds: true }, got feeds off; write it (docs/sign-up.md), run \`npx cdk deploy -c config=${off}\`, and try again\n`,
    );
    const { outputs } = deployed.facts;
    deployed.facts.outputs = { TableName: 'news-alerts' };
    const without = await run(['--stack', 'NewsAlerts']);
    expect([without.stdout, without.code]).toEqual(['', 1]);
    expect(without.stderr).toContain('expected the stack NewsAlerts to have a sign-up page, got none');
    deployed.facts.outputs = { ...outputs, ConfigVersion: 'other' };
    expect((await run(['--stack', 'NewsAlerts'])).stderr).toContain(
      'another version of the file is deployed',
    );
    deployed.facts.outputs = outputs;
    expect((await run(['--stack', 'Other'])).stderr).toContain('expected the stack Other in us-east-1');
    expect((await run(['--stack', 'NewsAlerts', '--data', folder])).code).toBe(2);
  });

  it('prints addresses of this machine that work, whether start runs or not, until the key is deleted', async () => {
    const data = join(folder, 'data');
    const quiet = () => undefined;
    const start = () =>
      startRuntime({
        config,
        subscriptions: [],
        dataDir: data,
        clock: Date.now,
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        signup: { url: undefined, port: 0 },
      });
    const runtime = await start();
    const env = { NEWS_ALERTS_SIGNUP_URL: runtime.signupUrl() ?? '' };
    const { stdout } = await run(['--data', data, '--json'], env);
    const [{ atom, json }] = JSON.parse(stdout).feeds;
    for (const [address, type] of [
      [atom, 'application/atom+xml'],
      [json, 'application/feed+json'],
    ]) {
      const response = await fetch(address);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        `${type}; charset=utf-8`,
      ]);
      const known = { 'if-none-match': response.headers.get('etag') ?? '' };
      expect(await response.text()).toContain(address);
      const again = await fetch(address, { headers: known });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    expect((await fetch(atom.replace(/feeds\/[^/]+/, `feeds/${'A'.repeat(22)}`))).status).toBe(404);
    await runtime.stop();
    expect((await run(['--data', data, '--json'], env)).stdout).toBe(stdout);

    // As docs/sign-up.md says.
    const database = new DatabaseSync(join(data, 'tables', 'dynamodb.db'));
    database.exec(`DELETE FROM "news-alerts" WHERE pk = 'SIGNUP-KEY'`);
    database.close();
    const { stdout: renewed, stderr } = await run(['--data', data]);
    expect(renewed).toContain('  Atom       http://127.0.0.1:8720/feeds/');
    expect(renewed).not.toContain(new URL(atom).pathname);
    expect(stderr).toContain('note: these addresses lead to port 8720 of this machine');
  });
});
