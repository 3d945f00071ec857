import { referencesIn } from '../../functions/chat/references.ts';
import type { ServiceRow } from '../../functions/chat/service.ts';
import { CHAT_SERVICES } from '../../functions/chat/services.ts';
import { isChatPlaceholder } from '../recipients.ts';
import { chatAddresses } from '../schema/chat-schema.ts';
import type { ConfigFile } from '../schema/schema.ts';
import type { Path } from '../yaml/positions.ts';

/**
 * Returns a fault for each address at a chat service with a secret that is written out. A deployment would put the secret into
 * a file in a bucket, and show it to everybody who may read the function.
 */
export function plainChatSecrets({ recipients = [] }: ConfigFile): { path: Path; message: string }[] {
  return recipients.flatMap((recipient, index) =>
    chatAddresses(recipient).flatMap((address) => {
      const { secretsOf }: ServiceRow = CHAT_SERVICES[address.service];
      if (isChatPlaceholder(address)) return [];
      if (secretsOf(address).every((secret) => referencesIn(secret).length > 0)) return [];
      const path = ['recipients', index, address.service];
      const variable = `${address.service.toUpperCase()}_NEWS`;
      return [
        {
          path,
          message: `expected a name such as \${${variable}} in place of the secret for a deployment, got the secret itself; store it as a parameter (docs/deployment.md#secrets)`,
        },
      ];
    }),
  );
}
