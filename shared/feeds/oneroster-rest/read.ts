import type { FeedFormat, OpenFeed } from '../../roster/feed-reading.ts';
import { entities } from '../../roster/records.ts';
import type { Adapter, AdapterOptions } from '../adapter.ts';
import { convert, fileOf } from '../as-oneroster/convert.ts';
import { readSource } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { refusal } from '../problem-texts.ts';
import { readPullHead } from '../pull-head.ts';
import type { PullHead } from '../pulling.ts';
import { collections, isRecord } from './collections.ts';
import { makersOf } from './makers.ts';
import type { Version } from './settings.ts';

export const oneRosterRest: Adapter = adapterOfPulls('oneroster-rest');

/** What was pulled from a server of OneRoster, by whatever way it was reached. */
export function adapterOfPulls(format: FeedFormat): Adapter {
  return {
    format,
    recognises: (heads) => heads.some(({ pulled }) => pulled === format),
    open: (files, options) => openPull(format, files, options),
  };
}

/** @throws {FeedRejected} file-missing, where a collection that had objects is not there */
async function openPull(
  format: FeedFormat,
  pulled: readonly FeedFile[],
  { include, limits }: AdapterOptions,
): Promise<OpenFeed> {
  const { mode = 'full', counts = {} } = (await readPullHead(pulled)) ?? {};
  const files = mode === 'full' ? wholeSet(pulled, counts) : pulled;
  const version = await versionOf(files, limits);
  return convert({
    ...{ format: `${format} ${version}`, version, files, include, limits },
    makers: makersOf(version, mode),
    complete: new Set(mode === 'full' ? entities : []),
    entityOf: Object.fromEntries(collections.map(({ name, entity }) => [`${name}.jsonl`, entity])),
    mode: mode === 'full' ? 'bulk' : 'delta',
    // What did not change is not pulled again.
    ...(mode === 'full' ? {} : { beyond: new Set(entities) }),
  });
}

/** A full pull has asked for every collection: one without a file had nothing, which is something else than not to be known. */
function wholeSet(files: readonly FeedFile[], counts: PullHead['counts']): FeedFile[] {
  const set = [...files];
  for (const { name, isOptional } of collections) {
    const file = `${name}.jsonl`;
    if (fileOf(files, { name: file }) !== undefined) continue;
    if ((counts[name] ?? 0) > 0) throw refusal('file-missing', { file });
    if (!isOptional) set.push({ name: file, size: 0, async *stream() {} });
  }
  return set;
}

/** As users are written: roles of their own in 1.2, one role in 1.1. The path tells less: some serve 1.2 under that of 1.1. */
async function versionOf(files: readonly FeedFile[], limits: Limits): Promise<Version> {
  const users = { kind: 'jsonl', name: 'users.jsonl' } as const;
  const file = fileOf(files, users);
  if (file === undefined) return '1.2';
  for await (const rows of readSource(users, file, { limits })) {
    for (const row of rows) {
      if ('problem' in row || !isRecord(row.item)) continue;
      return Array.isArray(row.item.roles) || row.item.role === undefined ? '1.2' : '1.1';
    }
  }
  return '1.2';
}
