import * as z from 'zod';
import type { LocalFunction } from '../functions/local-function.ts';
import { nameInArn } from '../identities.ts';
import type { Declaration } from '../template.ts';
import { Authorizer } from './authorizer.ts';
import type { Api } from './gateway.ts';
import { RouteTable } from './routes.ts';

const Route = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
  AuthorizerId: z.string().optional(),
});
const Integration = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
});
const AuthorizerProperties = z.object({
  AuthorizerType: z.literal('REQUEST'),
  AuthorizerUri: z.string(),
  AuthorizerPayloadFormatVersion: z.literal('2.0'),
  EnableSimpleResponses: z.literal(true),
  IdentitySource: z.array(z.string().startsWith('$request.header.')),
  AuthorizerResultTtlInSeconds: z.number().default(0),
});

/** The declared HTTP API: its routes, whom they call, and who is asked before. */
export function declareApi(declaration: Declaration, functions: ReadonlyMap<string, LocalFunction>): Api {
  const integrations = new Map(
    declaration.ofType('AWS::ApiGatewayV2::Integration').map((resource) => {
      const { IntegrationUri } = declaration.read(resource, Integration);
      return [`integrations/${resource.logicalId}`, nameInArn(IntegrationUri)];
    }),
  );
  const authorizers = declaration
    .ofType('AWS::ApiGatewayV2::Authorizer')
    .map((resource): [string, Authorizer] => {
      const properties = declaration.read(resource, AuthorizerProperties);
      const target = functions.get(functionInUri(properties.AuthorizerUri));
      if (target === undefined) throw new Error(`Authorizer ${resource.logicalId} has no function`);
      const settings = {
        target,
        identityHeaders: properties.IdentitySource.map((source) =>
          source.slice('$request.header.'.length).toLowerCase(),
        ),
        ttlSeconds: properties.AuthorizerResultTtlInSeconds,
      };
      return [resource.logicalId, new Authorizer(settings)];
    });
  const routes = declaration.ofType('AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target, AuthorizationType, AuthorizerId } = declaration.read(resource, Route);
    const functionName = integrations.get(Target);
    if (functionName === undefined) throw new Error(`Route ${RouteKey} has no integration`);
    return {
      routeKey: RouteKey,
      functionName,
      authorizer: AuthorizationType === 'CUSTOM' ? AuthorizerId : undefined,
    };
  });
  return { routes: new RouteTable(routes), functions, authorizers: new Map(authorizers) };
}

/** `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<arn>/invocations` */
function functionInUri(uri: string): string {
  return nameInArn(/functions\/(arn:[^/]+)/.exec(uri)?.[1] ?? uri);
}
