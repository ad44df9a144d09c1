import { type Pull, type Pulled, type PullHead, PullRejected } from '../../shared/feeds/pulling.ts';
import type { ObjectWriter } from '../../shared/store/object-writer.ts';

/** A file of the upload that a pull becomes. */
export type TakenFile = { fileName: string; size: number; etag: string };

export type TakeOverDeps = {
  /** Opens a file of the upload for writing. */
  write(fileName: string): Pick<ObjectWriter, 'append' | 'close' | 'abort' | 'size'>;
  /** Told now and then how many objects have come. */
  progress(objects: number): Promise<void>;
};

/** What a feed may cost us, as with uploads. */
const maxBytes = 8 * 1024 ** 3;
const maxObjectBytes = 1024 ** 2;
const progressEvery = 5_000;

/**
 * Writes the objects of a pull as JSON lines, a file for each collection, and `pull.jsonl`, whose one line says what was pulled.
 * Where the pull breaks off, nothing of it is left.
 */
export async function takeOver(
  deps: TakeOverDeps,
  pull: Pull,
  { format, pulledAt }: Pick<PullHead, 'format' | 'pulledAt'>,
): Promise<{ files: TakenFile[]; objects: number; end: ReturnType<Pull['end']> }> {
  const writers = new Map<string, { writer: ReturnType<TakeOverDeps['write']>; count: number }>();
  let objects = 0;
  let bytes = 0;
  try {
    for await (const { collection, item } of pull.items) {
      const line = lineOf({ collection, item });
      bytes += line.length;
      if (bytes > maxBytes) throw tooLarge('The data of the vendor is larger than 8 GB.');
      let open = writers.get(collection);
      if (open === undefined) {
        open = { writer: deps.write(fileOf(collection)), count: 0 };
        writers.set(collection, open);
      }
      open.count += 1;
      await open.writer.append(line);
      if (++objects % progressEvery === 0) await deps.progress(objects);
    }
    const end = pull.end();
    const counts = Object.fromEntries([...writers].map(([name, { count }]) => [name, count]));
    const { revision } = end;
    const head: PullHead = {
      ...{ format, mode: pull.mode, pulledAt, counts },
      ...(revision === undefined ? {} : { revision }),
    };
    const last = deps.write('pull.jsonl');
    await last.append(`${JSON.stringify(head)}\n`);
    const files: TakenFile[] = [];
    for (const [name, { writer }] of writers) {
      files.push({ fileName: fileOf(name), size: writer.size, etag: await writer.close() });
    }
    files.push({ fileName: 'pull.jsonl', size: last.size, etag: await last.close() });
    return { files, objects, end };
  } catch (error) {
    await Promise.all([...writers.values()].map(({ writer }) => writer.abort()));
    throw error;
  }
}

function fileOf(collection: string): string {
  if (!/^[a-zA-Z][\w-]{0,60}$/.test(collection) || collection === 'pull') {
    throw new Error('A puller gives a collection a name that no file may have.');
  }
  return `${collection}.jsonl`;
}

function lineOf({ item }: Pulled): string {
  const line = `${JSON.stringify(item)}\n`;
  if (line.length > maxObjectBytes) throw tooLarge('One object of the vendor is larger than 1 MB.');
  return line;
}

function tooLarge(message: string): PullRejected {
  return new PullRejected('vendor-answer', message, 'Nothing was taken over. Ask the vendor what it is.');
}
