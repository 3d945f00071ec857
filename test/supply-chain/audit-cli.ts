// npm run audit: see SECURITY.md.
import { audit, stored } from './audit.ts';

const { source, found, reason } = await audit();
const list =
  source === 'registry'
    ? "today's advisories of the registry"
    : `${stored.advisories.length} advisories stored on ${stored.asOf}, because the registry gave none (${reason})`;
process.stdout.write(
  `${found.length === 0 ? 'No known vulnerability' : `${found.length} vulnerable`} among the packages needed at run time, by ${list}.\n`,
);
for (const line of found) process.stderr.write(`${line}\n`);
if (found.length > 0) process.exitCode = 1;
