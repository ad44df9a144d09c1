import { PassThrough } from 'node:stream';
import { runProgram } from '../../cli/program.ts';

/** What a command line printed, and its exit status where it set one. */
export type Ran = { out: string; err: string; code: number | undefined };

export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  const ran: Ran = { out: '', err: '', code: undefined };
  const err = new PassThrough().on('data', (piece) => {
    ran.err += String(piece);
  });
  await runProgram(args, {
    environment,
    out: (text) => {
      ran.out += `${text}\n`;
    },
    err,
    exit: (code) => {
      ran.code = code;
    },
  });
  return ran;
}
