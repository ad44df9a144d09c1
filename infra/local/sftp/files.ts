import type { Attributes } from 'ssh2';
import { isUsedUp } from '../../../shared/reports/quota.ts';
import { BrokenOffUploads, isNote } from './broken-off.ts';
import type { Bucket, Found, Listed } from './bucket.ts';
import { Download } from './download.ts';
import { type Node, nodeAt, type SeenFolder } from './paths.ts';
import { missing, noRoom, readOnly, SftpError } from './sftp-error.ts';
import { Upload } from './upload.ts';
import type { Visitor } from './visitor.ts';

type Place = Extract<Node, { kind: 'place' }>;
export type Opening = { isNew: boolean; mustBeNew: boolean; mayBeNew: boolean };

/** People look through folders by eye, and every listing reads all of it. */
const mostFiles = 10_000;
/** A finished file that is gone on with is read and written again. */
const mostAppended = 64 * 1024 * 1024;

/** The files of one visitor, as they see them at the moment of each call. */
export class Files {
  readonly #bucket: Bucket;
  readonly #visitor: Visitor;
  readonly #brokenOff: BrokenOffUploads;
  readonly #server: string;

  constructor(bucket: Bucket, visitor: Visitor, server: string) {
    this.#bucket = bucket;
    this.#visitor = visitor;
    this.#brokenOff = new BrokenOffUploads(bucket, visitor.username);
    this.#server = server;
  }

  async stat(folders: readonly SeenFolder[], path: string): Promise<Attributes> {
    const node = nodeAt(folders, path);
    if (node.kind === 'virtual') return folderAttributes(true);
    const { folder, key, name } = node;
    if (name === '') return folderAttributes(folder.isReadOnly);
    if (isNote(name)) throw missing();
    // To whoever sent it, what broke off is as long as it is; nobody else knows of it.
    const [found, arrived] = await Promise.all([this.#bucket.head(key), this.#brokenOff.size(key)]);
    if (arrived !== undefined) return fileAttributes({ size: arrived, at: new Date() }, false);
    if (found !== undefined) return fileAttributes(found, folder.isReadOnly);
    if (await this.#isFolder(key)) return folderAttributes(folder.isReadOnly);
    throw missing();
  }

  async *list(folders: readonly SeenFolder[], path: string): AsyncGenerator<[string, Attributes][]> {
    const node = nodeAt(folders, path);
    if (node.kind === 'virtual') {
      yield node.names.map((name) => [name, folderAttributes(true)]);
      return;
    }
    const { folder, key, name } = node;
    if (name !== '' && !(await this.#isFolder(key))) throw missing();
    const prefix = name === '' ? folder.prefix : `${key}/`;
    for await (const page of this.#bucket.list(prefix)) {
      const seen = page.filter((one) => !isNote(one.name));
      yield seen.map((one) => [one.name, attributesOf(one, folder.isReadOnly)]);
    }
  }

  async openToRead(folders: readonly SeenFolder[], path: string): Promise<Download> {
    const { key, name } = fileAt(folders, path);
    const found = isNote(name) ? undefined : await this.#bucket.head(key);
    if (found === undefined) throw missing();
    return new Download(this.#bucket, key, found);
  }

  async openToWrite(folders: readonly SeenFolder[], path: string, how: Opening): Promise<Upload> {
    const place = roomyAt(folders, path, 0);
    const { key } = place;
    const [found, arrived] = await Promise.all([this.#bucket.head(key), this.#brokenOff.size(key)]);
    if (how.mustBeNew && found !== undefined)
      throw new SftpError('failed', 'There is a file of that name already.');
    if (!how.mayBeNew && found === undefined && arrived === undefined) throw missing();
    if (await this.#isFolder(key)) throw new SftpError('failed', 'There is a folder of that name.');
    if (found === undefined) await this.#refuseFull(place);
    const to = { bucket: this.#bucket, brokenOff: this.#brokenOff, key, metadata: this.#metadata() };
    if (how.isNew) {
      await this.#brokenOff.forget(key, { parts: true });
      return new Upload(to);
    }
    const left = arrived === undefined ? undefined : await this.#brokenOff.find(key);
    const upload = new Upload(to, left);
    // A whole file that is to grow.
    if (left === undefined && found !== undefined)
      await upload.write(0, await this.#whole(key, found), found.size);
    return upload;
  }

  async rename(folders: readonly SeenFolder[], from: string, to: string): Promise<void> {
    const source = writableAt(folders, from);
    const found = await this.#bucket.head(source.key);
    if (found === undefined) throw missing();
    const target = roomyAt(folders, to, found.size);
    if ((await this.#bucket.head(target.key)) !== undefined || (await this.#isFolder(target.key))) {
      throw new SftpError('failed', 'There is a file of that name already.');
    }
    await this.#refuseFull(target);
    // Whoever moves a file to where it is looked at brings it there.
    await this.#bucket.copy(source.key, target.key, this.#metadata());
    await this.#bucket.remove(source.key);
  }

  async remove(folders: readonly SeenFolder[], path: string): Promise<void> {
    const { key } = writableAt(folders, path);
    const [found, arrived] = await Promise.all([this.#bucket.head(key), this.#brokenOff.size(key)]);
    if (found === undefined && arrived === undefined) throw missing();
    await this.#brokenOff.forget(key, { parts: true });
    if (found !== undefined) await this.#bucket.remove(key);
  }

  async makeFolder(folders: readonly SeenFolder[], path: string): Promise<void> {
    const place = roomyAt(folders, path, 0);
    const { key } = place;
    if ((await this.#bucket.head(key)) !== undefined || (await this.#isFolder(key))) {
      throw new SftpError('failed', 'There is something of that name already.');
    }
    await this.#refuseFull(place);
    await this.#bucket.put(`${key}/`, Buffer.alloc(0), {});
  }

  async removeFolder(folders: readonly SeenFolder[], path: string): Promise<void> {
    const { key } = writableAt(folders, path);
    if (!(await this.#isFolder(key))) throw missing();
    for await (const page of this.#bucket.list(`${key}/`)) {
      if (page.length > 0) throw new SftpError('failed', 'The folder is not empty.');
    }
    await this.#bucket.remove(`${key}/`);
  }

  #metadata(): Record<string, string> {
    const { username } = this.#visitor;
    const user = /^[\x21-\x7e]+$/.test(username) ? username : encodeURIComponent(username);
    return { 'user-agent': 'AWSTransfer', 'user-agent-id': `${user}@${this.#server}` };
  }

  async #isFolder(key: string): Promise<boolean> {
    if ((await this.#bucket.head(`${key}/`)) !== undefined) return true;
    for await (const page of this.#bucket.list(`${key}/`)) return page.length > 0;
    return false;
  }

  async #refuseFull({ key }: Place): Promise<void> {
    let count = 0;
    for await (const page of this.#bucket.list(key.slice(0, key.lastIndexOf('/') + 1))) {
      count += page.length;
      if (count < mostFiles) continue;
      throw new SftpError('failed', `A folder has at most ${mostFiles} files: remove some first.`);
    }
  }

  async #whole(key: string, { size, etag }: Found): Promise<Buffer> {
    if (size > mostAppended)
      throw new SftpError('failed', 'The file is too large to be added to: send it anew.');
    return this.#bucket.read(key, { from: 0, to: size, etag });
  }
}

function fileAt(folders: readonly SeenFolder[], path: string): Place {
  const node = nodeAt(folders, path);
  if (node.kind === 'virtual' || node.name === '') throw new SftpError('failed', 'This is a folder.');
  return node;
}

function writableAt(folders: readonly SeenFolder[], path: string): Place {
  const node = nodeAt(folders, path);
  if (node.kind === 'virtual' || node.folder.isReadOnly || node.name === '' || isNote(node.name)) {
    throw readOnly();
  }
  return node;
}

/** Where one more file of that size may come. */
function roomyAt(folders: readonly SeenFolder[], path: string, bytes: number): Place {
  const place = writableAt(folders, path);
  const { left } = place.folder;
  if (left !== undefined && (isUsedUp(left) || bytes > left.bytes)) throw noRoom();
  return place;
}

function attributesOf(one: Listed, isReadOnly: boolean): Attributes {
  return one.isFolder ? folderAttributes(isReadOnly) : fileAttributes(one, isReadOnly);
}

function fileAttributes({ size, at }: { size: number; at: Date }, isReadOnly: boolean): Attributes {
  const seconds = Math.floor(at.getTime() / 1000);
  return { mode: isReadOnly ? 0o100444 : 0o100644, uid: 0, gid: 0, size, atime: seconds, mtime: seconds };
}

function folderAttributes(isReadOnly: boolean): Attributes {
  return { mode: isReadOnly ? 0o040555 : 0o040755, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
}
