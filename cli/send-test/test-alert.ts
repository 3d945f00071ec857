import { randomUUID } from 'node:crypto';
import { renderAlert } from '../../functions/notify/render/render-alert.ts';
import type { Alert, RenderedAlert } from '../../functions/shared/model.ts';

export interface TestTopic {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
}

/** Renders an alert that says what it is, as a topic's alerts are rendered. */
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
          'Somebody who looks after news-alerts has sent this to see whether alerts arrive. No news behind it.',
        feed: 'news-alerts test',
        published: new Date().toISOString(),
        why: [],
      },
    ],
  };
  return renderAlert(alert, timeZone);
}
