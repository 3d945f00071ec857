import { randomUUID } from 'node:crypto';
import { renderAlert } from '../../functions/notify/render/render-alert.ts';
import type { Alert, RenderedAlert, SmsSettings } from '../../functions/shared/model.ts';

export interface TestTopic {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  /** How SNS sends SMS. */
  readonly sms?: SmsSettings;
}

/** Renders a test alert like an alert of the topic. Its text says that it is a test. */
export function testAlert({ id, name, timeZone }: TestTopic): RenderedAlert {
  const test = `test-${randomUUID()}`;
  const alert: Alert = {
    id: test,
    topicId: id,
    topicName: name,
    kind: 'new',
    entries: [
      {
        kind: 'new',
        storyId: test,
        itemId: test,
        title: 'Test of news-alerts: alerts reach you',
        summary:
          'Somebody who runs news-alerts sent this test to see whether alerts arrive. It contains no news.',
        feed: 'news-alerts test',
        published: new Date().toISOString(),
        why: [],
      },
    ],
  };
  return renderAlert(alert, timeZone);
}
