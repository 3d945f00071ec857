import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** A feed's document at one time. */
interface Snapshot {
  readonly file: string;
  /** Poll time, ms since the epoch. */
  readonly at: number;
}

interface SnapshotFeed {
  readonly id: string;
  /** The folder's name, or its path when two folders have the same name. */
  readonly title: string;
  readonly snapshots: readonly Snapshot[];
}

export interface SnapshotFolder {
  readonly feeds: readonly SnapshotFeed[];
  /** Files without a poll time as their name. */
  readonly ignored: readonly string[];
}

const POLL_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})(\d{2})Z\.xml$/;

/**
 * Lists the snapshots in a folder: files `<feed>/<poll time>.xml`, such as `bbc/2020-04-21T004301Z.xml`, at any depth.
 * @throws NewsAlertsError when the folder cannot be read or has no snapshots
 */
export function readSnapshots(folder: string): SnapshotFolder {
  const byFolder = new Map<string, Snapshot[]>();
  const ignored: string[] = [];
  for (const entry of listing(folder)) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const at = pollTime(entry.name);
    if (at === undefined) ignored.push(relative(folder, file));
    else byFolder.set(dirname(file), [...(byFolder.get(dirname(file)) ?? []), { file, at }]);
  }
  if (byFolder.size === 0) {
    throw new NewsAlertsError(
      `${folder}: expected a folder of snapshots, such as bbc/2020-04-21T004301Z.xml, got ${
        ignored.length === 0 ? 'no files' : `only files with other names, such as ${ignored[0]}`
      }; name another folder`,
    );
  }
  const paths = [...byFolder.keys()].map(
    (path) => relative(folder, path).split(sep).join('/') || basename(folder),
  );
  const names = paths.map((path) => basename(path));
  const feeds = [...byFolder.values()].map((snapshots, n) => {
    const [path = '', name = ''] = [paths[n], names[n]];
    const title = names.filter((other) => other === name).length === 1 ? name : path;
    return { id: path, title, snapshots: snapshots.toSorted((a, b) => a.at - b.at) };
  });
  return { feeds: feeds.toSorted((a, b) => (a.id < b.id ? -1 : 1)), ignored };
}

function listing(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    const got = isFile(folder) ? 'a file' : describeFileError(cause);
    throw new NewsAlertsError(
      `${folder}: expected a folder of snapshots, such as bbc/2020-04-21T004301Z.xml, got ${got}; name another folder`,
      { cause },
    );
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function pollTime(name: string): number | undefined {
  const [, date, hours, minutes, seconds] = POLL_TIME.exec(name) ?? [];
  const time = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isFinite(time) ? time : undefined;
}
