import { Resolver } from 'node:dns/promises';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Command } from 'commander';
import { type Finding, missing, ok, warning } from '../doctor/finding.ts';
import { type Resolver as Dns, lookAtDomain } from '../doctor/mail-domain.ts';
import { askOperation, lookAtOperation } from '../doctor/operation.ts';
import { lookAtSending } from '../doctor/sending.ts';
import { lookAtService } from '../doctor/service.ts';
import { exitCodes } from '../failures.ts';
import { table } from '../render.ts';
import { answer, connection, type Terminal } from './context.ts';

export type DoctorDeps = { dns: Dns; ses: () => Pick<SESv2Client, 'send'>; now: () => Date };

const real: DoctorDeps = {
  dns: new Resolver({ timeout: 3000, tries: 2 }),
  ses: () => new SESv2Client({ maxAttempts: 2 }),
  now: () => new Date(),
};

/** What of the service is not set up; exit status 1 where something is missing, 2 where something should be looked at. */
export function addDoctor(program: Command, terminal: Terminal, deps: DoctorDeps = real): void {
  program
    .command('doctor')
    .description(
      'what is not set up or left undone: mail, keys, dead letters, scanner, SFTP, feeds, webhooks',
    )
    .option('--domain <domain>', 'that mails are from; without it, what the service tells its operator')
    .action(async ({ domain }: { domain?: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const operation = await askOperation(client);
      const from = { domain, mailFrom: operation?.state.mailFrom, api: client.api };
      const findings = [
        ...(await lookAtMail(deps, from)),
        ...lookAtOperation(operation, deps.now()),
        ...(await lookAtService(client, district, deps.now())),
      ];
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

type From = { domain: string | undefined; mailFrom: string | undefined; api: string };

async function lookAtMail({ dns, ses }: DoctorDeps, from: From): Promise<Finding[]> {
  const domain = from.domain ?? from.mailFrom?.split('@').at(-1);
  if (domain === undefined) {
    return [warning('Mail', 'not looked at', 'Name the domain that mails are from with --domain.')];
  }
  // No such domain exists (RFC 2606): what a deployment says that was not told whose mails are.
  if (domain.endsWith('.invalid')) {
    return ['localhost', '127.0.0.1'].includes(new URL(from.api).hostname)
      ? [ok('Mail', 'goes to the mailbox of this machine, and nowhere else')]
      : [
          missing(
            'Mail',
            'no address to send from, so SES refuses all',
            'Deploy with -c mailFrom=<address>.',
          ),
        ];
  }
  const { findings, tokens } = await lookAtSending(ses(), domain);
  return [...findings, ...(await lookAtDomain(dns, domain, tokens))];
}

function text(findings: readonly Finding[]): string {
  return table(findings.map(({ state, name, what, do: help = '' }) => [state, name, what, help]));
}
