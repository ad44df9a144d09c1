import type { BucketName, FunctionName, QueueName, SecretKind, TableName } from './names.ts';

export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'ConditionCheckItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'PartiQLInsert'
  | 'PartiQLUpdate';

export type BucketAction =
  | 'ListBucket'
  | 'ListBucketVersions'
  | 'GetObject'
  | 'PutObject'
  | 'DeleteObject'
  | 'DeleteObjectVersion'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploadParts';

export type SecretAction = 'CreateSecret' | 'PutSecretValue' | 'GetSecretValue' | 'DeleteSecret';

export type MailAction = 'SendEmail';

export type DeadLetterAction = 'GetQueueAttributes';

export type Permissions = {
  tables?: Partial<Record<TableName, readonly TableAction[]>>;
  /**
   * Patterns of partition keys that it may reach besides those of the district that it works for: what belongs to none. All else it
   * reaches by the role of that district alone (decision 0026).
   */
  keys?: Partial<Record<TableName, readonly string[]>>;
  /** It finds out of which district somebody is, so it can be held to none: it has `keys` and nothing else. */
  findsDistricts?: true;
  /** Tables whose queries may answer with keys and nothing else. */
  keysOnly?: readonly TableName[];
  buckets?: Partial<Record<BucketName, readonly BucketAction[]>>;
  /** What we sign in with at vendors, by what for. */
  secrets?: Partial<Record<SecretKind, readonly SecretAction[]>>;
  /** In our own name. */
  mail?: readonly MailAction[];
  /** To count what lies in all dead letters, and never to read any. */
  deadLetters?: readonly DeadLetterAction[];
  /** Queues the function sends to. What a queue feeds comes with its event source. */
  sendsTo?: readonly QueueName[];
};

/**
 * Who may do what: the only source of the functions' roles, and what the template tests hold the synthesized policies
 * against. A transaction needs the permission of each of its writes, and `ConditionCheckItem` for a check.
 */
export const permissions: Record<FunctionName, Permissions> = {
  // What it knows of a session is when it was last used.
  authorize: {
    tables: { tenants: ['GetItem'], logins: ['GetItem', 'UpdateItem'] },
    keys: { tenants: ['verifying-keys', 'operator-clients', 'clients#*'], logins: ['*#login#*'] },
    findsDistricts: true,
  },
  // Alone in reaching the private half of a key.
  'issue-token': {
    tables: { tenants: ['GetItem', 'PutItem', 'UpdateItem'] },
    keys: { tenants: ['signing-key', 'verifying-keys', 'operator-clients', 'clients#*', 'rate#*'] },
    findsDistricts: true,
  },
  'sign-in': {
    keys: { tenants: ['login-name#*', 'rate#*'], logins: ['#challenge#*'], audit: ['@operator#*'] },
    tables: {
      // To update: counts of calls that anybody may make.
      tenants: ['Query', 'UpdateItem'],
      // A lock and its end are facts of an account too, which followers hear of.
      access: ['BatchGetItem', 'UpdateItem'],
      accounts: ['GetItem', 'UpdateItem'],
      syncs: ['PutItem', 'UpdateItem'],
      logins: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      audit: ['GetItem', 'PutItem'],
    },
    secrets: { 'identity-providers': ['GetSecretValue'] },
    sendsTo: ['mails'],
  },
  'manage-districts': {
    keys: {
      tenants: ['districts', 'customers', 'idempotency#*'],
      syncs: ['due#*'],
      audit: ['@operator#*'],
    },
    tables: {
      tenants: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      access: ['BatchGetItem', 'PutItem', 'UpdateItem'],
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      audit: ['GetItem', 'PutItem'],
    },
    // To list: else S3 answers a look at what is not there with 403.
    buckets: { feeds: ['ListBucket', 'GetObject', 'PutObject', 'ListMultipartUploadParts'] },
    // Never to read one: who sets credentials need not see those of before.
    secrets: { feeds: ['CreateSecret', 'PutSecretValue', 'DeleteSecret'] },
  },
  'manage-syncs': {
    keys: { tenants: ['operator-clients', 'idempotency#*'], syncs: ['busy#*', 'due#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem', 'UpdateItem'],
      access: ['BatchGetItem'],
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      audit: ['GetItem', 'PutItem'],
    },
    buckets: {
      feeds: ['ListBucket', 'GetObject'],
      state: ['ListBucket', 'GetObject', 'PutObject', 'AbortMultipartUpload'],
    },
    sendsTo: ['plans', 'pulls'],
  },
  'manage-access': {
    keys: { tenants: ['customers', 'districts', 'idempotency#*'], audit: ['@operator#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem', 'UpdateItem'],
      access: ['BatchGetItem', 'GetItem', 'UpdateItem'],
      assignments: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      // The log of changes; so do all who change what followers hear of.
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      audit: ['GetItem', 'PutItem'],
    },
    // To list: what is kept no longer has to be told from what may not be read.
    buckets: { feeds: ['ListBucket', 'GetObject'], state: ['ListBucket', 'GetObject'] },
  },
  'manage-accounts': {
    keys: { tenants: ['login-name#*', 'idempotency#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      access: ['BatchGetItem', 'GetItem', 'UpdateItem'],
      assignments: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      accounts: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      syncs: ['PutItem', 'UpdateItem'],
      // It locks and opens; identity providers, and who accounts are there.
      logins: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      audit: ['GetItem', 'PutItem'],
    },
    sendsTo: ['mails', 'provisions'],
    // Never to read one: who sets a secret need not see that of before.
    secrets: { 'identity-providers': ['CreateSecret', 'PutSecretValue', 'DeleteSecret'] },
  },
  // An export reads what an erasure would take away; copies of queries go to somebody else before.
  'manage-privacy': {
    keys: { tenants: ['login-name#*', 'districts', 'idempotency#*', 'certificate-key', 'certificate-keys'] },
    tables: {
      roster: ['GetItem', 'Query'],
      access: ['BatchGetItem', 'GetItem', 'UpdateItem'],
      assignments: ['Query'],
      accounts: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      logins: ['Query'],
      audit: ['GetItem', 'Query', 'PutItem'],
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      tenants: ['GetItem', 'PutItem', 'UpdateItem'],
      reports: ['Query'],
    },
    buckets: {
      feeds: ['ListBucket', 'GetObject'],
      state: ['ListBucket', 'GetObject'],
      pages: ['GetObject', 'PutObject', 'AbortMultipartUpload'],
      exchange: ['ListBucket', 'GetObject'],
    },
    sendsTo: ['erasures'],
  },
  // To put: what it signs for others to put. To update: how much an account has there. Objects of the archive stay where they are, so nothing is deleted.
  'manage-reports': {
    keys: { tenants: ['idempotency#*'], reports: ['#unfinished#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem', 'UpdateItem'],
      access: ['BatchGetItem'],
      accounts: ['GetItem'],
      roster: ['GetItem'],
      reports: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      audit: ['GetItem', 'PutItem'],
    },
    buckets: { exchange: ['GetObject', 'PutObject', 'ListMultipartUploadParts'] },
    sendsTo: ['builds'],
  },
  'read-roster': {
    tables: { access: ['BatchGetItem'], roster: ['GetItem', 'Query'], audit: ['GetItem', 'PutItem'] },
  },
  // Whoever writes the audit may put lines; nobody may change or delete one. The key of the seals is in `tenants`.
  'read-audit': {
    keys: { tenants: ['seal-key'], audit: ['@operator#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem'],
      access: ['BatchGetItem'],
      audit: ['GetItem', 'Query', 'PutItem'],
    },
    buckets: { seals: ['ListBucket', 'GetObject', 'PutObject'] },
  },
  // A test is signed and called at once, so it reads the secrets too.
  'manage-webhooks': {
    keys: { tenants: ['idempotency#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem', 'UpdateItem'],
      access: ['BatchGetItem'],
      reports: ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
      audit: ['GetItem', 'PutItem'],
    },
    secrets: { webhooks: ['CreateSecret', 'PutSecretValue', 'GetSecretValue', 'DeleteSecret'] },
    sendsTo: ['webhooks'],
  },
  // The head for the day, the lane for the committed roster. To list: pages that have ended have to be told from those that may not be read.
  'serve-oneroster': {
    tables: { access: ['BatchGetItem'], syncs: ['GetItem'], audit: ['GetItem', 'PutItem'] },
    buckets: { state: ['GetObject'], pages: ['ListBucket', 'GetObject', 'PutObject'] },
  },
  // Searches begin from ids: of people and classes in `roster`, of holders in `assignments`. Names stay where they are.
  'evaluate-access': {
    tables: { access: ['BatchGetItem'], roster: ['Query'], assignments: ['Query'] },
    keysOnly: ['roster', 'assignments'],
  },
  'serve-docs': { deadLetters: ['GetQueueAttributes'] },
  // Pages without anybody's data: what they show, the browser asks the API for.
  'serve-pages': {},
  'receive-upload': {
    keys: { syncs: ['due#*'] },
    tables: { syncs: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  },
  // A roster feed becomes an upload and a sync; what a scanner finds is taken away from where it was put, in all its versions.
  'check-report': {
    keys: { syncs: ['busy#*', 'due#*'] },
    tables: {
      reports: ['GetItem', 'PutItem', 'UpdateItem'],
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      access: ['BatchGetItem'],
    },
    // To list: what lies there no longer has to be told from what may not be read.
    buckets: {
      exchange: [
        'ListBucket',
        'ListBucketVersions',
        'GetObject',
        'PutObject',
        'AbortMultipartUpload',
        'DeleteObject',
        'DeleteObjectVersion',
      ],
      feeds: ['PutObject'],
    },
    sendsTo: ['plans'],
  },
  // To list: else S3 answers a look at what was renamed meanwhile with 403.
  'receive-report': {
    keys: { reports: ['#unfinished#*'] },
    tables: { access: ['BatchGetItem'], reports: ['GetItem', 'PutItem', 'UpdateItem'] },
    // To delete: what was refused before anybody looked into it.
    buckets: {
      exchange: [
        'ListBucket',
        'ListBucketVersions',
        'GetObject',
        'PutObject',
        'DeleteObject',
        'DeleteObjectVersion',
      ],
    },
    sendsTo: ['checks'],
  },
  'pull-feed': {
    keys: { syncs: ['busy#*', 'due#*'] },
    tables: { syncs: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    buckets: { feeds: ['PutObject', 'AbortMultipartUpload'] },
    secrets: { feeds: ['GetSecretValue'] },
    sendsTo: ['plans', 'pulls'],
  },
  // The head and the documents of a district's own role systems; for a repair, all that is stored of the roster.
  'plan-sync': {
    keys: { syncs: ['busy#*'] },
    tables: {
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      access: ['BatchGetItem'],
      roster: ['Query'],
      assignments: ['Query'],
    },
    buckets: {
      feeds: ['GetObject'],
      state: ['GetObject', 'PutObject'],
    },
    sendsTo: ['plans', 'changes', 'finishes'],
  },
  'apply-changes': {
    tables: {
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      roster: ['UpdateItem', 'PartiQLInsert', 'PartiQLUpdate'],
      // What people gave somebody who is purged ends with them: their assignments, and what is kept of their records.
      access: ['GetItem', 'UpdateItem', 'PartiQLInsert', 'PartiQLUpdate'],
      assignments: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'PartiQLInsert', 'PartiQLUpdate'],
      accounts: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      logins: ['UpdateItem'],
    },
    buckets: { state: ['GetObject'] },
    sendsTo: ['finishes'],
  },
  'finish-sync': {
    keys: { syncs: ['busy#*'] },
    tables: {
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      access: ['UpdateItem'],
    },
    sendsTo: ['plans'],
  },
  // All stores of people: what it takes away, and what it looks at again after that.
  'erase-person': {
    keys: { tenants: ['login-name#*', 'certificate-key', 'certificate-keys'], syncs: ['busy#*', 'due#*'] },
    tables: {
      roster: ['GetItem', 'Query'],
      access: ['BatchGetItem', 'GetItem', 'UpdateItem'],
      assignments: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      accounts: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      logins: ['Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      // To delete: what stands beside lines; nobody deletes a line by it (template test). To put: that details have ended.
      audit: ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      tenants: ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
      reports: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    },
    buckets: {
      feeds: ['ListBucket', 'ListBucketVersions', 'GetObject', 'DeleteObject', 'DeleteObjectVersion'],
      state: ['ListBucket', 'ListBucketVersions', 'GetObject', 'PutObject', 'DeleteObject'],
      pages: ['ListBucket', 'ListBucketVersions', 'GetObject', 'DeleteObject'],
      exchange: ['ListBucket', 'ListBucketVersions', 'GetObject', 'DeleteObject', 'DeleteObjectVersion'],
    },
    sendsTo: ['plans', 'erasures'],
  },
  'reconcile-syncs': {
    keys: { syncs: ['busy#*'] },
    tables: { syncs: ['GetItem', 'Query', 'PutItem', 'DeleteItem'] },
    sendsTo: ['plans', 'changes', 'finishes', 'pulls'],
  },
  // What a try to make a report has left goes with it.
  'reconcile-reports': {
    keys: { reports: ['#unfinished#*'] },
    tables: { reports: ['GetItem', 'Query', 'PutItem', 'DeleteItem'] },
    buckets: { exchange: ['ListBucketVersions', 'DeleteObject', 'DeleteObjectVersion'] },
    sendsTo: ['checks', 'builds'],
  },
  'start-due-syncs': {
    keys: { tenants: ['seal-key'], syncs: ['busy#*', 'due#*'] },
    tables: {
      syncs: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      access: ['BatchGetItem'],
      // Seals each district's audit once a day.
      tenants: ['GetItem', 'PutItem'],
      audit: ['GetItem'],
    },
    buckets: { seals: ['PutObject'] },
    sendsTo: ['plans', 'pulls', 'erasures', 'mails'],
  },
  'announce-syncs': {
    tables: { syncs: ['Query'], reports: ['PutItem'] },
    sendsTo: ['provisions'],
  },
  'provision-accounts': {
    keys: { tenants: ['login-name#*'] },
    tables: {
      syncs: ['GetItem', 'PutItem', 'UpdateItem'],
      access: ['BatchGetItem', 'UpdateItem'],
      assignments: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      accounts: ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
      tenants: ['PutItem', 'DeleteItem'],
      // Second factors, identity links, keys and preferences go with the account.
      logins: ['Query', 'PutItem', 'DeleteItem'],
      audit: ['GetItem', 'PutItem'],
    },
    buckets: { state: ['GetObject'] },
    sendsTo: ['mails', 'provisions'],
  },
  // Whom a name stands for, what their district is called, and the link that the mail brings. Of an event, who may hear of it, what it
  // is about, and what waits for a digest.
  'send-mail': {
    keys: { tenants: ['login-name#*', 'districts'], syncs: ['due#*'] },
    tables: {
      tenants: ['GetItem', 'Query'],
      access: ['BatchGetItem'],
      accounts: ['GetItem'],
      logins: ['GetItem', 'PutItem', 'UpdateItem'],
      roster: ['GetItem'],
      reports: ['GetItem', 'Query', 'PutItem', 'BatchWriteItem'],
      syncs: ['GetItem', 'PutItem', 'DeleteItem'],
    },
    mail: ['SendEmail'],
  },
  'post-webhook': {
    tables: { reports: ['GetItem', 'PutItem'], audit: ['GetItem', 'PutItem'] },
    secrets: { webhooks: ['GetSecretValue'] },
    sendsTo: ['webhooks'],
  },
  // The roster as it was committed, and what checks read of each who is in it; for a review, who holds what and who gave it.
  'build-report': {
    tables: {
      access: ['BatchGetItem'],
      assignments: ['GetItem'],
      accounts: ['Query'],
      syncs: ['GetItem', 'Query'],
      reports: ['GetItem', 'PutItem'],
    },
    buckets: {
      state: ['GetObject'],
      exchange: [
        'PutObject',
        'AbortMultipartUpload',
        'ListBucketVersions',
        'DeleteObject',
        'DeleteObjectVersion',
      ],
    },
  },
  // Holders by their keys alone; whether they may hear of it is asked of each.
  'announce-events': {
    tables: {
      access: ['BatchGetItem'],
      assignments: ['Query'],
      accounts: ['GetItem'],
      reports: ['Query', 'PutItem'],
    },
    keysOnly: ['assignments'],
    sendsTo: ['mails', 'webhooks'],
  },
  // Whoever unsubscribes is of the district that their link names.
  'manage-notices': {
    keys: { tenants: ['idempotency#*'] },
    tables: {
      tenants: ['GetItem', 'PutItem', 'UpdateItem'],
      access: ['BatchGetItem'],
      accounts: ['GetItem'],
      logins: ['GetItem', 'Query', 'PutItem'],
      reports: ['GetItem', 'Query', 'PutItem'],
      audit: ['GetItem', 'PutItem'],
    },
    sendsTo: ['mails'],
  },
  // As `sign-in`, but that nobody gets a session of it: passwords are counted and locked alike.
  'identify-sftp': {
    keys: { tenants: ['login-name#*'], audit: ['@operator#*'] },
    tables: {
      tenants: ['Query'],
      access: ['BatchGetItem', 'UpdateItem'],
      accounts: ['GetItem', 'UpdateItem'],
      syncs: ['PutItem', 'UpdateItem'],
      logins: ['GetItem', 'Query', 'UpdateItem'],
      audit: ['GetItem', 'PutItem'],
      // How much room there is.
      reports: ['GetItem'],
    },
    sendsTo: ['mails'],
  },
  'hear-mail': {
    tables: { accounts: ['GetItem'], logins: ['PutItem'], reports: ['GetItem', 'Query', 'PutItem'] },
  },
  // To list: else S3 answers a look at what is not there with 403.
  'hear-sftp': {
    tables: { access: ['BatchGetItem'], accounts: ['GetItem'], reports: ['GetItem', 'PutItem'] },
    buckets: { exchange: ['ListBucket', 'GetObject'] },
  },
};
