import { Command, CommanderError } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addCatalogue } from './commands/catalogue.ts';
import { addChanges } from './commands/changes.ts';
import { addCheck } from './commands/check.ts';
import type { Terminal } from './commands/context.ts';
import { addDoctor } from './commands/doctor.ts';
import { addGenerate } from './commands/generate.ts';
import { addPlan } from './commands/plan.ts';
import { addPrivacy } from './commands/privacy.ts';
import { addReports } from './commands/reports.ts';
import { addSearch } from './commands/search.ts';
import { addSync } from './commands/sync.ts';
import { addUsers } from './commands/users.ts';
import { addValidate } from './commands/validate.ts';
import { ApiRefused, CommandFailed, exitCodes } from './failures.ts';

const help = `
Exit status: 0 done, clean or allowed · 1 rejected, failed or denied · 2 usable with problems · 3 held · 4 not carried out

Where it connects to: --api, --client-id and --client-secret, or ROLEBOOK_API, ROLEBOOK_CLIENT_ID and
ROLEBOOK_CLIENT_SECRET, or else what "npm start" wrote into the data dir.`;

/** Runs one command line, without the two words that start it; the exit status goes to `terminal.exit`. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<void> {
  const program = new Command('rolebook')
    .description('Roster feeds in, answers out: who may do what, and why')
    .option('--json', 'one JSON document on stdout')
    .option('--api <url>', 'the service, e.g. http://localhost:4000')
    .option('--client-id <id>', 'credentials of a client')
    .option('--client-secret <secret>', 'better given as ROLEBOOK_CLIENT_SECRET: other users see arguments')
    .option('--data-dir <folder>', 'of a local Rolebook (default: .rolebook)')
    .option('--district <id>', 'which district, where the client may choose')
    .addHelpText('after', help)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err.write(text),
    })
    .showHelpAfterError('(rolebook help shows what there is)')
    .exitOverride();
  const all = [
    addValidate,
    addSync,
    addPlan,
    addChanges,
    addCheck,
    addSearch,
    addCatalogue,
    addAudit,
    addPrivacy,
    addUsers,
    addReports,
    addDoctor,
    addGenerate,
  ];
  for (const add of all) add(program, terminal);
  for (const command of program.commands) inherit(command, program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    fail(error, program.opts<{ json?: boolean }>().json === true, terminal);
  }
}

/** Commander copies settings only to commands added after them, and not to theirs. */
function inherit(command: Command, from: Command): void {
  command.copyInheritedSettings(from);
  for (const own of command.commands) inherit(own, from);
}

function fail(error: unknown, json: boolean, terminal: Terminal): void {
  if (error instanceof CommanderError) {
    // Help and version are asked for; commander has printed what was wrong otherwise.
    terminal.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.notCarriedOut);
    return;
  }
  if (!(error instanceof CommandFailed)) throw error;
  if (json) {
    const problem = error instanceof ApiRefused ? error.problem : { title: error.message };
    terminal.out(JSON.stringify({ problem }, null, 2));
  } else {
    terminal.err.write(`${error.message}\n`);
  }
  terminal.exit(exitCodes.notCarriedOut);
}
