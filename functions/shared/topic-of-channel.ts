const MARK = '-channel-';

/** Returns the topic of a channel, by its ARN; undefined if the channel is of none of these topics. */
export function topicOfChannel<Topic extends { readonly id: string }>(
  topics: readonly Topic[],
  channelArn: string,
): Topic | undefined {
  const at = channelArn.indexOf(MARK);
  return at < 0 ? undefined : topics.find(({ id }) => id === channelArn.slice(at + MARK.length));
}
