// Publishes until it is killed. After a while it prints how many messages it has published by then.
import { createOutbox } from '../../../local/outbox/outbox.ts';
import { delivery, publishedMessage } from '../../helpers/sample-alerts.ts';

const outbox = createOutbox({ file: process.argv[2] ?? '' });
let published = 0;

function publishSome(): void {
  for (let n = 0; n < 10; n++) {
    const id = `m${published++}`;
    outbox.recordPublish(publishedMessage(id));
    outbox.recordDelivery([id], delivery('shown'));
  }
  if (published === 100) process.send?.({ published });
  if (published < 400) setImmediate(publishSome);
}
publishSome();
setInterval(() => undefined, 60_000);
