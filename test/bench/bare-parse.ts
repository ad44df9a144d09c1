import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Options, parse } from 'csv-parse';

/** As the reader of feeds asks it to split, and nothing else. */
const splitting: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
};

/** Every CSV file of a folder through csv-parse as its documentation shows it for streams; rows are counted only. */
export async function bareParse(folder: string): Promise<number> {
  return parseAll(folder, () => {
    let rows = 0;
    const parser = parse(splitting);
    parser.on('readable', () => {
      while (parser.read() !== null) rows++;
    });
    return { parser, rows: () => rows };
  });
}

/** The least that csv-parse can be made to do: each row goes to a callback and no further. */
export async function barestParse(folder: string): Promise<number> {
  return parseAll(folder, () => {
    let rows = 0;
    const parser = parse({
      ...splitting,
      on_record: () => {
        rows++;
        return null;
      },
    });
    parser.resume();
    return { parser, rows: () => rows };
  });
}

type Counting = { parser: ReturnType<typeof parse>; rows: () => number };

async function parseAll(folder: string, begin: () => Counting): Promise<number> {
  let rows = 0;
  for (const file of await readdir(folder)) {
    const counting = begin();
    const ended = new Promise((resolve, reject) => counting.parser.on('end', resolve).on('error', reject));
    await pipeline(createReadStream(join(folder, file)), feeding(counting.parser));
    counting.parser.end();
    await ended;
    rows += counting.rows();
  }
  return rows;
}

function feeding(parser: Counting['parser']): Writable {
  return new Writable({ write: (chunk, _, done) => void parser.write(chunk, done) });
}
