import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { refusesAsDynamoDbDoes, tableContract } from '../contracts/table-contract.ts';
import { embeddedPlatform } from '../helpers/embedded-platform.ts';
import { startEmulator } from './emulator.ts';

describe('the table through the SDK, on the emulator’s DynamoDB', () => {
  const { platform } = embeddedPlatform(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-emulator-'));
    const emulator = await startEmulator(folder);
    return {
      url: emulator.env.AWS_ENDPOINT_URL ?? '',
      async stop() {
        await emulator.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
  tableContract(() => platform().table());
  refusesAsDynamoDbDoes(() => platform().table());
});
