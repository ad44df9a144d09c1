import { posix } from 'node:path';
import type { Amount } from '../../../shared/reports/quota.ts';
import { missing, SftpError } from './sftp-error.ts';

/** `path` as the person sees it; `prefix`: of keys, with a slash at its end; `left`: of its account's quota. */
export type SeenFolder = {
  path: string;
  prefix: string;
  isReadOnly: boolean;
  left?: Amount | undefined;
};

export type Node =
  | { kind: 'virtual'; names: string[] }
  /** `name`: below the folder; empty for the folder itself. */
  | { kind: 'place'; folder: SeenFolder; key: string; name: string };

/** S3 takes keys of 1,024 bytes; what comes before the name and what hidden names add needs some of them. */
const longestName = 700;
const longestPart = 255;
/** Nobody sorts reports deeper, and every level is a look. */
const deepest = 8;

/**
 * Where a path leads: it starts at the root whatever it says, so that `..` ends there.
 * @throws {SftpError} where no name of ours looks like that, or nothing is there for this person
 */
export function nodeAt(folders: readonly SeenFolder[], path: string): Node {
  const at = cleanPath(path);
  for (const folder of folders) {
    if (at !== folder.path && !at.startsWith(`${folder.path}/`)) continue;
    const name = at.slice(folder.path.length + 1);
    if (Buffer.byteLength(name) > longestName || name.split('/').length > deepest) {
      throw new SftpError('failed', 'The name is too long.');
    }
    return { kind: 'place', folder, key: folder.prefix + name, name };
  }
  const below = at === '/' ? '/' : `${at}/`;
  const names = folders
    .filter((folder) => folder.path.startsWith(below))
    .map((folder) => folder.path.slice(below.length).split('/')[0] ?? '');
  if (names.length === 0 && at !== '/') throw missing();
  return { kind: 'virtual', names: [...new Set(names)].sort() };
}

/** What a file at that path may have at most, where something is said of its folder. */
export function mostBytesAt(folders: readonly SeenFolder[], path: string): number {
  const folder = folders.find((one) => path.startsWith(`${one.path}/`));
  return folder?.left?.bytes ?? Number.POSITIVE_INFINITY;
}

/** @throws {SftpError} for control characters, backslashes, what turns text around, and what is no UTF-8 */
export function cleanPath(path: string): string {
  if (/[\p{Cc}\\\u202a-\u202e\u2066-\u2069\ufffd]/u.test(path) || !path.isWellFormed()) {
    throw new SftpError('failed', 'The name has characters that no file here may have.');
  }
  const at = posix.normalize(`/${path}`).replace(/\/+$/, '');
  if (at.split('/').some((part) => Buffer.byteLength(part) > longestPart)) {
    throw new SftpError('failed', 'The name is too long.');
  }
  return at === '' ? '/' : at;
}
