import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import * as z from 'zod';
import { type Certificate, CertificateKey, verifyCertificate } from '../../shared/audit/certificate.ts';
import { connect } from '../connection.ts';
import { CommandFailed, exitCodes } from '../failures.ts';
import { table } from '../render.ts';
import { answer, type CommonOptions, type Terminal } from './context.ts';

type Options = { keys?: string };
type Verified = { signed: boolean; clean: boolean; certificate?: Certificate; why?: string };

const KeySet = z.object({ keys: z.array(CertificateKey) });
const View = z.object({ signed: z.string() });

export function addPrivacy(program: Command, terminal: Terminal): void {
  const privacy = program.command('privacy').description('what is kept of people, and how it went');
  privacy
    .command('verify <file>')
    .description(
      'whether a certificate of an erasure is signed by the service, and says that nothing is left',
    )
    .option(
      '--keys <file>',
      'keys that were kept of GET /v1/certificate-keys; without it the service is asked',
    )
    .action(async (file: string, options: Options, command: Command) => {
      const text = await textOf(file);
      const keys =
        options.keys === undefined ? await published(command, terminal) : jsonOf(await textOf(options.keys));
      const set = KeySet.safeParse(keys);
      if (!set.success) throw new CommandFailed('These are no keys of certificates.');
      const verified = verify(text, set.data.keys);
      answer(command, terminal, verified, () => textOfVerified(verified));
      terminal.exit(verified.signed && verified.clean ? exitCodes.done : exitCodes.no);
    });
}

async function published(command: Command, terminal: Terminal): Promise<unknown> {
  const client = await connect(command.optsWithGlobals<CommonOptions>(), terminal.environment);
  return client.get<unknown>('/v1/certificate-keys');
}

/** The JWS alone, or the erasure as the service answers it. */
function verify(text: string, keys: readonly CertificateKey[]): Verified {
  const trimmed = text.trim();
  const view = trimmed.startsWith('{') ? View.safeParse(jsonOf(trimmed)) : undefined;
  if (view?.success === false) throw new CommandFailed('The file has no certificate.');
  try {
    const certificate = verifyCertificate(view?.data.signed ?? trimmed, keys);
    const clean = Object.values(certificate.stores).every(({ left }) => left === 0);
    return { signed: true, clean, certificate };
  } catch (error) {
    return {
      signed: false,
      clean: false,
      why: error instanceof z.ZodError ? 'It is no certificate.' : String(error),
    };
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CommandFailed(`${path} cannot be read.`, { cause });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandFailed('The file is not JSON.', { cause });
  }
}

function textOfVerified({ clean, certificate, why }: Verified): string {
  if (certificate === undefined) return `Not signed by the service: ${why}`;
  const { district, erasure, person, at, stores } = certificate;
  const rows = Object.entries(stores).map(([store, { looked, erased, left, ids }]) => [
    ...[store, looked, erased, left, ids],
  ]);
  return [
    `Signed: erasure ${erasure} of ${person} in ${district}, ${at}.`,
    table([['store', 'looked', 'erased', 'left', 'ids'], ...rows]),
    clean ? 'Nothing is left but ids.' : 'Something is left.',
  ].join('\n');
}
