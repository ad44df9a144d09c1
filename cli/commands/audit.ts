import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AuditReport, ChainCheck, chainCount, type Fault, reportOf } from '../../shared/audit/chain.ts';
import { operatorAudit } from '../../shared/audit/line.ts';
import { isSigned, type SignedSeal, thumbprint } from '../../shared/audit/seal.ts';
import type { AuditEntry, SealPage } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { connect, districtPath } from '../connection.ts';
import { CommandFailed, exitCodes } from '../failures.ts';
import { answer, type CommonOptions, connection, type Terminal } from './context.ts';

type Options = { operator?: boolean; key?: string; seals?: string };
type Place = { district: string; path: string };
type Verified = AuditReport & { district: string; seals: number; badSeals: string[]; key: string };

export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('who did what to whom');
  audit
    .command('verify')
    .description('looks for lines that are changed or not there; believes nothing that the service says')
    .option('--operator', 'what the operator did to no district')
    .option('--key <thumbprint>', 'the key that seals have to be signed with, as an earlier run named it')
    .option('--seals <file>', 'seals that an earlier run has kept; those of now are kept there too')
    .action(async (options: Options, command: Command) => {
      const { client, place } = await placeOf(options, command, terminal);
      const verified = await verify(client, place, options);
      answer(command, terminal, verified, () => text(verified));
      const isWhole = verified.faults.length === 0 && verified.badSeals.length === 0;
      terminal.exit(isWhole ? exitCodes.done : exitCodes.no);
    });
}

async function placeOf(
  { operator }: Options,
  command: Command,
  terminal: Terminal,
): Promise<{ client: ApiClient; place: Place }> {
  if (operator) {
    const client = await connect(command.optsWithGlobals<CommonOptions>(), terminal.environment);
    return { client, place: { district: operatorAudit, path: '/v1/audit' } };
  }
  const { client, district } = await connection(command, terminal);
  return { client, place: { district, path: districtPath(district, 'audit') } };
}

/** Seals first: what they name has to be among the lines that are read after them. */
async function verify(client: ApiClient, { district, path }: Place, options: Options): Promise<Verified> {
  const { signed, keys } = await sealsAt(client, path);
  const [key] = keys;
  const mine = keys.find((one) => thumbprint(one) === (options.key ?? (key && thumbprint(key))));
  if (mine === undefined) throw new CommandFailed('The service has no such key: its seals prove nothing.');
  const all = [...(await keptSeals(options.seals)), ...signed];
  const good = all.filter((one) => one.seal.district === district && isSigned(one, mine));
  const bad = signed.filter((one) => !good.includes(one)).map(({ seal }) => seal.at);
  const seals = good.map(({ seal }) => seal);
  const checks: ChainCheck[] = [];
  for (let chain = 0; chain < chainCount; chain += 1) {
    const check = new ChainCheck({ district, chain, seals });
    for await (const kept of client.list<AuditEntry>(path, { chain, limit: 1000 })) check.next(kept);
    checks.push(check);
  }
  if (options.seals !== undefined) await keepSeals(options.seals, good);
  return { district, ...reportOf(checks), seals: seals.length, badSeals: bad, key: thumbprint(mine) };
}

async function sealsAt(
  client: ApiClient,
  path: string,
): Promise<{ signed: SignedSeal[]; keys: SealPage['keys'] }> {
  const signed: SignedSeal[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page: SealPage = await client.get<SealPage>(`${path}/seals`, { limit: 1000, cursor });
    signed.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return { signed, keys: page.keys };
  }
}

async function keptSeals(file: string | undefined): Promise<SignedSeal[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch(() => '');
  // Of its own writing; a seal that was tampered with has no good signature.
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as SignedSeal]));
}

async function keepSeals(file: string, seals: readonly SignedSeal[]): Promise<void> {
  const lines = new Set(seals.map((seal) => JSON.stringify(seal)));
  await writeFile(file, `${[...lines].join('\n')}\n`);
}

const words: Record<Fault['kind'], string> = {
  altered: 'is not as it was written',
  missing: 'is not there',
  'cut-off': 'is not there, nor is any after it; a seal has seen it',
  rewritten: 'or one after it was written anew; a seal has seen another',
  'detail-altered': 'has details that are not as they were written',
  'detail-missing': 'has lost its details, and no erasure or end of their time names them',
};

function text({ district, lines, erased, faults, seals, badSeals, key }: Verified): string {
  return [
    ...faults.map(({ chain, sequence, kind }) => `chain ${chain}: line ${sequence} ${words[kind]}`),
    ...badSeals.map((at) => `the seal of ${at} is not signed by the key`),
    `${faults.length + badSeals.length === 0 ? 'Whole' : 'Not whole'}: ${lines} lines of ${district}, ${erased} with erased details, ${seals} seals.`,
    `Key of the seals: ${key}`,
  ].join('\n');
}
