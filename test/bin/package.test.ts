import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type InstalledPackage, installPackage, run } from '../helpers/installed-package.ts';
import { listening } from '../helpers/loopback-server.ts';
import { ownFolder, runService, runUnit } from '../helpers/service-run.ts';
import { isLong } from '../helpers/size.ts';

const root = join(import.meta.dirname, '../..');
/** Bytes, packed and unpacked: of these, the functions for AWS are 3 MB. */
const MAX_PACKED = 4_900_000;
const MAX_UNPACKED = 15_000_000;

// Builds the package, which takes longer than all that `npm test` should wait for.
describe.runIf(isLong)('the built package', () => {
  let folder: string;
  let installed: InstalledPackage;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'news-alerts-package-'));
    installed = installPackage(folder);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('the package', () => {
    it('has only what runs, and depends on nothing', () => {
      const names = installed.files.map(({ path }) => path);
      const unexpected = names.filter(
        (name) =>
          !/^([\w-]+\.js|functions\/\w+\/[\w-]+\.mjs|types\/[\w/-]+\.d\.ts|page\.css|news-alerts\.schema\.json|package\.json|(README|CHANGELOG)\.md|LICENSE|docs\/\w[\w-]*\.md|packaging\/(news-alerts\.service|Dockerfile))$/.test(
            name,
          ),
      );
      expect(unexpected).toEqual([]);
      expect(installed.size).toBeLessThan(MAX_PACKED);
      expect(installed.unpackedSize).toBeLessThan(MAX_UNPACKED);
      const manifest = JSON.parse(readFileSync(join(installed.dist, 'package.json'), 'utf8'));
      expect(manifest).not.toHaveProperty('dependencies');
      expect(manifest).not.toHaveProperty('scripts');
      expect(manifest.version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
    });

    it('names its own command in messages, and no path of the machine that built it', () => {
      for (const { path } of installed.files.filter((file) => file.path.endsWith('.js'))) {
        const text = readFileSync(join(installed.dist, path), 'utf8');
        expect(text).not.toContain('npm start');
        expect(text).not.toContain(root);
      }
    });

    it('says its version and its help', () => {
      expect(run(installed.command, ['--version'], folder).trim()).toMatch(/^\d+\.\d+\.\d+$/);
      expect(run(installed.command, ['--help'], folder)).toContain('init');
    });

    it('goes from nothing to a story for the reader', async () => {
      const title = 'Dockers strike at the harbour';
      const feed = await listening((_, response) => {
        const date = new Date().toUTCString();
        response.end(
          `<rss><channel><title>Harbour Times</title><item><title>${title}</title><pubDate>${date}</pubDate></item></channel></rss>`,
        );
      });
      // The feed is on this test's own thread, which must not be blocked.
      const end = (child: ReturnType<typeof spawn>) => new Promise((resolve) => child.once('close', resolve));
      const answers = ['--watch', 'harbour strike', '--feed', feed, '--email', 'me@news-alerts.org'];
      expect(
        await end(spawn(installed.command, ['init', ...answers, '--loopback-feeds'], { cwd: folder })),
      ).toBe(0);

      const started = spawn(installed.command, ['start', '--loopback-feeds', '--port', '0'], { cwd: folder });
      let printed = '';
      const polled = new Promise<void>((resolve) => {
        for (const stream of [started.stdout, started.stderr])
          stream.on('data', (chunk: Buffer) => {
            printed += chunk;
            if (printed.includes('first poll')) resolve();
          });
      });
      await Promise.race([polled, end(started)]);
      // Notify groups the item into a story.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      started.kill('SIGINT');
      await end(started);
      expect(printed).not.toContain('Warning');
      expect(run(installed.command, ['alerts', 'list'], folder)).toContain(title);
    });
  });

  describe('the package where it cannot write', () => {
    // Another user runs it.
    beforeAll(() => chmodSync(folder, 0o755));

    const prepare = async (place: string) => {
      const feed = await listening((_, response) => {
        response.end('<rss><channel><title>A</title><item><title>Owl</title></item></channel></rss>');
      });
      mkdirSync(place, { recursive: true });
      writeFileSync(
        join(place, 'news-alerts.yaml'),
        `feeds: ["${feed}/rss"]\ntopics: [{ id: owls, match: owl }]\n`,
      );
      writeFileSync(join(place, 'environment'), 'A=1\n');
    };

    it('works without a place for compiled code, and says nothing about it', async () => {
      const place = join(folder, 'nowhere');
      await prepare(place);
      chmodSync(join(folder, 'node_modules/news-alerts'), 0o555);
      const { stderr, status } = spawnSync(installed.command, ['feeds', 'list'], {
        cwd: place,
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
        ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
      });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    });

    it('runs as the service of systemd', async () => {
      const place = join(folder, 'service');
      await prepare(join(place, 'etc'));
      const code = join(folder, 'node_modules/news-alerts');
      chmodSync(code, 0o555);
      const { health, end, output } = await runUnit(place, [installed.command], await freePort());
      expect({ health, end }, output).toEqual({ health: 200, end: 0 });
      expect(output).not.toMatch(/warning|EACCES/i);
    });

    it('runs as the container does, from what the Dockerfile copies', async () => {
      const image = join(folder, 'image');
      const data = ownFolder(join(folder, 'image-data'));
      const steps = Array.from(
        readFileSync(join(root, 'packaging/Dockerfile'), 'utf8').matchAll(/^([A-Z]+) (.*)$/gm),
        ([, name = '', value = '']) => ({ name, value }),
      );
      const valuesOf = (wanted: string) =>
        steps.filter(({ name }) => name === wanted).map(({ value }) => value);
      expect(valuesOf('COPY')).toEqual(['. .', '--from=package /package /opt/news-alerts']);
      cpSync(installed.dist, image, { recursive: true });
      const [, removed = ''] = /^rm -r (.*)$/.exec(valuesOf('RUN')[0] ?? '') ?? [];
      expect(removed).not.toBe('');
      for (const name of removed.split(' ')) rmSync(join(image, name), { recursive: true });
      chmodSync(image, 0o555);

      await prepare(data);
      const port = await freePort();
      const here = (text: string) =>
        text.replace('/opt/news-alerts', image).replaceAll('/data', data).replace(':8710/', `:${port}/`);
      const words = (text = '') =>
        (JSON.parse(text) as string[]).map(here).map((word) => (word === 'node' ? process.execPath : word));
      const [, check = ''] = valuesOf('HEALTHCHECK')[0]?.split(' CMD ') ?? [];
      const [healthFile = '', ...healthArgs] = words(check);
      const healthy = () => spawnSync(healthFile, healthArgs).status;
      const env = Object.fromEntries(
        valuesOf('ENV').flatMap((line) => line.split(' ').map((pair) => here(pair).split('='))),
      );
      const command = [...words(valuesOf('ENTRYPOINT')[0]), ...words(valuesOf('CMD')[0])];
      let healthWhileRunning: number | null = null;
      const { health, end, output } = await runService(
        [...command, '--port', String(port), '--loopback-feeds'],
        { cwd: data, env, port },
        async () => {
          const child = spawn(healthFile, healthArgs);
          healthWhileRunning = await new Promise((resolve) => child.once('close', resolve));
        },
      );
      expect({ health, end, healthWhileRunning }, output).toEqual({
        health: 200,
        end: 0,
        healthWhileRunning: 0,
      });
      expect(healthy()).toBe(1);
      expect(valuesOf('USER')).toEqual(['node']);
      expect(readdirSync(data)).toEqual(expect.arrayContaining(['.cache', '.news-alerts']));
    });
  });

  describe('the construct of the package', () => {
    const app = `import { App, Stack } from 'aws-cdk-lib';
  import { NewsAlerts } from 'news-alerts/cdk';

  const app = new App();
  const stack = new Stack(app, 'Team');
  const news = new NewsAlerts(stack, 'News', { configFile: 'press.yaml', environment: { ALERTS_EMAIL: 'a@news-alerts.org' } });
  news.operationsChannel.topicName satisfies string;
`;

    beforeAll(() => {
      writeFileSync(join(folder, 'app.ts'), app);
      writeFileSync(
        join(folder, 'press.yaml'),
        'feeds: [https://herald.test/feed]\ntopics: [{ id: storms, match: storm }]\nrecipients: [{ email: "$' +
          '{ALERTS_EMAIL}" }]\n',
      );
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    });

    it('has types', () => {
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
      expect(run(join(root, 'node_modules/.bin/tsc'), [...options, 'app.ts'], folder)).toBe('');
    });

    it('synthesises without a bundler, from one file', () => {
      const cdk = [
        'node_modules/aws-cdk/bin/cdk',
        'synth',
        '--quiet',
        '--app',
        `"${process.execPath}" app.ts`,
      ];
      run(process.execPath, cdk, folder);
      const template = JSON.parse(readFileSync(join(folder, 'cdk.out/Team.template.json'), 'utf8'));
      const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
      expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(6);
      expect(types).toContain('Custom::Channels');
    });

    it('is what the deploy command uses', () => {
      expect(run(installed.command, ['deploy', '--', '--help'], folder)).toContain('cdk deploy');
    });
  });
});
