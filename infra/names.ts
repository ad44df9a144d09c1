import { httpFunctions } from '../shared/messages/route.ts';

/** What exists, by name. Everything else in `infra` is typed by these. */
export const functionNames = [
  'authorize',
  ...httpFunctions,
  'receive-upload',
  'receive-report',
  'check-report',
  'pull-feed',
  'plan-sync',
  'apply-changes',
  'finish-sync',
  'erase-person',
  'reconcile-syncs',
  'reconcile-reports',
  'start-due-syncs',
  'announce-syncs',
  'provision-accounts',
  'send-mail',
  'post-webhook',
  'build-report',
  'announce-events',
  'hear-mail',
  'identify-sftp',
  'hear-sftp',
] as const;
export type FunctionName = (typeof functionNames)[number];

export const tableNames = [
  'roster',
  'access',
  'assignments',
  'syncs',
  'tenants',
  'accounts',
  'logins',
  'audit',
  'reports',
] as const;
export type TableName = (typeof tableNames)[number];

export const bucketNames = ['feeds', 'state', 'pages', 'seals', 'exchange'] as const;
export type BucketName = (typeof bucketNames)[number];

export const queueNames = [
  'pulls',
  'plans',
  'changes',
  'finishes',
  'mails',
  'provisions',
  'erasures',
  'checks',
  'builds',
  'webhooks',
  'mail-events',
] as const;
export type QueueName = (typeof queueNames)[number];

/** Where what could not be done lies until somebody looks: of each queue, and of what S3 and the streams of tables tell. */
export const deadLetterNames = [...queueNames, 'uploads', 'ended-syncs', 'received', 'outbox'] as const;
export type DeadLetterName = (typeof deadLetterNames)[number];

/** What takes from each queue may work for so long on one message. */
export const timeoutSeconds = {
  pulls: 900,
  plans: 900,
  changes: 60,
  finishes: 60,
  mails: 60,
  provisions: 900,
  erasures: 900,
  checks: 900,
  builds: 900,
  webhooks: 60,
  'mail-events': 60,
} as const satisfies Record<QueueName, number>;

/** Where clients find the SFTP server; empty where a deployment has none or does not say. */
export type SftpVariables = Record<'SFTP_HOST' | 'SFTP_PORT' | 'SFTP_FINGERPRINT', string>;

/** Who mails are from, and the SES configuration set that they go out by. */
export type MailNames = { from: string; settings: string };

export const secretKinds = ['feeds', 'identity-providers', 'webhooks'] as const;
export type SecretKind = (typeof secretKinds)[number];

/** What the names of a stage's secrets of one kind begin with. */
export function secretsPrefix(stage: string, kind: SecretKind): string {
  return `rolebook-${stage}/${kind}/`;
}

/** `plan-sync` to `PlanSync`: how constructs are called. */
export function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}
