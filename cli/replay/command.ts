import type { Command } from 'commander';
import { details, examples } from '../shared/help.ts';
import { configOption } from '../shared/options.ts';

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('run recorded feeds through the pipeline; print a JSON line per alert, and a summary')
    .argument('<dir>', 'folders of snapshots: <feed>/<poll time>.xml, such as bbc/2020-04-21T004301Z.xml')
    .addOption(configOption())
    .addHelpText('after', examples('replay recorded-feeds'))
    .addHelpText(
      'after',
      details(
        'Each snapshot is a file `<feed>/<poll time>.xml`. Each alert is a line `{at, topic, kind, title, url, feed, items}`; the last line is `{summary}`. `kind` is `new`, `follow-up`, `roundup`, `digest`, `welcome` or `notice`. Each of the items is `{id, title, url, feed, story, role}`; `role` is `first`, `development` or `also`, which is a retelling.',
        'After the last poll, the virtual clock runs on until no follow-up, digest or round-up waits.',
      ),
    )
    .action(async (dir: string, options: { config: string }) => {
      const { replay } = await import('./replay.ts');
      await replay(dir, options.config);
    });
}
