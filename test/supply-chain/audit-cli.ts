// npm run audit: see SECURITY.md.
import { audit, stored } from './audit.ts';

const { source, found, reason } = await audit();
const compared =
  source === 'registry'
    ? "the registry's advisories of today"
    : `${stored.advisories.length} advisories that were stored on ${stored.asOf}, since the registry gave none (${reason})`;
process.stdout.write(
  `${found.length === 0 ? 'No known vulnerability' : `${found.length} vulnerable`} among the packages needed at run time, by ${compared}.\n`,
);
for (const line of found) process.stderr.write(`${line}\n`);
if (found.length > 0) process.exitCode = 1;
