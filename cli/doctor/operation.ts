import type { ServiceState, SigningKeys } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { type Finding, missing, ok, warning } from './finding.ts';

/** What only the operator may ask: what waits over all districts, and what a deployment was given. */
export type Operation = { state: ServiceState; keys: SigningKeys['keys'] };

export async function askOperation(client: ApiClient): Promise<Operation | undefined> {
  if (!(await client.scopes()).includes('rolebook.operator')) return undefined;
  const state = await client.get<ServiceState>('/v1/service');
  const { keys } = await client.get<SigningKeys>('/v1/signing-keys');
  return { state, keys };
}

export function lookAtOperation(asked: Operation | undefined, now: Date): Finding[] {
  if (asked === undefined) {
    const what = 'keys of tokens, dead letters, malware scanner and SFTP are not looked at';
    return [warning('Operation', what, 'Run it as the operator, whom alone the service tells.')];
  }
  const { state, keys } = asked;
  return [signingKey(keys, now), deadLetters(state), scanner(state, now), sftp(state)];
}

/** A key makes room for another after ninety days, with the next token. */
const longestUseDays = 90;

function signingKey(keys: SigningKeys['keys'], now: Date): Finding {
  const present = keys.find(({ until }) => until === undefined);
  const former = keys.length - (present === undefined ? 0 : 1);
  if (present === undefined) return ok('Signing key', 'none yet: the first token makes it');
  const days = daysSince(present.since, now);
  const what = `${counted(days, 'day')} old${former > 0 ? `; ${former} of before until its tokens end` : ''}`;
  return days <= longestUseDays
    ? ok('Signing key', `${what}; renewed by itself after ${longestUseDays} days`)
    : warning(
        'Signing key',
        what,
        'It has not been renewed by itself: ask for a new one at POST /v1/signing-keys.',
      );
}

function deadLetters({ deadLetters: all }: ServiceState): Finding {
  const waiting = all.filter((one) => one.waiting > 0);
  if (waiting.length === 0) return ok('Dead letters', `none, of ${all.length} queues and streams`);
  return missing(
    'Dead letters',
    waiting.map(({ of, waiting: count }) => `${count} of ${of}`).join(', '),
    'Find out why in the log of what takes from there (record-failed), mend it, and redrive them in SQS; they are gone after 14 days.',
  );
}

const oldSignaturesDays = 7;

function scanner({ scanner: { state, version, signaturesOf } }: ServiceState, now: Date): Finding {
  switch (state) {
    case 'none':
      return warning(
        'Malware scanner',
        'none: files that come in are taken unscanned',
        'Run clamd and deploy with -c clamd=tcp://<host>:3310.',
      );
    case 'silent':
      return missing(
        'Malware scanner',
        'does not answer: no file that comes in is let through',
        'Start clamd, or deploy with its right address (-c clamd=…).',
      );
    case 'answers': {
      const days = signaturesOf === undefined ? undefined : daysSince(signaturesOf, now);
      const of = days === undefined ? 'without signatures' : `signatures ${counted(days, 'day')} old`;
      return days === undefined || days > oldSignaturesDays
        ? warning('Malware scanner', `${version}, ${of}`, 'See that freshclam runs beside clamd.')
        : ok('Malware scanner', `${version}, ${of}`);
    }
    default:
      return state satisfies never;
  }
}

function sftp({ sftp: server }: ServiceState): Finding {
  if (server === undefined) {
    return ok(
      'SFTP',
      'none, so reports come and go over HTTPS alone (-c sftp=true and -c sftpHost=… add it)',
    );
  }
  const place = `${server.host}:${server.port}`;
  return server.fingerprint === ''
    ? warning(
        'SFTP',
        `${place}, and nobody can tell that it is ours`,
        `Deploy with -c sftpFingerprint=…, which "ssh-keyscan ${server.host} | ssh-keygen -lf -" shows.`,
      )
    : ok('SFTP', `${place}, host key ${server.fingerprint}`);
}

export function daysSince(instant: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(instant)) / (24 * 3_600_000)));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
