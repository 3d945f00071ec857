// Runs before `npm run test:deploy`: installs the AWS emulator of requirements.txt into a virtual environment of its own
// when it is absent or another version is wanted. Where it cannot be installed the command fails: a deployment that was
// not tried must not pass.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '../../.ministack');
const wanted = readFileSync(join(here, 'requirements.txt'), 'utf8');
const note = join(folder, 'installed.txt');

if (!existsSync(note) || readFileSync(note, 'utf8') !== wanted) {
  console.error(`Installing the AWS emulator (${wanted.trim()}) into .ministack…`);
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder], 'Python 3 with its venv module');
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    join(here, 'requirements.txt'),
  ];
  run(
    join(folder, 'bin', 'python'),
    pip,
    'pip to install it: see to the network, or to the index in your pip configuration',
  );
  writeFileSync(note, wanted);
}

function run(command, args, expected) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  const got = error ? error.message : `exit code ${status}`;
  console.error(`The deployment cannot be tried without its emulator. Expected ${expected}, got ${got}.`);
  process.exit(1);
}
