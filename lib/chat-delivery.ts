import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { chatSecrets } from '../config/recipients.ts';
import type { ChatRecipient } from '../functions/shared/model.ts';
import { CONFIG_FILE, environment, parameterPath } from '../functions/shared/pipeline.ts';
import { DataLayer } from './data-layer.ts';
import { DirectDelivery, type DirectDeliveryProps } from './direct-delivery.ts';

export interface ChatDeliveryProps extends DirectDeliveryProps {
  /** The recipients, with names in place of secrets. */
  readonly recipients: readonly ChatRecipient[];
}

/** The function that sends alerts to chat services. */
export class ChatDelivery extends DirectDelivery {
  readonly function: Lambda;

  constructor(scope: Construct, id: string, props: ChatDeliveryProps) {
    super(scope, id, 'chat', props);
    const { name, recipients } = props;
    this.allowParameters(name, chatSecrets(recipients));
    const chats = new DataLayer(this, 'Recipients', {
      name: 'news-alerts-chats',
      files: { [CONFIG_FILE]: JSON.stringify(recipients) },
      description: 'news-alerts recipients at chat services',
    });
    this.function = this.createDelivery({
      layers: [chats],
      environment: {
        [environment.chats]: chats.file(CONFIG_FILE),
        [environment.parameters]: parameterPath(name),
      },
    });
  }
}
