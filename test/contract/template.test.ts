import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { localName } from '../../infra/local/identities.ts';
import {
  bucketNames,
  deadLetterNames,
  type FunctionName,
  functionNames,
  queueNames,
  type TableName,
  tableNames,
} from '../../infra/names.ts';
import { permissions } from '../../infra/permissions.ts';
import type { Route } from '../../shared/messages/route.ts';
import { routes } from '../../shared/messages/routes.ts';
import { ownerOf, patternsOf } from '../../shared/store/tenant-keys.ts';
import { type Grant, grantsIn, patternsIn } from './template/grants.ts';
import { synthesized } from './template/synthesized.ts';

const declared = synthesized();

function all<Schema extends z.ZodObject>(
  type: string,
  schema: Schema,
): (z.output<Schema> & { name: string })[] {
  return declared
    .ofType(type)
    .map((resource) => ({ name: localName(resource), ...declared.read(resource, schema) }));
}

/** `roster: GetItem` for each of a function's grants on tables and objects, and `plans: SendMessage` on queues. */
function onData({ action, resource }: Grant): string | undefined {
  const name = /(?:table\/rolebook-|s3:::rolebook-|:rolebook-)([a-z]+)(?:-queue)?(?:\/\*)?$/.exec(
    resource,
  )?.[1];
  const [service, verb] = action.split(':');
  const kind = /:secret:rolebook-test\/([a-z-]+)\/\*$/.exec(resource)?.[1];
  const of = /:rolebook-([a-z-]+)-dead-letters$/.exec(resource)?.[1];
  if (of !== undefined) return `dead letters of ${of}: ${verb}`;
  if (service === 'secretsmanager' && kind !== undefined) return `secrets of ${kind}: ${verb}`;
  if (service === 'ses' && /:(identity\/mail\.invalid|configuration-set\/rolebook-test)$/.test(resource))
    return `mail: ${verb}`;
  return name !== undefined && ['dynamodb', 's3', 'sqs'].includes(service ?? '')
    ? `${name}: ${verb}`
    : undefined;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's policies
const tag = '${aws:PrincipalTag/district}';

/** Of which district a token or a cookie is, they find out by it. */
const loosely: Record<string, string[]> = {
  authorize: ['clients#*', '*#login#*'],
  'issue-token': ['clients#*'],
};

function holdersOfSigningKey(): string[] {
  return Object.entries(permissions).flatMap(([name, { keys = {} }]) =>
    (keys.tenants ?? []).some((pattern) => pattern.startsWith('signing-key')) ? [name] : [],
  );
}

const consumers: Record<string, string> = {
  'pull-feed': 'pulls',
  'plan-sync': 'plans',
  'apply-changes': 'changes',
  'finish-sync': 'finishes',
  'provision-accounts': 'provisions',
  'send-mail': 'mails',
  'erase-person': 'erasures',
  'post-webhook': 'webhooks',
  'build-report': 'builds',
  'check-report': 'checks',
};
/** What S3 and streams tell of and could not hand over is put aside by the role of the function that they told. */
const settingAside: Record<string, string> = {
  'receive-upload': 'uploads',
  'receive-report': 'received',
  'announce-syncs': 'ended-syncs',
  'announce-events': 'outbox',
};
const sending = ['SendMessage', 'GetQueueAttributes', 'GetQueueUrl'];
const consuming = [
  'ReceiveMessage',
  'ChangeMessageVisibility',
  'GetQueueUrl',
  'DeleteMessage',
  'GetQueueAttributes',
];

/** What `permissions.ts` and the event sources allow, in the same words. */
function allowed(name: keyof typeof permissions): string[] {
  const { tables = {}, buckets = {}, secrets = {}, mail = [], sendsTo = [] } = permissions[name];
  const { deadLetters = [] } = permissions[name];
  const consumed = consumers[name];
  const aside = settingAside[name];
  return [
    ...[...Object.entries(tables), ...Object.entries(buckets)].flatMap(([on, actions]) =>
      actions.map((action) => `${on}: ${action}`),
    ),
    ...Object.entries(secrets).flatMap(([kind, actions]) =>
      actions.map((action) => `secrets of ${kind}: ${action}`),
    ),
    ...mail.map((action) => `mail: ${action}`),
    ...sendsTo.map((queue) => `${queue}: SendMessage`),
    ...deadLetters.flatMap((action) => deadLetterNames.map((of) => `dead letters of ${of}: ${action}`)),
    ...(aside === undefined ? [] : sending.map((action) => `dead letters of ${aside}: ${action}`)),
    ...(consumed === undefined ? [] : consuming.map((action) => `${consumed}: ${action}`)),
  ];
}

/** Grants on data that nothing allows, over all functions. */
function excess(grants: Grant[]): string[] {
  return functionNames.flatMap((name) => {
    const may = new Set(allowed(name));
    return grants
      .filter(({ holder }) => holder === name)
      .map(onData)
      .filter((grant) => grant !== undefined && !may.has(grant))
      .map((grant) => `${name} → ${grant}`);
  });
}

describe('roles', () => {
  const grants = grantsIn(declared);

  test('hold on tables, buckets and queues exactly what the permissions say', () => {
    expect(excess(grants)).toEqual([]);
    for (const name of functionNames) {
      const held = new Set(grants.filter(({ holder }) => holder === name).map(onData));
      expect(allowed(name).filter((grant) => !held.has(grant))).toEqual([]);
    }
  });

  test('that reach for another function’s table are seen', () => {
    const spoilt = synthesized((app) => {
      const target = app.node.findChild('Api').node.findChild('EvaluateAccess');
      const roster = app.node.findChild('Storage').node.findChild('Roster');
      if (!(target instanceof LambdaFunction) || !('tableArn' in roster))
        throw new Error('The app has changed');
      target.addToRolePolicy(
        new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [String(roster.tableArn)] }),
      );
    });
    expect(excess(grantsIn(spoilt))).toEqual(['evaluate-access → roster: PutItem']);
  });

  test('let a check read what checks read, and change nothing', () => {
    const held = grants.filter(({ holder }) => holder === 'evaluate-access').map(onData);
    expect(held.filter((grant) => grant !== undefined).sort()).toEqual([
      'access: BatchGetItem',
      'assignments: Query',
      'roster: Query',
    ]);
  });

  test('let mails go out from our address alone', () => {
    const sending = grants.filter(({ action }) => action.startsWith('ses:'));
    expect(sending.map(({ holder }) => holder)).toEqual(['send-mail', 'send-mail']);
    for (const { condition } of sending)
      expect(condition).toEqual({ StringEquals: { 'ses:FromAddress': 'rolebook@mail.invalid' } });
  });

  test('let nobody change or delete a line of the audit, or a seal', () => {
    const changes = grants.filter(
      ({ action, resource }) =>
        /:Delete|:Update|:PartiQL|BatchWrite|:\*/.test(action) && /audit|seals/.test(resource),
    );
    // What stands beside lines is deleted with an erasure; a line that went would be missed by `rolebook audit verify`.
    expect(changes.map(({ holder, action }) => `${holder}: ${action}`)).toEqual([
      'erase-person: dynamodb:DeleteItem',
    ]);
  });

  test('let nobody delete a record', () => {
    const deletes = grants.filter(
      ({ action, resource }) => /:Delete|:\*/.test(action) && /roster|access/.test(resource),
    );
    expect(deletes).toEqual([]);
  });

  test('name every action, and every resource', () => {
    const wild = grants.filter(({ action, resource }) => action.includes('*') || resource === '*');
    expect(wild.filter(({ action }) => !action.startsWith('xray:Put'))).toEqual([]); // X-Ray knows no resources
  });

  test('reach of tables nothing but the keys of the session’s district, and those that are nobody’s', () => {
    // A stream has no keys to ask for: whoever reads it reads all of it.
    const onTables = grants.filter(
      ({ action, resource }) => action.startsWith('dynamodb:') && !resource.includes('/stream/'),
    );
    const open = onTables.filter(({ condition }) => patternsIn(condition).length === 0);
    expect(open).toEqual([]);
    for (const { holder, forDistrict, resource, condition } of onTables) {
      const table = tableNames.find((name) => resource.endsWith(`/rolebook-${name}`)) ?? '';
      const own = new Set<string>(permissions[holder as FunctionName].keys?.[table as TableName] ?? []);
      const rest = patternsIn(condition).filter((pattern) => !own.has(pattern));
      // The tag stands where the district does, with nothing loose before it.
      const expected = forDistrict ? patternsOf(table, tag) : [];
      expect([holder, table, rest]).toEqual([holder, table, expected]);
    }
  });

  test('say of every key that it is nobody’s, but for the functions that find out whose somebody is', () => {
    for (const [name, { keys = {}, findsDistricts }] of Object.entries(permissions)) {
      const loose = Object.entries(keys).flatMap(([table, patterns]) =>
        patterns.filter((pattern) => ownerOf(table, pattern.replace('*', 'x')) !== 'shared'),
      );
      expect([name, loose]).toEqual([name, findsDistricts ? (loosely[name] ?? []) : []]);
    }
    expect(holdersOfSigningKey()).toEqual(['issue-token']);
  });

  test('of districts are taken by their function alone, with a district and no other tag', () => {
    const trusts = all(
      'AWS::IAM::Role',
      z.object({ AssumeRolePolicyDocument: z.unknown(), Description: z.string().optional() }),
    )
      .filter(({ Description }) => Description?.endsWith('for one district'))
      .map(({ AssumeRolePolicyDocument }) => JSON.stringify(AssumeRolePolicyDocument));
    expect(trusts.length).toBeGreaterThan(10);
    for (const trust of trusts) {
      expect(trust).toContain('"StringLike":{"aws:RequestTag/district":"?*"}');
      expect(trust).toContain('"ForAllValues:StringEquals":{"aws:TagKeys":["district"]}');
      expect(trust).toMatch(/"Principal":\{"AWS":"\w+Role\w*\.Arn"\}/);
    }
    const takes = grants.filter(({ action }) => action.startsWith('sts:'));
    expect(takes.filter(({ forDistrict }) => forDistrict)).toEqual([]);
    expect(new Set(takes.map(({ resource }) => resource)).size).toBe(trusts.length);
  });

  test('belong to one function each', () => {
    const roles = all('AWS::Lambda::Function', z.object({ Role: z.string() })).map(({ Role }) => Role);
    expect(new Set(roles).size).toBe(roles.length);
  });
});

describe('functions', () => {
  const Properties = z.object({
    FunctionName: z.string().optional(),
    Runtime: z.string(),
    Architectures: z.array(z.string()).optional(),
    Timeout: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
  });
  const functions = all('AWS::Lambda::Function', Properties).filter(
    ({ FunctionName }) => FunctionName !== undefined,
  );

  test('are those of the functions folder, and few', () => {
    const folders = readdirSync(join(import.meta.dirname, '../../functions')).sort();
    expect(functions.map(({ name }) => name.replace('rolebook-test-', '')).sort()).toEqual(folders);
    expect(folders.length).toBeLessThanOrEqual(37);
  });

  test.each(functions)('$name runs on Node 24 and arm64, and has every variable it declares', async (fn) => {
    expect([fn.Runtime, fn.Architectures]).toEqual(['nodejs24.x', ['arm64']]);
    const folder = fn.name.replace('rolebook-test-', '');
    const { Env } = await import(`../../functions/${folder}/env.ts`);
    expect(() => Env.parse(fn.Environment?.Variables)).not.toThrow();
  });
});

test('no function has what only one’s own machine has: links to sign in by, vendors on the same machine', () => {
  const Properties = z.object({
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
  });
  const variables = all('AWS::Lambda::Function', Properties).flatMap(({ Environment }) =>
    Object.keys(Environment?.Variables ?? {}),
  );
  expect(variables.filter((name) => name.startsWith('ROLEBOOK_'))).toEqual([]);
});

describe('storage', () => {
  test('every table is encrypted with our key, recoverable and kept', () => {
    const tables = all(
      'AWS::DynamoDB::Table',
      z.object({
        SSESpecification: z.object({ SSEEnabled: z.boolean(), KMSMasterKeyId: z.string() }),
        PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }),
        DeletionProtectionEnabled: z.boolean(),
        BillingMode: z.string(),
        GlobalSecondaryIndexes: z.unknown().optional(),
      }),
    );
    expect(tables).toHaveLength(tableNames.length);
    for (const table of tables) {
      expect(table).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        BillingMode: 'PAY_PER_REQUEST',
      });
      expect(table.GlobalSecondaryIndexes).toBeUndefined();
    }
  });

  test('tables that end things themselves do it by the same attribute', () => {
    const tables = all(
      'AWS::DynamoDB::Table',
      z.object({ TimeToLiveSpecification: z.object({ AttributeName: z.string() }).optional() }),
    );
    const ending = tables.filter(({ TimeToLiveSpecification }) => TimeToLiveSpecification !== undefined);
    expect(ending.map(({ name }) => name)).toEqual([
      'rolebook-syncs',
      'rolebook-tenants',
      'rolebook-logins',
      'rolebook-reports',
    ]);
    for (const { TimeToLiveSpecification } of ending)
      expect(TimeToLiveSpecification?.AttributeName).toBe('expiresAt');
  });

  test('every bucket is closed to the public, encrypted, and open to TLS alone', () => {
    const buckets = all(
      'AWS::S3::Bucket',
      z.object({ PublicAccessBlockConfiguration: z.unknown(), BucketEncryption: z.unknown() }),
    );
    expect(buckets).toHaveLength(bucketNames.length);
    for (const bucket of buckets) {
      expect(bucket.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(JSON.stringify(bucket.BucketEncryption)).toContain('aws:kms');
    }
    expect(
      withoutTls(
        'AWS::S3::BucketPolicy',
        'Bucket',
        buckets.map(({ name }) => name),
      ),
    ).toEqual([]);
  });
});

describe('queues', () => {
  const queues = all(
    'AWS::SQS::Queue',
    z.object({
      VisibilityTimeout: z.number().optional(),
      MessageRetentionPeriod: z.number(),
      SqsManagedSseEnabled: z.boolean(),
      RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
    }),
  );
  const isDeadLetters = (name: string) => name.endsWith('dead-letters');

  test('each has dead letters that are kept for fourteen days, after five tries', () => {
    for (const { name, RedrivePolicy, MessageRetentionPeriod } of queues) {
      if (isDeadLetters(name)) expect([name, MessageRetentionPeriod]).toEqual([name, 14 * 24 * 3600]);
      else expect([name, RedrivePolicy?.maxReceiveCount]).toEqual([name, 5]);
    }
    expect(queues.filter(({ name }) => !isDeadLetters(name)).map(({ name }) => name)).toEqual([
      'rolebook-pulls-queue',
      'rolebook-plans-queue',
      'rolebook-changes-queue',
      'rolebook-finishes-queue',
      'rolebook-mails-queue',
      'rolebook-provisions-queue',
      'rolebook-erasures-queue',
      'rolebook-checks-queue',
      'rolebook-builds-queue',
      'rolebook-webhooks-queue',
      'rolebook-mail-events-queue',
    ]);
  });

  test('a message stays hidden six times as long as its function may take, and reports for itself', () => {
    const timeouts = new Map(
      all('AWS::Lambda::Function', z.object({ Timeout: z.number() })).map(({ name, Timeout }) => [
        name,
        Timeout,
      ]),
    );
    const mappings = all(
      'AWS::Lambda::EventSourceMapping',
      z.object({
        EventSourceArn: z.string(),
        FunctionName: z.string(),
        FunctionResponseTypes: z.array(z.string()),
      }),
    );
    for (const { EventSourceArn, FunctionName, FunctionResponseTypes } of mappings) {
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      if (!EventSourceArn.startsWith('arn:aws:sqs:')) continue;
      const queue = queues.find(({ name }) => EventSourceArn.endsWith(`:${name}`));
      expect(queue?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * (timeouts.get(FunctionName) ?? Infinity));
    }
    // Each queue has one, and so have the streams of syncs and of reports.
    expect(mappings).toHaveLength(queueNames.length + 2);
  });

  test('are fair: standard, one message a call, and more calls at once than one district can keep busy', () => {
    const fifo = all('AWS::SQS::Queue', z.object({ FifoQueue: z.boolean().optional() }));
    expect(fifo.filter(({ FifoQueue }) => FifoQueue).map(({ name }) => name)).toEqual([]);
    const consumers = all(
      'AWS::Lambda::EventSourceMapping',
      z.object({
        EventSourceArn: z.string(),
        FunctionName: z.string(),
        BatchSize: z.number(),
        ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
      }),
    ).filter(({ EventSourceArn }) => EventSourceArn.startsWith('arn:aws:sqs:'));
    for (const { FunctionName, BatchSize } of consumers)
      expect([FunctionName, BatchSize]).toEqual([FunctionName, 1]);
    const atOnce = Object.fromEntries(
      consumers.map(({ FunctionName, ScalingConfig }) => [FunctionName, ScalingConfig?.MaximumConcurrency]),
    );
    // A lane lets one plan of a district run at a time. Of chunks a district has thousands: SQS takes it for a noisy neighbour
    // from 30 in flight, so there have to be more than those.
    expect(atOnce['rolebook-test-plan-sync']).toBeGreaterThanOrEqual(10);
    expect(atOnce['rolebook-test-apply-changes']).toBeGreaterThan(30);
    expect(atOnce['rolebook-test-finish-sync']).toBeGreaterThanOrEqual(10);
  });

  test('are encrypted, and open to TLS alone', () => {
    expect(queues.filter(({ SqsManagedSseEnabled }) => !SqsManagedSseEnabled)).toEqual([]);
    expect(
      withoutTls(
        'AWS::SQS::QueuePolicy',
        'Queues',
        queues.map(({ name }) => name),
      ),
    ).toEqual([]);
  });
});

describe('the API', () => {
  const declaredRoutes = all(
    'AWS::ApiGatewayV2::Route',
    z.object({
      RouteKey: z.string(),
      AuthorizationType: z.string().optional(),
      AuthorizerId: z.string().optional(),
    }),
  );
  const table: readonly Route[] = routes;

  test('has the routes of the table and no more', () => {
    const keys = declaredRoutes.map(({ RouteKey }) => RouteKey).sort();
    expect(keys).toEqual(table.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test('asks for a token wherever the table does', () => {
    const open = declaredRoutes.filter(({ AuthorizationType }) => AuthorizationType !== 'CUSTOM');
    const publicRoutes = table.filter(({ auth }) => auth === 'public');
    expect(open.map(({ RouteKey }) => RouteKey).sort()).toEqual(
      publicRoutes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    const guarded = declaredRoutes.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM');
    expect(guarded.filter(({ AuthorizerId }) => AuthorizerId === undefined)).toEqual([]);
  });

  test('writes neither paths nor callers into its access log, and is throttled', () => {
    const [stage] = all(
      'AWS::ApiGatewayV2::Stage',
      z.object({
        AccessLogSettings: z.object({ Format: z.string() }),
        DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
      }),
    );
    expect(stage?.AccessLogSettings.Format).not.toMatch(/sourceIp|path|identity|userAgent|caller/i);
    expect(stage?.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
  });
});

/** Those of `names` that no policy closes to requests without TLS. */
function withoutTls(type: string, property: string, names: string[]): string[] {
  const closed = declared
    .ofType(type)
    .map((resource) => JSON.stringify(declared.resolve(resource.properties, resource.stack)));
  return names.filter(
    (name) =>
      !closed.some(
        (policy) =>
          new RegExp(`"${property}":\\[?"[^"]*${name}"`).test(policy) &&
          policy.includes('"Condition":{"Bool":{"aws:SecureTransport":"false"}}'),
      ),
  );
}
