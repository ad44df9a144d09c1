import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as http from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import { Env as Authorize } from '../../functions/authorize/env.ts';
import { Env as EvaluateAccess } from '../../functions/evaluate-access/env.ts';
import { Env as IssueToken } from '../../functions/issue-token/env.ts';
import { Env as ManageAccess } from '../../functions/manage-access/env.ts';
import { Env as ManageAccounts } from '../../functions/manage-accounts/env.ts';
import { Env as ManageDistricts } from '../../functions/manage-districts/env.ts';
import { Env as ManageNotices } from '../../functions/manage-notices/env.ts';
import { Env as ManagePrivacy } from '../../functions/manage-privacy/env.ts';
import { Env as ManageReports } from '../../functions/manage-reports/env.ts';
import { Env as ManageSyncs } from '../../functions/manage-syncs/env.ts';
import { Env as ManageWebhooks } from '../../functions/manage-webhooks/env.ts';
import { Env as ReadAudit } from '../../functions/read-audit/env.ts';
import { Env as ReadRoster } from '../../functions/read-roster/env.ts';
import { Env as ServeDocs } from '../../functions/serve-docs/env.ts';
import { Env as ServeOneRoster } from '../../functions/serve-oneroster/env.ts';
import { Env as ServePages } from '../../functions/serve-pages/env.ts';
import { Env as SignIn } from '../../functions/sign-in/env.ts';
import type { HttpFunction, Route } from '../../shared/messages/route.ts';
import { routes } from '../../shared/messages/routes.ts';
import type { Reach } from '../constructs/reach.ts';
import { type EnvOf, ServiceFunction } from '../constructs/service-function.ts';
import { type FunctionName, type SftpVariables, secretsPrefix } from '../names.ts';
import type { StorageStack } from './storage.ts';

export type ApiProps = StackProps & {
  storage: StorageStack;
  reach: Reach;
  bundles: string;
  stage: string;
  mailFrom: string;
  sftp: SftpVariables;
  /** How much of what accounts bring may lie there, JSON. */
  quota: string;
  /** Where a malware scanner listens; empty where there is none. */
  clamd: string;
};

/** A look through a feed's files for the rows of a person needs a core (decision 0011), and cores come with memory. */
const memoryMegabytes: Partial<Record<FunctionName, number>> = {
  'manage-access': 1024,
  // A password is checked with 19 MiB and a core.
  'sign-in': 1769,
  'serve-oneroster': 2048,
  // Reads all users and enrollments of the committed state, and uploads for an export.
  'manage-privacy': 1024,
};

/** The first page of a large collection is sorted while somebody waits: an HTTP API waits 30 seconds. */
const timeoutSeconds: Partial<Record<FunctionName, number>> = {
  'serve-oneroster': 29,
  'manage-privacy': 29,
  // A receiver has fifteen seconds to answer a test.
  'manage-webhooks': 29,
};

/** What is sorted lies on the disk meanwhile. */
const temporaryStorageMegabytes: Partial<Record<FunctionName, number>> = { 'serve-oneroster': 2048 };

/** Every route of the table, the functions behind them, and the authorizer in front. */
export class ApiStack extends Stack {
  /** Where callers reach it. */
  readonly origin: string;
  readonly #sftp: SftpVariables;
  readonly #quota: string;
  readonly #clamd: string;
  readonly #mailFrom: string;
  readonly #common: { reach: Reach; bundles: string; stage: string };

  constructor(scope: Construct, id: string, props: ApiProps) {
    const { storage, reach, bundles, stage, sftp, quota, clamd, mailFrom, ...rest } = props;
    super(scope, id, rest);
    this.#clamd = clamd;
    this.#mailFrom = mailFrom;
    this.#sftp = sftp;
    this.#quota = quota;
    this.#common = { reach, bundles, stage };
    const functions = this.#functions(storage, reach);

    const authorize = this.#function('authorize', Authorize, {
      TENANTS_TABLE: storage.tables.tenants.tableName,
      LOGINS_TABLE: storage.tables.logins.tableName,
    });
    const authorizer = new HttpLambdaAuthorizer('Authorizer', authorize, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // With a source the gateway would refuse a missing header itself, without a problem document; and what has no source
      // cannot be cached. The function keeps clients and keys in memory.
      identitySource: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    const api = new http.HttpApi(this, 'Api', {
      apiName: `rolebook-${stage}`,
      createDefaultStage: false,
    });
    const open = new http.HttpNoneAuthorizer();
    const table: readonly Route[] = routes;
    for (const route of table) {
      api.addRoutes({
        path: route.path,
        methods: [http.HttpMethod[route.method]],
        integration: functions[route.function],
        authorizer: route.auth === 'public' ? open : authorizer,
      });
    }
    this.#stage(api);
    this.origin = api.apiEndpoint;
    new CfnOutput(this, 'ApiAddress', { value: api.apiEndpoint });
    Tags.of(this).add('data-class', 'personal');
  }

  #functions(
    { tables, buckets }: StorageStack,
    { queues, deadLetters }: Reach,
  ): Record<HttpFunction, HttpLambdaIntegration> {
    const TENANTS_TABLE = tables.tenants.tableName;
    const ACCESS_TABLE = tables.access.tableName;
    const ROSTER_TABLE = tables.roster.tableName;
    const ASSIGNMENTS_TABLE = tables.assignments.tableName;
    const ACCOUNTS_TABLE = tables.accounts.tableName;
    const LOGINS_TABLE = tables.logins.tableName;
    const AUDIT_TABLE = tables.audit.tableName;
    const SYNCS_TABLE = tables.syncs.tableName;
    const FEEDS_BUCKET = buckets.feeds.bucketName;
    const STATE_BUCKET = buckets.state.bucketName;
    const PAGES_BUCKET = buckets.pages.bucketName;
    const PLANS_QUEUE = queues.plans.queueUrl;
    const PROVIDER_SECRETS = secretsPrefix(this.#common.stage, 'identity-providers');
    return {
      'issue-token': this.#route('issue-token', IssueToken, { TENANTS_TABLE }),
      'sign-in': this.#route('sign-in', SignIn, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        ACCOUNTS_TABLE,
        LOGINS_TABLE,
        SYNCS_TABLE,
        AUDIT_TABLE,
        MAILS_QUEUE: queues.mails.queueUrl,
        PROVIDER_SECRETS,
      }),
      'manage-districts': this.#route('manage-districts', ManageDistricts, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        SYNCS_TABLE,
        AUDIT_TABLE,
        FEEDS_BUCKET,
        FEED_SECRETS: secretsPrefix(this.#common.stage, 'feeds'),
      }),
      'manage-syncs': this.#route('manage-syncs', ManageSyncs, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        SYNCS_TABLE,
        AUDIT_TABLE,
        FEEDS_BUCKET,
        STATE_BUCKET,
        PLANS_QUEUE,
        PULLS_QUEUE: queues.pulls.queueUrl,
      }),
      'manage-access': this.#route('manage-access', ManageAccess, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        ASSIGNMENTS_TABLE,
        SYNCS_TABLE,
        AUDIT_TABLE,
        FEEDS_BUCKET,
        STATE_BUCKET,
      }),
      'manage-accounts': this.#route('manage-accounts', ManageAccounts, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        ASSIGNMENTS_TABLE,
        ACCOUNTS_TABLE,
        SYNCS_TABLE,
        PROVISIONS_QUEUE: queues.provisions.queueUrl,
        MAILS_QUEUE: queues.mails.queueUrl,
        LOGINS_TABLE,
        PROVIDER_SECRETS,
        AUDIT_TABLE,
      }),
      'manage-privacy': this.#route('manage-privacy', ManagePrivacy, {
        ...{ ROSTER_TABLE, ACCESS_TABLE, ASSIGNMENTS_TABLE, SYNCS_TABLE, TENANTS_TABLE },
        ...{ AUDIT_TABLE, ACCOUNTS_TABLE, LOGINS_TABLE, FEEDS_BUCKET, STATE_BUCKET, PAGES_BUCKET },
        REPORTS_TABLE: tables.reports.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        ERASURES_QUEUE: queues.erasures.queueUrl,
      }),
      'manage-reports': this.#route('manage-reports', ManageReports, {
        ...{ TENANTS_TABLE, ACCESS_TABLE, ACCOUNTS_TABLE, AUDIT_TABLE, ROSTER_TABLE },
        REPORTS_TABLE: tables.reports.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        BUILDS_QUEUE: queues.builds.queueUrl,
        REPORT_QUOTA: this.#quota,
      }),
      'manage-notices': this.#route('manage-notices', ManageNotices, {
        ...{ TENANTS_TABLE, ACCESS_TABLE, ACCOUNTS_TABLE, LOGINS_TABLE, AUDIT_TABLE },
        REPORTS_TABLE: tables.reports.tableName,
        MAILS_QUEUE: queues.mails.queueUrl,
      }),
      'read-roster': this.#route('read-roster', ReadRoster, { ACCESS_TABLE, ROSTER_TABLE, AUDIT_TABLE }),
      'read-audit': this.#route('read-audit', ReadAudit, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        AUDIT_TABLE,
        SEALS_BUCKET: buckets.seals.bucketName,
      }),
      'manage-webhooks': this.#route('manage-webhooks', ManageWebhooks, {
        TENANTS_TABLE,
        ACCESS_TABLE,
        REPORTS_TABLE: tables.reports.tableName,
        AUDIT_TABLE,
        WEBHOOK_SECRETS: secretsPrefix(this.#common.stage, 'webhooks'),
        WEBHOOKS_QUEUE: queues.webhooks.queueUrl,
      }),
      'serve-oneroster': this.#route('serve-oneroster', ServeOneRoster, {
        ACCESS_TABLE,
        SYNCS_TABLE,
        AUDIT_TABLE,
        STATE_BUCKET,
        PAGES_BUCKET,
      }),
      'evaluate-access': this.#route('evaluate-access', EvaluateAccess, {
        ACCESS_TABLE,
        ROSTER_TABLE,
        ASSIGNMENTS_TABLE,
      }),
      'serve-docs': this.#route('serve-docs', ServeDocs, {
        DEAD_LETTERS: JSON.stringify(
          Object.fromEntries(Object.entries(deadLetters).map(([name, { queueUrl }]) => [name, queueUrl])),
        ),
        CLAMD: this.#clamd,
        MAIL_FROM: this.#mailFrom,
        ...this.#sftp,
      }),
      'serve-pages': this.#route('serve-pages', ServePages, {
        FILES_BUCKET: buckets.exchange.bucketName,
        ...this.#sftp,
      }),
    };
  }

  #route<Schema extends z.ZodObject>(
    name: HttpFunction,
    env: Schema,
    environment: EnvOf<Schema>,
  ): HttpLambdaIntegration {
    return new HttpLambdaIntegration(`${name}-integration`, this.#function(name, env, environment), {
      payloadFormatVersion: http.PayloadFormatVersion.VERSION_2_0,
      // One permission for the API: one for each route would outgrow the 20 KB of a function's own policy.
      scopePermissionToRoute: false,
    });
  }

  #function<Schema extends z.ZodObject>(
    name: FunctionName,
    env: Schema,
    environment: EnvOf<Schema>,
  ): lambda.Function {
    return new ServiceFunction(this, name, {
      ...this.#common,
      env,
      environment,
      timeoutSeconds: timeoutSeconds[name] ?? 10,
      memoryMegabytes: memoryMegabytes[name] ?? 512,
      temporaryStorageMegabytes: temporaryStorageMegabytes[name] ?? 512,
    });
  }

  /** Throttled as a whole; the access log has neither addresses of callers nor paths, which hold ids of people. */
  #stage(api: http.HttpApi): void {
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new http.HttpStage(this, 'DefaultStage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 2000, burstLimit: 4000 },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new http.LogGroupLogDestination(accessLog),
        format: apigateway.AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            at: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            bytes: '$context.responseLength',
            milliseconds: '$context.responseLatency',
            authorizerError: '$context.authorizer.error',
            integrationError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
  }
}
