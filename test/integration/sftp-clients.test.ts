import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucket, password, startSftpAlone } from '../builders/sftp-alone.ts';
import { bySsh2, fetched, listed } from '../builders/ssh2-client.ts';

/** What clients that are not on this machine send, request by request: WinSCP by its published source, the others as far as they are known. */

const { OPEN_MODE } = ssh2.utils.sftp;
const { WRITE, CREAT, TRUNC, EXCL } = OPEN_MODE;
const dataDir = mkdtempSync(join(tmpdir(), 'sftp-clients-'));
let running: Awaited<ReturnType<typeof startSftpAlone>>;

beforeAll(async () => {
  running = await startSftpAlone({ dataDir });
});

afterAll(async () => {
  await running.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Done = (error?: Error | null) => void;
const mtime = 1_700_000_000;

/** `ssh2`'s calls, each as a promise. */
function callsOf(sftp: SFTPWrapper) {
  return {
    open: (path: string, mode: number) => promisify<Buffer>((done) => sftp.open(path, mode, done))(),
    write: (handle: Buffer, data: string, at = 0) =>
      promisify((done: Done) => sftp.write(handle, Buffer.from(data), 0, data.length, at, done))(),
    close: promisify(sftp.close.bind(sftp)),
    exists: (path: string) =>
      promisify(sftp.lstat.bind(sftp))(path).then(
        () => true,
        () => false,
      ),
    rename: promisify(sftp.rename.bind(sftp)),
    remove: promisify(sftp.unlink.bind(sftp)),
    setTimes: (path: string) =>
      promisify((done: Done) => sftp.setstat(path, { mtime, atime: mtime }, done))(),
    setHandleTimes: (handle: Buffer) =>
      promisify((done: Done) => sftp.fsetstat(handle, { mtime, atime: mtime }, done))(),
    makeFolder: promisify<string, void>((path, done) => sftp.mkdir(path, done)),
    stat: promisify(sftp.stat.bind(sftp)),
    fstat: promisify(sftp.fstat.bind(sftp)),
    realpath: promisify(sftp.realpath.bind(sftp)),
  };
}

type Calls = ReturnType<typeof callsOf>;

/** A session of somebody of that name, who has an account of their own. */
function session(username: string, work: (calls: Calls, sftp: SFTPWrapper) => Promise<void>): Promise<void> {
  return bySsh2({ port: running.port, username, password }, (sftp) => work(callsOf(sftp), sftp));
}

test('WinSCP sends a large file under another name, removes the one there is, renames, and sets the time', async () => {
  await session('winscp', async (calls, sftp) => {
    expect(await calls.realpath('.')).toBe('/');
    expect((await listed(sftp, '/')).toSorted()).toEqual(['receive', 'upload']);
    for (const content of ['first', 'second']) {
      const isThere = await calls.exists('/upload/r.csv');
      expect(await calls.exists('/upload/r.csv.filepart')).toBe(false);
      const handle = await calls.open('/upload/r.csv.filepart', WRITE | CREAT | TRUNC);
      await calls.write(handle, content);
      await calls.close(handle);
      if (isThere) await calls.remove('/upload/r.csv');
      await calls.rename('/upload/r.csv.filepart', '/upload/r.csv');
      await calls.setTimes('/upload/r.csv');
      expect((await fetched(sftp, '/upload/r.csv')).toString()).toBe(content);
    }
    expect(await listed(sftp, '/upload')).toEqual(['r.csv']);
  });
});

test('WinSCP sets the time of a small file without waiting for the answer to its closing', async () => {
  await session('small', async (calls) => {
    const handle = await calls.open('/upload/r.csv', WRITE | CREAT | EXCL);
    await Promise.all([calls.write(handle, 'small'), calls.close(handle), calls.setTimes('/upload/r.csv')]);
    // What is there is found out so, and written over when its user agrees.
    await expect(calls.open('/upload/r.csv', WRITE | CREAT | EXCL)).rejects.toThrow('already');
    await calls.close(await calls.open('/upload/r.csv', WRITE | CREAT | TRUNC));
  });
});

test('WinSCP goes on with a .filepart that it closed half way', async () => {
  await session('resuming', async (calls, sftp) => {
    const first = await calls.open('/upload/r.csv.filepart', WRITE | CREAT | TRUNC);
    await calls.write(first, 'one ');
    await calls.close(first);
    const { size } = await calls.stat('/upload/r.csv.filepart');
    const second = await calls.open('/upload/r.csv.filepart', WRITE | CREAT);
    await calls.write(second, 'two', size);
    await calls.close(second);
    await calls.rename('/upload/r.csv.filepart', '/upload/r.csv');
    expect((await fetched(sftp, '/upload/r.csv')).toString()).toBe('one two');
  });
});

test('FileZilla makes folders that are there, opens to resume without making, and asks the size of the handle', async () => {
  await session('filezilla', async (calls, sftp) => {
    await calls.makeFolder('/upload/june');
    await expect(calls.makeFolder('/upload/june')).rejects.toThrow('already');
    const handle = await calls.open('/upload/june/r.csv', WRITE | CREAT | TRUNC);
    await calls.write(handle, 'one ');
    await calls.close(handle);
    const again = await calls.open('/upload/june/r.csv', WRITE);
    expect((await calls.fstat(again)).size).toBe(4);
    await calls.write(again, 'two', 4);
    await calls.close(again);
    await calls.setTimes('/upload/june/r.csv');
    expect((await fetched(sftp, '/upload/june/r.csv')).toString()).toBe('one two');
  });
});

test('lftp sets the time of a file while it is open; a rename onto a file is refused', async () => {
  await session('lftp', async (calls) => {
    const handle = await calls.open('/upload/r.csv', WRITE | CREAT | TRUNC);
    await calls.write(handle, 'r');
    await calls.setHandleTimes(handle);
    await calls.close(handle);
    const other = await calls.open('/upload/s.csv', WRITE | CREAT | TRUNC);
    await calls.close(other);
    await expect(calls.rename('/upload/s.csv', '/upload/r.csv')).rejects.toThrow('already');
    const head = await running.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'in/d/lftp/upload/r.csv' }),
    );
    expect(head.ContentLength).toBe(1);
  });
});
