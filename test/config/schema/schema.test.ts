import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchema } from '../../../config/schema/schema.ts';

it('news-alerts.schema.json is generated from the schema by npm run schema', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../news-alerts.schema.json'), 'utf8');
  expect(file).toBe(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
});

it('has keys, values and descriptions for editors', () => {
  const schema = jsonSchema();
  expect(schema).toMatchObject({
    title: 'news-alerts.yaml',
    type: 'object',
    required: ['topics'],
    additionalProperties: false,
    properties: {
      defaults: {
        properties: {
          followUps: { anyOf: [{ enum: ['calm', 'all', 'urgent', 'off'] }, { type: 'object' }] },
          updates: { deprecated: true },
        },
      },
      topics: {
        items: {
          required: ['id', 'match'],
          additionalProperties: false,
          properties: { match: { description: expect.any(String), anyOf: expect.any(Array) } },
        },
      },
      recipients: { items: { properties: { email: { format: 'email' } } } },
    },
  });
});
