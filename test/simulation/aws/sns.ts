import { ServiceError } from '../../../local/dynamodb/service-error.ts';
import { type Publication, readPublication } from '../../../local/sns/publication.ts';
import { QueryParameters } from '../../../local/sns/query-parameters.ts';
import { asSnsError } from '../../../local/sns/sns-error.ts';

/** SNS's Publish in memory. Accepts the same requests as local mode's SNS endpoint, and passes them to `onPublish`. */
export class MemorySns {
  readonly #channels: ReadonlySet<string>;
  readonly #onPublish: (topicArn: string, publication: Publication) => void;
  #published = 0;

  constructor(
    channels: ReadonlySet<string>,
    onPublish: (topicArn: string, publication: Publication) => void,
  ) {
    this.#channels = channels;
    this.#onPublish = onPublish;
  }

  /** Answers a request. Throws the ServiceError with which SNS would refuse it. */
  answer(operation: string, parameters: URLSearchParams): unknown {
    if (operation !== 'Publish') throw new ServiceError('InvalidAction', `${operation} is not simulated`);
    const topicArn = parameters.get('TopicArn') ?? '';
    let publication: Publication;
    try {
      publication = readPublication(new QueryParameters(parameters));
    } catch (error) {
      const { code, message, status } = asSnsError(error);
      throw new ServiceError(code, message, status);
    }
    if (!this.#channels.has(topicArn)) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    this.#onPublish(topicArn, publication);
    return { MessageId: `published-${++this.#published}` };
  }
}
