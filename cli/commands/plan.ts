import { type Command, InvalidArgumentError, Option } from 'commander';
import { changeKinds, entities, type PlanChange, type Sync } from '../api-types.ts';
import { districtPath } from '../connection.ts';
import { changeText, table } from '../render.ts';
import { answer, connection, type Terminal } from './context.ts';

type Options = { entity?: string; kind?: string; school?: string; limit: number };

export function addPlan(program: Command, terminal: Terminal): void {
  program
    .command('plan')
    .description('what a sync changes, with before and after, and the roles that people gain and lose')
    .argument('<syncId>')
    .addOption(new Option('--entity <entity>', 'only these records').choices(entities))
    .addOption(new Option('--kind <kind>', 'only these changes').choices(changeKinds))
    .option('--school <id>', 'only records that lie or lay at this school')
    .option('--limit <number>', 'changes to show; 0 shows all', limit, 50)
    .action(async (syncId: string, options: Options, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'syncs', syncId);
      const { state, planHash } = await client.get<Sync>(path);
      const shown: PlanChange[] = [];
      const counts = new Map<string, number>();
      const wanted = { entity: options.entity, kind: options.kind, school: options.school, limit: 1000 };
      for await (const change of client.list<PlanChange>(`${path}/plan`, wanted)) {
        const kind = `${change.kind} ${change.entity}`;
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        if (options.limit === 0 || shown.length < options.limit) shown.push(change);
      }
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const document = { syncId, state, planHash, total, counts: Object.fromEntries(counts), changes: shown };
      answer(command, terminal, document, () =>
        [
          `Sync ${syncId} is ${state}; plan ${planHash ?? 'not made yet'}`,
          total === 0 ? 'Nothing changes.' : table([...counts].map(([kind, count]) => [count, kind])),
          '',
          ...shown.map(changeText),
          ...(shown.length < total ? [`… and ${total - shown.length} more; --limit 0 shows all`] : []),
        ].join('\n'),
      );
    });
}

function limit(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
