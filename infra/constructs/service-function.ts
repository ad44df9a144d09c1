import { join } from 'node:path';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import type { FunctionName } from '../names.ts';
import { pascalCase } from '../names.ts';
import type { Reach } from './reach.ts';

/** Every variable a function's `env.ts` declares: a forgotten one does not compile. */
export type EnvOf<Schema extends z.ZodObject> = { [Key in keyof z.input<Schema>]: string };

export type ServiceFunctionProps<Schema extends z.ZodObject> = {
  /** The function's `Env`; only its type is used. */
  env: Schema;
  environment: EnvOf<Schema>;
  reach: Reach;
  /** Folder with one bundle per function: `<bundles>/<function>/index.mjs`. */
  bundles: string;
  stage: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  temporaryStorageMegabytes?: number;
  /** For Node itself, where its defaults do not fit. */
  nodeOptions?: string;
};

/** One of our functions, with a role of its own that holds what `permissions.ts` says and its own log group. */
export class ServiceFunction<Schema extends z.ZodObject> extends lambda.Function {
  constructor(scope: Construct, name: FunctionName, props: ServiceFunctionProps<Schema>) {
    const id = pascalCase(name);
    const functionName = `rolebook-${props.stage}-${name}`;
    const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(scope, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do`,
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of props.reach.statementsOf(name)) role.addToPolicy(statement);
    const tenant = tenantRole(scope, name, { role, reach: props.reach });

    super(scope, id, {
      functionName,
      role,
      logGroup,
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(props.bundles, name)),
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMegabytes,
      ...(props.temporaryStorageMegabytes === undefined
        ? {}
        : { ephemeralStorageSize: Size.mebibytes(props.temporaryStorageMegabytes) }),
      environment: {
        ...props.environment,
        ...(tenant === undefined ? {} : { TENANT_ROLE_ARN: tenant.roleArn }),
        ...(props.nodeOptions === undefined ? {} : { NODE_OPTIONS: props.nodeOptions }),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'Rolebook',
      },
    });
  }
}

/** The role that reaches one district: whichever its session is tagged with, and only the function may take it. */
function tenantRole(
  scope: Construct,
  name: FunctionName,
  { role, reach }: { role: iam.Role; reach: Reach },
): iam.Role | undefined {
  const statements = reach.tenantStatementsOf(name);
  if (statements.length === 0) return undefined;
  const tenant = new iam.Role(scope, `${pascalCase(name)}TenantRole`, {
    assumedBy: new iam.SessionTagsPrincipal(
      new iam.ArnPrincipal(role.roleArn).withConditions({
        StringLike: { 'aws:RequestTag/district': '?*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['district'] },
      }),
    ),
    description: `What ${name} may do for one district`,
  });
  for (const statement of statements) tenant.addToPolicy(statement);
  role.addToPolicy(
    new iam.PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [tenant.roleArn] }),
  );
  return tenant;
}
