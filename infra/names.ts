/** What exists, by name. Everything else in `infra` is typed by these. */
export const functionNames = [
  'authorize',
  'issue-token',
  'sign-in',
  'manage-districts',
  'manage-syncs',
  'manage-access',
  'manage-accounts',
  'read-roster',
  'read-audit',
  'serve-oneroster',
  'evaluate-access',
  'serve-docs',
  'receive-upload',
  'pull-feed',
  'plan-sync',
  'apply-changes',
  'finish-sync',
  'reconcile-syncs',
  'start-due-syncs',
  'announce-syncs',
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
] as const;
export type TableName = (typeof tableNames)[number];

export const bucketNames = ['feeds', 'state', 'pages', 'seals'] as const;
export type BucketName = (typeof bucketNames)[number];

export const queueNames = ['pulls', 'plans', 'changes', 'finishes', 'mails'] as const;
export type QueueName = (typeof queueNames)[number];

/** What the names of a stage's secrets begin with. */
export function secretsPrefix(stage: string): string {
  return `rolebook-${stage}/feeds/`;
}

/** `plan-sync` to `PlanSync`: how constructs are called. */
export function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}
