import { type SftpEntry, SftpFolders } from '../../../shared/messages/sftp.ts';
import type { SeenFolder } from './paths.ts';

/** Asks the identity function; nothing where it lets nobody in. */
export type Ask = (
  login: { username: string; password?: string },
  address: string,
) => Promise<SftpEntry | undefined>;

/** Reads and writes of open files are asked about at most so often. */
const freshMs = 1000;

/**
 * Somebody who has come in. What they may see is asked again whenever they do something; whoever lost the role, or the key they came by,
 * is out.
 */
export class Visitor {
  readonly username: string;
  readonly address: string;
  /** Of a key that they came by. */
  readonly #key: string | undefined;
  readonly #ask: Ask;
  #asking: Promise<SeenFolder[]> | undefined;
  #latest: { at: number; folders: SeenFolder[] } | undefined;

  constructor(who: { username: string; address: string; key: string | undefined }, ask: Ask) {
    this.username = who.username;
    this.address = who.address;
    this.#key = who.key;
    this.#ask = ask;
  }

  /** Empty: they are to go. */
  folders(): Promise<SeenFolder[]> {
    this.#asking ??= this.#look().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** As it was a moment ago, at the least. */
  async recentFolders(): Promise<SeenFolder[]> {
    const { at, folders } = this.#latest ?? { at: -freshMs, folders: [] };
    return performance.now() - at < freshMs ? folders : this.folders();
  }

  async #look(): Promise<SeenFolder[]> {
    const entry = await this.#ask({ username: this.username }, this.address);
    const isGone = this.#key !== undefined && entry?.PublicKeys?.includes(this.#key) !== true;
    const folders = entry === undefined || isGone ? [] : foldersIn(entry);
    this.#latest = { at: performance.now(), folders };
    return folders;
  }
}

function foldersIn({ HomeDirectoryDetails, Left = {} }: SftpEntry): SeenFolder[] {
  return SftpFolders.parse(JSON.parse(HomeDirectoryDetails)).map(({ Entry, Target }) => {
    // `/bucket/prefix`
    const prefix = `${Target.split('/').slice(2).join('/')}/`;
    return { path: Entry, prefix, isReadOnly: prefix.startsWith('out/'), left: Left[Target] };
  });
}
