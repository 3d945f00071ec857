import type { Context, Hono } from 'hono';
import { topicId, topicName } from '../cli/init/new-config.ts';
import type { ConfigText } from '../config/edit/config-file.ts';
import { insertEntries } from '../config/edit/insert-entries.ts';
import { setKey } from '../config/edit/set-key.ts';
import { printQuery } from '../config/query/print-query.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Topic } from '../functions/shared/model.ts';
import { applyEdit, baseOf, type ConfigEdit, editOf } from './config-edit.ts';
import type { PageContext } from './page-context.ts';
import { queryFaults, tryAnswer, tryRequestOf, warmUp } from './try-answer.ts';
import { tryView } from './try-view.ts';
import { saveView } from './views/save.ts';

/** A query to save: as that of a topic, or as a new topic with a name. */
interface SaveRequest {
  readonly query: string;
  readonly topic: string;
  readonly name: string;
}

const MAX_NAME = 100;

/** Adds the view that tries a query, and the forms that save it. */
export function addTopicRoutes(app: Hono, context: PageContext): void {
  const { data, form, notes, show } = context;

  let warming: AbortController | undefined;

  app.get('/try', async (c) => {
    const parameters = new URL(c.req.url).searchParams;
    const request = tryRequestOf(parameters);
    const { topics } = data.loaded().config;
    const saved = topics.find(({ id }) => id === request.topic);
    // A link to a topic has no query: the topic's own is tried.
    const query = request.query || (saved ? savedText(saved) : '');
    // A query needs the processor for itself.
    if (query !== '') warming?.abort();
    const answer = await tryAnswer(data, { ...request, query }, c.req.raw.signal);
    // Reading the past of a deployment costs money.
    if (!answer && !warming && !data.pastNote) {
      warming = new AbortController();
      void warmUp(data, warming.signal);
    }
    return show(c, { view: '/try' }, () =>
      tryView({ ...request, query }, topics, answer, {
        canSave: data.actions !== undefined,
        done: notes.of(c),
        pastNote: data.pastNote?.(),
      }),
    );
  });

  app.get('/topics/save', (c) => {
    const request = saveRequestOf(c.req.query());
    const faults = queryFaults(request.query, data.loaded().shared);
    const edit = faults.length > 0 ? undefined : saveEdit(request);
    return show(c, { view: '/try', title: 'Save a topic' }, () =>
      saveView({ ...request, edit, base: edit ? baseOf(edit) : '', faults, form }),
    );
  });

  app.post('/topics/save', async (c) => {
    const fields = await fieldsOf(c);
    const request = saveRequestOf(fields);
    const faults = queryFaults(request.query, data.loaded().shared);
    const edit = faults.length > 0 ? undefined : saveEdit(request);
    // The file was changed since the diff was shown, so it is shown again.
    if (!edit || baseOf(edit) !== fields.base) {
      return show(c, { view: '/try', title: 'Save a topic' }, () =>
        saveView({ ...request, edit, base: edit ? baseOf(edit) : '', faults, form, isAgain: true }),
      );
    }
    await applyEdit(context.actions(), edit);
    const topic = request.topic || newTopic(request, edit.config).id;
    return notes.redirect(c, '/try', 'Saved, and in use from now on.', { topic, q: request.query });
  });

  /** Returns the text of a topic's query: as in the file, if it is one text there. */
  function savedText({ id, query }: Topic): string {
    return data.loaded().queryTexts.get(id) ?? (query ? printQuery(query) : '');
  }

  function saveEdit(request: SaveRequest): ConfigEdit {
    return editOf(context.actions(), (config) => {
      const index = config.loaded.config.topics.findIndex(({ id }) => id === request.topic);
      if (index !== -1) return setKey(config.text, 'topics', index, 'match', request.query);
      if (request.topic !== '') {
        throw new NewsAlertsError(
          `${config.file}: expected a topic with the id ${request.topic}, got none; nothing was changed. Try the query again and save it as a new topic`,
        );
      }
      const added = newTopic(request, config);
      const namesake = config.loaded.config.topics.find(({ name }) => name === added.name);
      if (namesake) {
        throw new NewsAlertsError(
          `expected a name that no other topic has, got ${added.name}, which is that of ${namesake.id}; nothing was changed. Choose another name, or save the query as that of ${namesake.id}`,
        );
      }
      return insertEntries(config.text, 'topics', [added]);
    });
  }
}

/** Returns the entry of a new topic, with an id that is not in use. */
function newTopic({ query, name }: SaveRequest, { loaded }: ConfigText) {
  const taken = new Set(loaded.config.topics.map(({ id }) => id));
  const wanted = topicId(name || query);
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted.slice(0, 60)}-${n}`;
  return { id, name: name || topicName(query), match: query };
}

function saveRequestOf(fields: Readonly<Record<string, string>>): SaveRequest {
  return {
    // One line, since the file gets one.
    query: (fields.q ?? '').replace(/\s+/g, ' ').trim(),
    topic: fields.topic ?? '',
    name: (fields.name ?? '').replace(/\s+/g, ' ').trim().slice(0, MAX_NAME),
  };
}

/** Returns the text fields of a form. */
export async function fieldsOf(c: Context): Promise<Readonly<Record<string, string>>> {
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
