import type { Theme } from './fault-plan.ts';

/** A change to the source that removes one rule. */
export interface Mutant {
  /** The rule that is removed. */
  readonly rule: string;
  readonly file: string;
  /** Must occur in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** The theme of runs that show the loss of the rule. Any theme by default. */
  readonly theme?: Theme;
  /** The number of seeds of which one must break. 100 by default; more if the loss shows rarely. */
  readonly within?: number;
}

const PROCESS_DOCUMENT = 'functions/poll/process-document.ts';
const RECORD_OUTCOME = 'functions/poll/record-outcome.ts';
const CLAIMS = 'functions/shared/store/claims.ts';
const DELIVER_FIRST = 'functions/notify/deliver/deliver-first-report.ts';
const DELIVER_LATER = 'functions/notify/deliver/deliver-later-report.ts';
const PUBLISH = 'functions/notify/deliver/publish.ts';
const SEND_DIGEST = 'functions/notify/deliver/send-digest.ts';
const NOTIFY = 'functions/notify/notify.ts';
const PLACE = 'functions/notify/deliver/place-in-story.ts';
const DELIVER_ITEM = 'functions/notify/deliver/deliver-item.ts';
const GATHER = 'functions/notify/deliver/gather.ts';
const OUTCOME = 'functions/notify/story/outcome.ts';
const RECIPIENT_CLAIMS = 'functions/shared/store/recipient-claims.ts';
const DELIVER = 'functions/shared/delivery/deliver.ts';
const CHAT_ATTEMPT = 'functions/chat/attempt.ts';
const MAIL_SUBSCRIPTIONS = 'functions/mail/subscriptions.ts';

/** Each mutant must make the simulation fail. Otherwise no test protects the rule. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'state-before-queue': {
    rule: 'a poll sends new items before it commits the state of the feed',
    file: PROCESS_DOCUMENT,
    from: '  await deps.itemsQueue.send(itemMessages(feed, { ...times, revision }, changed));\n',
    to: `  await deps.feedStates.commit(feed.id, state, nextState);
  const early = await deps.feedStates.get(feed.id);
  await deps.itemsQueue.send(itemMessages(feed, { ...times, revision }, changed));
  Object.assign(state, early);\n`,
  },
  'state-before-items': {
    rule: 'a poll stores the items before it commits the state of the feed',
    file: PROCESS_DOCUMENT,
    from: `  await deps.items.putAll(
    changed.map(({ item }) => item),
    now,
  );
`,
    to: `  setTimeout(() => void deps.items.putAll(changed.map(({ item }) => item), now).catch(() => undefined), 5_000);
`,
  },
  'unconditional-commit': {
    rule: 'a poll commits only if the state is still the one that it started from',
    file: 'functions/shared/store/feed-states.ts',
    from: "before === 0 ? { absent: true } : { attribute: 'version', equals: before },",
    to: 'undefined,',
  },
  'failure-forgets': {
    rule: 'a failed poll keeps the seen set',
    file: 'functions/poll/backoff.ts',
    from: '    ...state,\n    failures,',
    to: '    version: state.version,\n    failures,',
  },
  'notice-after-state': {
    rule: 'a notice about a feed is sent before the state records it',
    file: RECORD_OUTCOME,
    from: '  await deps.notices.send(due);\n',
    to: '  setTimeout(() => void deps.notices.send(due).catch(() => undefined), 5_000);\n',
    theme: 'feeds',
  },
  'notice-named-anew': {
    rule: 'a notice has the same id in every attempt',
    file: 'functions/poll/notices.ts',
    from: "hash64('notice', feed.id, what, of)",
    to: "hash64('notice', feed.id, what, of, times.polledAt)",
    theme: 'feeds',
  },
  'move-not-told': {
    rule: 'a feed that has moved is read at its new address only after the operators are notified',
    file: RECORD_OUTCOME,
    from: '  await deps.notices.send(await noticesOf(poll, timesOf(deps, poll)));\n',
    to: '  await deps.notices.send([]);\n',
    theme: 'feeds',
  },
  'history-told': {
    rule: 'items that are old when a feed first shows them are not delivered',
    file: PROCESS_DOCUMENT,
    from: '(!first && history.ids.has(id))',
    to: '(first && history.ids.has(id))',
  },
  'names-alone': {
    rule: 'items with new guids in every response are recognised by their texts',
    file: 'functions/poll/diff/recognise.ts',
    from: '    return isRenamed ? byText.get(entry) : undefined;\n',
    to: '    return undefined;\n',
  },
  'address-alone': {
    rule: 'items of two feeds with the same address are separate items',
    file: 'functions/shared/item-id.ts',
    from: 'addressHash.slice(0, ADDRESS_DIGITS) + hashInFeed.slice(ADDRESS_DIGITS)',
    to: 'addressHash || hashInFeed',
  },
  'tick-first': {
    rule: 'dispatch commits its tick last',
    file: 'functions/dispatch/dispatch.ts',
    from: '  // A new configuration makes all feeds due',
    to: `  await ticks.commit({ at: now, configVersion: config.version }, last);
  // A new configuration makes all feeds due`,
  },
  'burst-not-owned': {
    rule: 'an attempt at a burst recognises the items that an earlier attempt recorded for it',
    file: GATHER,
    from: 'const isOwn = before?.alerts?.includes(burstId) ?? false;',
    to: 'const isOwn = false;',
    theme: 'bursts',
  },
  'burst-due-anew': {
    rule: 'a burst stays due at the time that its first attempt chose',
    file: GATHER,
    from: 'const { claimedAt, dueAt = wanted, dailyAt } = claim;',
    to: 'const [claimedAt, dueAt, dailyAt] = [now, wanted, claim.dailyAt];',
    theme: 'bursts',
  },
  'burst-takes-all': {
    rule: 'a feed gets at most a third of its topic’s caps',
    file: 'functions/notify/policy/fair-share.ts',
    from: '  if (!byDefault) return crowded',
    to: '  if (byDefault) return [];\n  return crowded',
    theme: 'bursts',
  },
  'hits-not-awaited': {
    rule: 'match finishes only when its hits are accepted',
    file: 'functions/match/match.ts',
    from: '  await hits.send(',
    to: '  await { send: (all: never) => hits.send(all).catch(() => undefined) }.send(',
    theme: 'queues',
  },
  'failures-not-reported': {
    rule: 'failed records return to the queue',
    file: 'functions/shared/aws/batch.ts',
    from: 'batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId }))',
    to: 'batchItemFailures: records.slice(1).map(({ messageId }) => ({ itemIdentifier: messageId }))',
  },
  'edits-overtake': {
    rule: 'hits of an item stay in order',
    file: 'functions/shared/aws/batch.ts',
    from: 'if (failedSubjects.has(subject)) {',
    to: 'if (failedSubjects.has("never" + subject)) {',
    theme: 'recovery',
    // Shows only if an edit overtakes a failed hit of the same item, which happens in 12 of 800 seeds.
    within: 400,
  },
  'only-this-version': {
    rule: 'a handler accepts messages of the previous version',
    file: 'functions/shared/messages.ts',
    from: 'hit: [1, 2],',
    to: 'hit: [2],',
  },
  'failed-entries-dropped': {
    rule: 'messages that a queue did not accept are sent again',
    file: 'functions/shared/aws/sqs-queue.ts',
    from: 'if (Failed.length === 0) break;',
    to: 'break;',
  },
  'unprocessed-dropped': {
    rule: 'records that the table did not accept are written again',
    file: 'functions/shared/aws/dynamo-table.ts',
    from: 'requests = UnprocessedItems?.[name] ?? [];',
    to: 'requests = UnprocessedItems?.["no " + name] ?? [];',
  },
  'short-patience': {
    rule: 'the hits queue keeps its messages through an hour without SNS',
    file: 'functions/shared/pipeline.ts',
    from: 'hits: { fifo: true, visibilityTimeout: 180, maxReceiveCount: 30 },',
    to: 'hits: { fifo: true, visibilityTimeout: 180, maxReceiveCount: 5 },',
    theme: 'recovery',
  },
  'no-claim': {
    rule: 'an alert is claimed before it is published',
    file: CLAIMS,
    from: '      if (await table.put({ ...key(alertId), ...claimed, claimedAt: now, ...target }, { absent: true }))\n        return first;\n',
    to: '      return first;\n',
  },
  'unconditional-claim': {
    rule: 'only one claim of an alert succeeds',
    file: CLAIMS,
    from: 'claimedAt: now, ...target }, { absent: true })',
    to: 'claimedAt: now, ...target })',
  },
  'settled-claimed-again': {
    rule: 'a settled alert is never claimed again',
    file: CLAIMS,
    from: "        return { kind: 'settled', covers: covered, reported, dueAt, waitsFor };\n",
    to: "        await table.put({ ...key(alertId), ...before, state: 'claimed', leaseUntil: 0 });\n",
  },
  'lease-ignored': {
    rule: 'a claim is taken over only after its lease has ended',
    file: CLAIMS,
    from: "      if (isLeaseRunning(leaseUntil, now)) return { kind: 'busy' };\n",
    to: '',
    theme: 'overlap',
  },
  'takeover-unconditional': {
    rule: 'only one attempt takes over a claim',
    file: CLAIMS,
    from: "            { attribute: 'leaseUntil', equals: leaseUntil },\n",
    to: '',
    theme: 'overlap',
    within: 400,
  },
  'own-claim-unknown': {
    rule: 'an attempt recognises its own claim if the response was lost',
    file: CLAIMS,
    from: "      if (before.state === 'claimed' && before.owner === owner) return first;\n",
    to: '',
  },
  'resumed-covers-anew': {
    rule: 'a resumed digest contains the entries of its first attempt',
    file: CLAIMS,
    from: '        claimedAt,\n        covers: covered,\n        dueAt:',
    to: '        claimedAt,\n        covers,\n        dueAt:',
    theme: 'digests',
  },
  'another-way': {
    rule: 'a resumed alert is delivered as its first attempt decided: at once or in a digest',
    file: CLAIMS,
    from: 'before.digest === undefined ? digest : (before.digest as number | null)',
    to: 'digest',
    theme: 'overlap',
  },
  'resumed-is-first': {
    rule: 'an attempt knows if an earlier one may have sent the alert',
    file: CLAIMS,
    from: 'const resumed = { ...first, resumed: true,',
    to: 'const resumed = { ...first, resumed: false,',
  },
  'settle-before-publish': {
    rule: 'an alert is settled after it is published',
    file: PUBLISH,
    from: '  const outcome = await channels.publish(',
    to: "  await claims.settle(alert.id, 'sent', clock(), logFields);\n  const outcome = await channels.publish(",
  },
  'mutes-ignored': {
    rule: 'no message contains a story that a reader muted',
    file: PUBLISH,
    from: 'const isMuted = ({ storyId }: AlertEntry) => muted.has(storyId);\n',
    to: "const isMuted = ({ storyId }: AlertEntry) => muted.has('never' + storyId);\n",
  },
  'muted-silences-all': {
    rule: 'a message without its muted stories is still sent',
    file: PUBLISH,
    from: 'protocols.length === 0 || alert.entries.length === 0',
    to: 'protocols.length === 0 || alert.entries.length < whole.entries.length',
    theme: 'digests',
  },
  'mutes-cached': {
    rule: 'mutes and their undoing count from the next message on',
    file: 'functions/shared/store/mutes.ts',
    from: '      const records = await table.query({ pk: topicPartition(topicId), from: PREFIX,',
    to: `      const kept = ((table as { kept?: Record<string, Awaited<ReturnType<Table['query']>>> }).kept ??= {});
      const records = kept[topicId] ??= await table.query({ pk: topicPartition(topicId), from: PREFIX,`,
  },
  'split-alerted-again': {
    rule: 'a report that a reader took out of its story is not alerted again by a copy of it',
    file: PLACE,
    from: '  if (story.splitFrom === undefined) return false;\n',
    to: '  return false;\n',
  },
  'split-text-stays': {
    rule: 'later reports follow a report that a reader took out of its story',
    file: 'functions/notify/story/split-story.ts',
    from: '{ ...withoutContents(story), itemIds, ...divided.left }',
    to: '{ ...story, itemIds }',
  },
  'split-versions-stay': {
    rule: 'edits of a report that a reader took out of its story belong to its own story',
    file: 'functions/notify/story/split-story.ts',
    from: '  for (const id of own.itemIds) {\n',
    to: '  for (const id of own.itemIds.slice(1)) {\n',
  },
  'never-settled': {
    rule: 'a published alert is settled',
    file: PUBLISH,
    from: "      await claims.settle(alert.id, 'sent', clock(), { ...logFields, messageId: outcome.messageId });\n",
    to: '',
  },
  'skip-ignored': {
    rule: 'an alert that may have been sent is not repeated to a protocol with onAmbiguous: skip',
    file: PUBLISH,
    from: "!resumed || onAmbiguousOf(config, protocol) === 'resend'",
    to: 'true',
  },
  'unknown-released': {
    rule: 'a claim is kept if the outcome of the publish is unknown',
    file: PUBLISH,
    from: "    case 'unknown':\n",
    to: "    case 'unknown':\n      await claims.release(alert.id, owner);\n",
  },
  'throttled-kept': {
    rule: 'a claim is released if the alert was certainly not sent',
    file: PUBLISH,
    from: '      if (!resumed) await claims.release(alert.id, owner);\n',
    to: '',
  },
  'resumed-released': {
    rule: 'a resumed claim is never released, because the first attempt may have sent the alert',
    file: PUBLISH,
    from: '      if (!resumed) await claims.release(alert.id, owner);\n',
    to: '      await claims.release(alert.id, owner);\n',
    theme: 'overlap',
    // Shows only if SNS refuses what an earlier attempt sent, which happens in 2 of 400 seeds.
    within: 400,
  },
  'publish-retried': {
    rule: 'the SDK tries each publish only once',
    file: 'functions/shared/aws/platform.ts',
    from: 'new SNSClient({ requestHandler, ...sdk, maxAttempts: 1 })',
    to: 'new SNSClient({ requestHandler, ...sdk, maxAttempts: 3 })',
  },
  'queued-before-laid-by': {
    rule: 'an alert is added to its digest before its claim is settled',
    file: DELIVER_FIRST,
    from: '    const { reported } = await deps.digests.add(',
    to: "    await deps.claims.settle(id, 'queued', now, logFields);\n    const { reported } = await deps.digests.add(",
  },
  'laid-by-anew': {
    rule: 'every attempt adds the same entry to the same digest',
    file: DELIVER_FIRST,
    from: '    const alert = { id, claimedAt };',
    to: '    const alert = { id, claimedAt: now };',
  },
  'removed-before-sent': {
    rule: 'digest entries are removed only after the digest was sent',
    file: SEND_DIGEST,
    from: '    const claim = await deps.claims.claim(\n',
    to: '    await deps.digests.remove(topic.id, batch);\n    const claim = await deps.claims.claim(\n',
  },
  'one-round': {
    rule: 'entries that are added after a digest was claimed are sent in another digest',
    file: 'functions/notify/policy/message-ids.ts',
    from: "hash64('digest', topicId, dueAt, ...part, String(round))",
    to: "hash64('digest', topicId, dueAt, ...part, String(round && 0))",
    theme: 'digests',
  },
  'recorded-before-delivered': {
    rule: 'a delivered version is recorded only after delivery',
    file: DELIVER_ITEM,
    from: '  const placed = await placeInStory(',
    to: "  await recordDelivered(deps, topic, hit, { ...delivered, storyId: hash64(topic.id, item.id), lead: true, role: 'first' });\n  const placed = await placeInStory(",
  },
  'only-the-first-reports': {
    rule: 'every item of a story may send its first report',
    file: PLACE,
    from: '  const first = (await isReportedElsewhere(',
    to: '  const first = story.leadItemId !== item.id || (await isReportedElsewhere(',
  },
  'known-before-delivered': {
    rule: 'a story contains an item only after the item is delivered',
    file: PLACE,
    from: '  const outlets = outletsWith(story, hit);\n',
    to: '  const outlets = outletsWith(story, hit);\n  if (!story.itemIds.includes(item.id)) await deps.stories.change(topic.id, story, { ...story, itemIds: [...story.itemIds, item.id] });\n',
  },
  'opener-not-named': {
    rule: 'the item that opened a story is named even if another item sent the first report',
    file: PLACE,
    from: "outcome.kind === 'member' && (!lead || story.splitFrom !== undefined)",
    to: "outcome.kind === 'member'",
    // Shows only if an item joins a story between the first attempts at it, which happens in 2 of 400 seeds.
    within: 400,
  },
  'edit-taken-for-delivered': {
    rule: 'an edit is delivered even if an earlier text was delivered and not recorded',
    file: DELIVER_ITEM,
    from: '!reported?.title || reportsText(reported, item)',
    to: '!reported?.title || reported.title',
    theme: 'policy',
    // Shows only if the queue gives up the hit of an item that is edited.
    within: 1,
  },
  'live-page-scattered': {
    rule: 'the updates of a live page belong to one story',
    file: 'functions/notify/story/outcome.ts',
    from: 'candidates.findLast(({ story: { livePage } }) => livePage === item.livePage);',
    to: 'candidates.findLast(({ story: { livePage } }) => livePage === undefined && item.livePage === undefined);',
  },
  'retellings-dropped': {
    rule: 'a retelling is named in the round-up',
    file: 'functions/notify/policy/follow-up-schedule.ts',
    from: '    if (!listsAll || !roundUp) return undefined;\n',
    to: '    if (roundUp || !roundUp) return undefined;\n',
  },
  'follow-up-too-soon': {
    rule: 'the first follow-up of a story comes no sooner than the topic’s interval allows',
    file: 'functions/notify/policy/follow-up-schedule.ts',
    from: 'Math.max(now + GATHER_MS, Date.parse(last.dueAt) + interval)',
    to: 'now + interval / interval',
  },
  'follow-up-in-quiet': {
    rule: 'a follow-up that would be due in quiet hours joins the digest at their end',
    file: 'functions/notify/policy/follow-up-schedule.ts',
    from: 'policy.quiet && quietUntil(policy.quiet, dueAt)',
    to: 'policy.quiet && undefined',
    theme: 'policy',
  },
  'follow-up-takes-no-place': {
    rule: 'a follow-up takes a place within its topic’s caps',
    file: DELIVER_LATER,
    from: "  if (schedule.kind !== 'now' && schedule.kind !== 'follow-up') return schedule;\n",
    to: "  if (schedule.kind !== 'now') return schedule;\n",
    theme: 'policy',
  },
  'old-text-counts': {
    rule: 'of two hits of an item, the later one counts',
    file: NOTIFY,
    from: '  if (order < 0) return;\n',
    to: '',
    theme: 'redelivery',
  },
  'quiet-ignored': {
    rule: 'alerts in quiet hours wait until these end',
    file: 'functions/notify/policy/delivery-due.ts',
    from: 'quiet && quietUntil(quiet, now)',
    to: 'undefined',
    theme: 'policy',
  },
  'digest-in-quiet': {
    rule: 'a digest that is due in quiet hours is sent when these end',
    file: 'functions/notify/policy/delivery-due.ts',
    from: '(quiet && quietUntil(quiet, due)) ?? due',
    to: '(quiet && undefined) ?? due',
    theme: 'policy',
  },
  'quiet-every-day': {
    rule: 'quiet hours with days begin only on these days',
    file: 'functions/notify/policy/quiet-hours.ts',
    from: '      if (days && !days.includes(weekdayOf(date))) continue;\n',
    to: '',
    theme: 'policy',
  },
  'quiet-by-their-end': {
    rule: 'quiet hours that cross midnight belong to the day on which they begin',
    file: 'functions/notify/policy/quiet-hours.ts',
    from: 'days.includes(weekdayOf(date))',
    to: 'days.includes(weekdayOf(today))',
    theme: 'policy',
  },
  'place-taken-again': {
    rule: 'an alert that asks twice for a place gets only one',
    file: 'functions/shared/store/quotas.ts',
    from: "        if (by.includes(taker)) return 'taken';\n",
    to: '',
    theme: 'policy',
  },
  'places-unlimited': {
    rule: 'no more places are given than the cap allows',
    file: 'functions/shared/store/quotas.ts',
    from: "        if (wouldExceed(taken, limit, shares, wanted)) return 'full';\n",
    to: '',
    theme: 'policy',
  },
  'told-takes-a-place': {
    rule: 'an alert that was already sent takes no second place within the caps',
    file: DELIVER_FIRST,
    from: '  if ((await claims.find(id))?.settled) return undefined;\n',
    to: '',
    theme: 'policy',
  },
  'sms-anyway': {
    rule: 'a separate SMS is sent only if the common alert did not include SMS',
    file: 'functions/notify/policy/plan.ts',
    from: '  if (common && followsSmsPolicy(common.protocols)) return undefined;\n',
    to: '',
    theme: 'policy',
  },
  'sms-at-once': {
    rule: 'an SMS is sent only when enough outlets have the story',
    file: 'functions/notify/policy/plan.ts',
    from: 'return outlets >= minSources;',
    to: 'return outlets > 0;',
    theme: 'policy',
  },
  'parts-unlimited': {
    rule: 'no more SMS parts are sent than the month allows',
    file: 'functions/notify/policy/sms-parts.ts',
    from: "return taken === 'taken';",
    to: 'return taken !== undefined;',
    theme: 'policy',
  },
  'parts-silently-out': {
    rule: 'the operators are notified that the SMS parts are used up',
    file: DELIVER_FIRST,
    from: `  await deliverFirstReport(deps, OPERATIONS_TOPIC, {
    entry: smsPartsUsedUpEntry(smsParts, now),
    loudness: 'alert',
    tickAt,
  });
`,
    to: '',
    theme: 'policy',
  },
  'one-digest-for-all': {
    rule: 'digest entries for one protocol are sent only by that protocol',
    file: SEND_DIGEST,
    from: 'isOwnMessage(kind) ? kind : protocols.join()',
    to: 'isOwnMessage(kind) ? kind : ALL_PROTOCOLS.join()',
    theme: 'policy',
  },
  'story-opened-anew': {
    rule: 'every attempt, even of the previous release, opens the same story',
    file: PLACE,
    from: 'openedAt: polledAt,',
    to: 'openedAt: new Date(deps.clock()).toISOString(),',
    theme: 'overlap',
  },
  'signatures-forgotten': {
    rule: 'a story keeps the signatures of its items when another item joins',
    file: 'functions/notify/story/with-item-text.ts',
    from: '  const next = withSignature(before, signature);\n',
    to: "  const next = withSignature(before.slice(before.length), '|');\n",
  },
  'titles-alone': {
    rule: 'a story is found by its items’ texts, not only by their titles',
    file: OUTCOME,
    from: '  const parsed = table.parse(item.signature ?? signatureOf(item));\n',
    to: "  const parsed = table.parse(signatureOf({ ...item, summary: '' }));\n",
  },
  'any-story-will-do': {
    rule: 'an item that is like no story opens its own',
    file: 'functions/notify/story/find-story.ts',
    from: 'best.likelihood >= MIN_LIKELIHOOD ? best : undefined',
    to: 'best.likelihood >= 0 ? best : undefined',
  },
  'forms-of-one-outlet': {
    rule: "one outlet's headline with one word replaced is other news",
    file: 'functions/notify/story/distinct.ts',
    from: '    isRewordedByOutlet(a, b) ||\n',
    to: '',
  },
  'unchecked-signature': {
    rule: 'what is pushed is signed with the secret of the subscription',
    file: 'functions/push/receive-push.ts',
    from: 'digest.length !== expected.length || !timingSafeEqual(digest, expected)',
    to: 'digest.length !== expected.length',
  },
  'pushed-rename-is-news': {
    rule: 'an entry of a push that has a known text under a new name is not news until the whole document is read',
    file: PROCESS_DOCUMENT,
    from: ' || seen.some((known) => isUnedited(known, entry))',
    to: '',
    // Shows only if a hub pushes a part of a feed with new names in every response before a second poll.
    within: 1,
  },
  'unsigned-unknown': {
    rule: 'stories of the previous release are found by their titles',
    file: OUTCOME,
    from: "signatures.length > 0 ? signatures : [signatureOf({ title, summary: '' })]",
    to: 'title === undefined ? [] : signatures',
  },
  'watched-words-count': {
    rule: 'until enough items are counted, watched terms do not indicate that two items report one story',
    file: 'functions/notify/story/term-table.ts',
    from: 'this.#watched?.has(term) ? UNKNOWN_COUNT_WATCHED : UNKNOWN_COUNT',
    to: 'this.#watched?.has(term) ? 0 : UNKNOWN_COUNT',
  },
  'pause-unsettled': {
    rule: 'a change of what a person receives is finished after it was interrupted',
    file: 'functions/signup/manage.ts',
    from: '({ ...edit(before), unsettled: true })',
    to: 'edit(before)',
    theme: 'visitors',
  },
  'pause-endless': {
    rule: 'a pause that is over ends',
    file: 'functions/shared/subscriber-filter.ts',
    from: 'subscriber?.pausedUntil !== undefined && isAhead(subscriber.pausedUntil)',
    to: 'subscriber?.pausedUntil !== undefined',
    theme: 'visitors',
  },
  'subscription-unrecorded': {
    rule: 'a subscription is recorded before SNS has it, so that a person can end it',
    file: 'functions/signup/sign-up.ts',
    from: "      ...Object.fromEntries(topicIds.map((topicId) => [topicId, ''])),\n",
    to: '',
    theme: 'visitors',
  },
  'daily-after-settling': {
    rule: 'an alert has its entry for those who get one mail a day before its claim is settled',
    file: PUBLISH,
    from: "      await beforeSettling?.();\n      await claims.settle(alert.id, 'sent', clock(), { ...logFields, messageId: outcome.messageId });\n",
    to: "      await claims.settle(alert.id, 'sent', clock(), { ...logFields, messageId: outcome.messageId });\n      await beforeSettling?.();\n",
    theme: 'visitors',
  },
  'daily-gets-all': {
    rule: 'whoever gets one mail a day gets no others',
    file: 'functions/shared/aws/sns-channels.ts',
    from: "  'at once': [email],",
    to: "  'at once': [email, daily],",
    theme: 'visitors',
  },
  'daily-ends-at-once': {
    rule: 'whoever gets each message again still gets what waits for the daily mail',
    file: 'functions/shared/subscriber-filter.ts',
    from: "subscriber?.dailyUntil === undefined ? 'at once' : 'all'",
    to: "'at once'",
    theme: 'visitors',
  },
  'code-works-twice': {
    rule: 'a wrong code subscribes nobody',
    file: 'functions/signup/sms-code.ts',
    from: '  return isRight && isRecorded ? code.topicIds : undefined;',
    to: '  return isRecorded ? code.topicIds : undefined;',
    theme: 'visitors',
  },
  'chat-no-claim': {
    rule: 'an attempt sends an alert to a chat service only if nobody has changed its state',
    file: RECIPIENT_CLAIMS,
    from: 'before === undefined ? { absent: true } : unchanged(before)',
    to: 'undefined',
  },
  'chat-sent-again': {
    rule: 'an alert that a chat service has is not sent again',
    file: DELIVER,
    from: "state?.state === 'sent' || ",
    to: '',
  },
  'chat-settled-early': {
    rule: 'an alert counts as sent only after the chat service has accepted it',
    file: DELIVER,
    from: '  const result = await recipient',
    to: "  await deps.claims.settle(first.claim, { state: 'sent' }, deps.clock());\n  const result = await recipient",
  },
  'chat-not-buried': {
    rule: 'an alert that is given up becomes a dead letter',
    file: DELIVER,
    from: '    await one.bury();\n',
    to: '',
  },
  'chat-buried-late': {
    rule: 'an alert is a dead letter before it counts as failed',
    file: DELIVER,
    from: '    await one.bury();\n',
    to: '    setTimeout(() => void one.bury().catch(() => undefined), 5_000);\n',
    within: 400,
  },
  'chat-retry-after': {
    rule: 'a chat service is not disturbed before its Retry-After',
    file: DELIVER,
    from: 'Math.max(pauseMs, pauseOf(now - laneSince, DELIVERY_PAUSES))',
    to: 'pauseOf(now - laneSince, DELIVERY_PAUSES)',
  },
  'chat-pause-forgotten': {
    rule: 'all alerts for a recipient wait for its Retry-After',
    file: DELIVER,
    from: 'Math.max(state?.nextAt ?? 0, lane.problem?.nextAt ?? 0)',
    to: '(state?.nextAt ?? 0)',
  },
  'chat-parts-again': {
    rule: 'an alert of several messages goes on after those that were accepted',
    file: CHAT_ATTEMPT,
    from: 'parts?.of === bodies.length ? parts.accepted : 0',
    to: 'parts === undefined ? 0 : 0',
  },
  'chat-thread-lost': {
    rule: 'a follow-up continues the thread of its story',
    file: CHAT_ATTEMPT,
    from: 'ownThread ?? (await threadOf(deps, alert, lane))',
    to: 'ownThread',
  },
  'mail-counted-early': {
    rule: 'a mail counts as sent only after SES has accepted it',
    file: 'functions/mail/mail.ts',
    from: '  return { outcome: await deps.send({ data, to: reader.endpoint }), progress: {} };\n',
    to: "  void deps.send({ data, to: reader.endpoint });\n  return { outcome: { kind: 'sent', answer: '' }, progress: {} };\n",
  },
  'mail-resumed': {
    rule: 'with onAmbiguous: skip, an alert is not sent again after an attempt that never ended',
    file: DELIVER,
    from: "claim.isResumed && recipient.onAmbiguous === 'skip'",
    to: 'false',
  },
  'mail-in-doubt': {
    rule: 'with onAmbiguous: skip, a mail that SES may have accepted is not sent again',
    file: DELIVER,
    from: "outcome.mayBeSent && recipient.onAmbiguous === 'skip'",
    to: 'false',
  },
  'mail-shared-again': {
    rule: 'all alerts in a mail count as sent',
    file: DELIVER,
    from: '  for (const claimed of outgoing) await guard',
    to: '  for (const claimed of outgoing.slice(0, 1)) await guard',
  },
  'mail-shared-lost': {
    rule: 'an alert counts as sent only if it is in the mail',
    file: DELIVER,
    from: '[first.one.alert, ...others.map(({ one }) => one.alert)]',
    to: '[first.one.alert]',
  },
  'mail-pause-ignored': {
    rule: 'who pauses gets no mail',
    file: MAIL_SUBSCRIPTIONS,
    from: '    !isPaused &&\n',
    to: '',
  },
  'mail-mute-ignored': {
    rule: 'who has muted a story gets no mail about it',
    file: MAIL_SUBSCRIPTIONS,
    from: 'storyId !== undefined && mutedStories.includes(storyId)',
    to: 'false',
  },
  'mail-unfiltered': {
    rule: 'a subscription without a filter gets no mail from us, since SNS sends everything to it',
    file: MAIL_SUBSCRIPTIONS,
    from: '!isOurs && (await isUnfiltered(deps, arn))',
    to: 'false',
  },
  'mail-address-kept': {
    rule: 'no record contains an address',
    file: 'functions/shared/aws/ses-mail.ts',
    from: "text.replaceAll(ADDRESS, '…')",
    to: 'text',
  },
};
