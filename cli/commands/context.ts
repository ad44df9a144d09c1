import type { Command } from 'commander';
import type { ApiClient } from '../client.ts';
import { type ConnectionOptions, connect, districtOf } from '../connection.ts';
import type { ExitCode } from '../failures.ts';
import type { TerminalStream } from '../progress.ts';

/** What a command touches of the process; tests give their own. */
export type Terminal = {
  environment: Readonly<Record<string, string | undefined>>;
  out: (text: string) => void;
  /** For progress and remarks. */
  err: TerminalStream;
  exit: (code: ExitCode) => void;
};

/** Options of the program itself, which every command takes. */
export type CommonOptions = ConnectionOptions & { json?: boolean };

export async function connection(
  command: Command,
  terminal: Terminal,
): Promise<{ client: ApiClient; district: string }> {
  const options = command.optsWithGlobals<CommonOptions>();
  const client = await connect(options, terminal.environment);
  return { client, district: await districtOf(client, options.district) };
}

export const isJson = (command: Command): boolean => command.optsWithGlobals<CommonOptions>().json === true;

/** Either the one JSON document of a command, or its text. */
export function answer(command: Command, terminal: Terminal, document: unknown, text: () => string): void {
  terminal.out(isJson(command) ? JSON.stringify(document, null, 2) : text());
}
