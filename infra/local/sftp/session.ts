import type { Attributes, SFTPWrapper } from 'ssh2';
import ssh2 from 'ssh2';
import { Download } from './download.ts';
import type { Files } from './files.ts';
import { cleanPath, mostBytesAt, type SeenFolder } from './paths.ts';
import { SftpError } from './sftp-error.ts';
import type { Upload } from './upload.ts';
import type { Visitor } from './visitor.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

type Listing = { pages: AsyncGenerator<[string, Attributes][]>; rest: [string, Attributes][] };
type Open = { path: string; of: Upload | Download | Listing; turn: Promise<unknown> };
export type SessionDeps = {
  visitor: Visitor;
  files: Files;
  /** A file was fetched whole. */
  fetched: (download: Download) => void;
  /** The visitor is to go. */
  leave: () => void;
  /** Something happened on our side. */
  fault: (error: unknown) => void;
};

const mostHandles = 64;
/** What a client may have sent that is not answered yet; good ones send 2 MB at once. */
const mostWaitingBytes = 32 * 1024 * 1024;
const mostNames = 100;

/** Answers one SFTP channel; requests of one handle one after the other. */
export function serveSession(sftp: SFTPWrapper, deps: SessionDeps): { dropped: () => Promise<void> } {
  const { visitor, files } = deps;
  const handles = new Map<string, Open>();
  let lastHandle = 0;
  let waitingBytes = 0;
  /** All closings that were asked for. Clients set the times of a file without waiting for the answer to its closing. */
  let closings: Promise<unknown> = Promise.resolve();

  /** Does something with what the visitor sees now, and tells the client how it went. */
  async function answer(id: number, how: 'now' | 'recent', work: (seen: SeenFolder[]) => Promise<unknown>) {
    try {
      if (how === 'now') await closings;
      const seen = await (how === 'now' ? visitor.folders() : visitor.recentFolders());
      if (seen.length === 0) {
        sftp.status(id, STATUS_CODE.PERMISSION_DENIED, 'Your access to these folders has ended.');
        deps.leave();
        return;
      }
      if ((await work(seen)) === undefined) sftp.status(id, STATUS_CODE.OK);
    } catch (error) {
      if (error instanceof SftpError) sftp.status(id, error.code, error.message);
      else {
        deps.fault(error);
        sftp.status(id, STATUS_CODE.FAILURE, 'Something went wrong here; try again.');
      }
    }
  }

  /** In its turn; refused where the folder of the handle is not the visitor's any more. */
  async function onHandle(
    id: number,
    handle: Buffer,
    work: (open: Open, seen: SeenFolder[]) => Promise<unknown>,
  ): Promise<void> {
    const open = handles.get(handle.toString('latin1'));
    if (open === undefined) {
      sftp.status(id, STATUS_CODE.FAILURE, 'There is no such handle.');
      return;
    }
    open.turn = open.turn.then(() =>
      answer(id, 'recent', async (seen) => {
        if (
          !seen.some(({ path }) => open.path === path || open.path.startsWith(`${path}/`)) &&
          !isListing(open)
        ) {
          throw new SftpError('denied', 'Your access to this folder has ended.');
        }
        return work(open, seen);
      }),
    );
    await open.turn;
  }

  function opened(id: number, path: string, of: Open['of']): true {
    const name = String(++lastHandle);
    handles.set(name, { path: cleanPath(path), of, turn: Promise.resolve() });
    sftp.handle(id, Buffer.from(name, 'latin1'));
    return true;
  }

  function refuseMany(): void {
    if (handles.size >= mostHandles) throw new SftpError('failed', 'Too many files are open: close some.');
  }

  sftp.on('OPEN', (id, path, flags) => {
    void answer(id, 'now', async (seen) => {
      refuseMany();
      const writes = (flags & (OPEN_MODE.WRITE | OPEN_MODE.APPEND)) !== 0;
      if (!writes) return opened(id, path, await files.openToRead(seen, path));
      if ((flags & OPEN_MODE.READ) !== 0)
        throw new SftpError('unsupported', 'Files are read or written, not both.');
      const how = {
        isNew: (flags & OPEN_MODE.TRUNC) !== 0,
        mustBeNew: (flags & OPEN_MODE.EXCL) !== 0,
        mayBeNew: (flags & OPEN_MODE.CREAT) !== 0,
      };
      return opened(id, path, await files.openToWrite(seen, path, how));
    });
  });
  sftp.on('WRITE', (id, handle, offset, data) => {
    waitingBytes += data.length;
    if (waitingBytes > mostWaitingBytes) return deps.leave();
    const written = onHandle(id, handle, async ({ of, path }, seen) => {
      if (!('complete' in of)) throw new SftpError('failed', 'This file is not open for writing.');
      await of.write(offset, data, mostBytesAt(seen, path));
    });
    void written.finally(() => {
      waitingBytes -= data.length;
    });
  });
  sftp.on('READ', (id, handle, offset, length) => {
    void onHandle(id, handle, async ({ of }) => {
      if (!(of instanceof Download)) throw new SftpError('failed', 'This file is not open for reading.');
      sftp.data(id, await of.read(offset, Math.min(length, 256 * 1024 - 1024)));
      return true;
    });
  });
  sftp.on('CLOSE', (id, handle) => {
    void onHandle(id, handle, async ({ of }) => {
      handles.delete(handle.toString('latin1'));
      if ('complete' in of) {
        await of.complete().catch(async (error: unknown) => {
          await of.abort();
          throw error;
        });
      } else if (of instanceof Download && of.isWhole) deps.fetched(of);
    });
    closings = Promise.all([closings, handles.get(handle.toString('latin1'))?.turn]);
  });
  sftp.on('FSTAT', (id, handle) => {
    void onHandle(id, handle, async ({ of, path }, seen) => {
      const { size } = of instanceof Download ? of.found : 'complete' in of ? of : { size: undefined };
      const known = size === undefined ? await files.stat(seen, path) : { mode: 0o100644, size };
      sftp.attrs(id, { uid: 0, gid: 0, atime: 0, mtime: 0, ...known });
      return true;
    });
  });
  sftp.on('OPENDIR', (id, path) => {
    void answer(id, 'now', async (seen) => {
      refuseMany();
      const pages = files.list(seen, path);
      const { value: rest = [] } = await pages.next();
      return opened(id, path, { pages, rest });
    });
  });
  sftp.on('READDIR', (id, handle) => {
    void onHandle(id, handle, async ({ of }) => {
      if (!('pages' in of)) throw new SftpError('failed', 'This is no folder.');
      while (of.rest.length === 0) {
        const page = await of.pages.next();
        if (page.done === true) throw new SftpError('eof', 'The folder ends here.');
        of.rest = page.value;
      }
      sftp.name(id, of.rest.splice(0, mostNames).map(entryOf));
      return true;
    });
  });
  for (const look of ['STAT', 'LSTAT'] as const) {
    sftp.on(look as 'STAT', (id, path) => {
      void answer(id, 'now', async (seen) => {
        sftp.attrs(id, await files.stat(seen, path));
        return true;
      });
    });
  }
  sftp.on('REALPATH', (id, path) => {
    void answer(id, 'now', async () => {
      const none = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
      const filename = cleanPath(path);
      sftp.name(id, [{ filename, longname: filename, attrs: none }]);
      return true;
    });
  });
  // Times and modes are S3's: clients that set them after a transfer are told that it is well.
  sftp.on(
    'SETSTAT',
    (id, path) => void answer(id, 'now', async (seen) => void (await files.stat(seen, path))),
  );
  sftp.on('FSETSTAT', (id, handle) => void onHandle(id, handle, async () => undefined));
  sftp.on('REMOVE', (id, path) => void answer(id, 'now', (seen) => files.remove(seen, path)));
  sftp.on('RENAME', (id, from, to) => void answer(id, 'now', (seen) => files.rename(seen, from, to)));
  sftp.on('MKDIR', (id, path) => void answer(id, 'now', (seen) => files.makeFolder(seen, path)));
  sftp.on('RMDIR', (id, path) => void answer(id, 'now', (seen) => files.removeFolder(seen, path)));
  // Else OpenSSH waits for ever when its user leaves.
  sftp.on('end', () => sftp.end());

  return {
    async dropped() {
      const left = [...handles.values()];
      handles.clear();
      for (const { of, turn } of left) {
        await turn;
        if ('complete' in of) await of.breakOff().catch(deps.fault);
      }
    },
  };
}

function isListing({ of }: Open): boolean {
  return 'pages' in of;
}

function entryOf([filename, attrs]: [string, Attributes]) {
  const isFolder = (attrs.mode & 0o040000) !== 0 && (attrs.mode & 0o100000) === 0;
  const may = (attrs.mode & 0o200) === 0 ? 'r' : 'rw';
  const at = new Date(attrs.mtime * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const longname = `${isFolder ? 'd' : '-'}${may.padEnd(2, '-')}------- 1 you school ${attrs.size} ${at} ${filename}`;
  return { filename, longname, attrs };
}
