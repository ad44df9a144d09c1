import { Resolver } from 'node:dns/promises';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Command } from 'commander';
import { type Finding, ok } from '../doctor/finding.ts';
import { type Resolver as Dns, lookAtDomain } from '../doctor/mail-domain.ts';
import { lookAtSending } from '../doctor/sending.ts';
import { lookAtService } from '../doctor/service.ts';
import { exitCodes } from '../failures.ts';
import { table } from '../render.ts';
import { answer, connection, type Terminal } from './context.ts';

export type DoctorDeps = { dns: Dns; ses: () => Pick<SESv2Client, 'send'> };

const real: DoctorDeps = {
  dns: new Resolver({ timeout: 3000, tries: 2 }),
  ses: () => new SESv2Client({ maxAttempts: 2 }),
};

/** What of the service is not set up; exit status 1 where something is missing, 2 where something should be looked at. */
export function addDoctor(program: Command, terminal: Terminal, deps: DoctorDeps = real): void {
  program
    .command('doctor')
    .description('what is not set up: mail domain, SES, feeds, webhooks')
    .option('--domain <domain>', 'that mails are from; without it, the mailbox of a local service is meant')
    .action(async ({ domain }: { domain?: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const findings = [...(await lookAtMail(deps, domain)), ...(await lookAtService(client, district))];
      answer(command, terminal, { findings }, () => text(findings));
      const states = new Set(findings.map(({ state }) => state));
      terminal.exit(
        states.has('missing')
          ? exitCodes.no
          : states.has('warning')
            ? exitCodes.withProblems
            : exitCodes.done,
      );
    });
}

async function lookAtMail({ dns, ses }: DoctorDeps, domain: string | undefined): Promise<Finding[]> {
  if (domain === undefined) return [ok('Mail', 'local mailbox, or name the domain with --domain')];
  const { findings, tokens } = await lookAtSending(ses(), domain);
  return [...findings, ...(await lookAtDomain(dns, domain, tokens))];
}

function text(findings: readonly Finding[]): string {
  return table(findings.map(({ state, name, what, do: help = '' }) => [state, name, what, help]));
}
