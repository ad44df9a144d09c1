import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Changes, DistrictChange } from '../api-types.ts';
import { districtPath } from '../connection.ts';
import { table } from '../render.ts';
import { answer, connection, isJson, type Terminal } from './context.ts';

type Options = { after?: string; follow?: boolean; every: number };

export function addChanges(program: Command, terminal: Terminal): void {
  program
    .command('changes')
    .description('what changed since a cursor, as ids; without a cursor, the one to begin with')
    .option('--after <cursor>', 'where the last answer ended')
    .option('--follow', 'go on asking until interrupted; with --json one document a line')
    .option('--every <seconds>', 'how often --follow asks', seconds, 5)
    .action(async (options: Options, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'changes');
      let { after } = options;
      const whole: Changes = { items: [], cursor: '', more: false };
      for (let more = true; more || options.follow; ) {
        if (!more) await sleep(options.every * 1000);
        const page: Changes = await client.get<Changes>(path, { after, limit: 1000 });
        after = page.cursor;
        more = page.more;
        if (!options.follow) {
          whole.items.push(...page.items);
          Object.assign(whole, { cursor: after, ...(page.resync && { resync: page.resync }) });
        } else if (page.items.length > 0 || page.resync !== undefined) {
          terminal.out(isJson(command) ? JSON.stringify(page) : changesText(page));
        }
      }
      answer(command, terminal, whole, () => changesText(whole));
    });
}

function changesText({ items, cursor, resync }: Changes): string {
  const anew =
    resync === undefined
      ? []
      : [
          `Start anew (${resync.reason}): read what stands, then follow.`,
          table(Object.entries(resync.snapshot)),
        ];
  return [...anew, table(items.map(rowOf)), '', `Go on with --after ${cursor}`].join('\n').trimStart();
}

function rowOf({ sequence, at, change, type, entity, kind, id, user }: DistrictChange): (string | number)[] {
  const what = entity ?? (kind === undefined ? type : `${type} ${kind}`);
  return [sequence, at, change, what, id, user ?? ''];
}

function seconds(text: string): number {
  if (!/^\d{1,5}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number of seconds is needed.');
  return Number(text);
}
