import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';
import { csvLine } from '../../cli/generate/tables.ts';
import { writeDistrict } from '../../cli/generate/write-district.ts';

export type BenchFeed = { folder: string; rows: number; users: number; enrollments: number };

/** Rows that a synthetic district has for each of its students, all files together. */
const rowsPerStudent = 9.83;

/** A synthetic district of about so many rows, as a folder of CSV files. */
export async function writeFeed(rows: number, folder: string): Promise<BenchFeed> {
  const { rows: written } = await writeDistrict({ students: Math.round(rows / rowsPerStudent) }, folder);
  const data = Object.entries(written).filter(([file]) => file !== 'manifest.csv');
  return {
    folder,
    rows: data.reduce((sum, [, number]) => sum + number, 0),
    users: written['users.csv'] ?? 0,
    enrollments: written['enrollments.csv'] ?? 0,
  };
}

/**
 * The same feed with one row in every `every` of users.csv and enrollments.csv changed: people get another name,
 * enrolments another last day. Returns how many rows that are.
 */
export async function writeChangedFeed(from: BenchFeed, every: number, folder: string): Promise<number> {
  await mkdir(folder);
  let changed = 0;
  for (const file of await readdir(from.folder)) {
    const column = { 'users.csv': 'familyName', 'enrollments.csv': 'endDate' }[file];
    if (column === undefined) await copyFile(join(from.folder, file), join(folder, file));
    else changed += await changeColumn(join(from.folder, file), join(folder, file), { column, every });
  }
  return changed;
}

async function changeColumn(
  from: string,
  to: string,
  { column, every }: { column: string; every: number },
): Promise<number> {
  let changed = 0;
  async function* lines() {
    let at = -1;
    let row = 0;
    // The generator never breaks a line inside quotes.
    for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Infinity })) {
      if (row === 0) at = line.split(',').indexOf(column);
      if (row % every !== 1) yield `${line}\r\n`;
      else {
        // One line is one record, and without options a record is its cells.
        const [cells = []] = parse(line) as string[][];
        cells[at] = column === 'endDate' ? '2027-05-31' : 'Renamed';
        changed++;
        yield `${csvLine(cells)}\r\n`;
      }
      row++;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(to));
  return changed;
}
