import * as z from 'zod';
import { localName } from '../../../infra/local/identities.ts';
import type { Declaration } from '../../../infra/local/template.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore.default([]),
  Condition: z.unknown().optional(),
});
const Document = z.object({ Statement: z.array(Statement) });

const Role = z.object({
  Policies: z.array(z.object({ PolicyDocument: Document })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
});
const Policy = z.object({ PolicyDocument: Document, Roles: z.array(z.string()) });
const Fn = z.object({ Role: z.string() });

/** One action on one resource that a role holds, e.g. `dynamodb:GetItem on arn:…:table/rolebook-access`. */
export type Grant = { holder: string; action: string; resource: string; condition?: unknown };

/** Every grant of every role, by the name of the function that takes the role; roles of nobody go by their own. */
export function grantsIn(declaration: Declaration): Grant[] {
  const holders = new Map(
    declaration.ofType('AWS::Lambda::Function').map((resource) => {
      const { Role: role } = declaration.read(resource, Fn);
      return [role.split('.')[0] ?? role, localName(resource).replace(/^rolebook-test-/, '')];
    }),
  );
  const holderOf = (role: string) => holders.get(role) ?? role;
  const ofRoles = declaration.ofType('AWS::IAM::Role').flatMap((resource) => {
    const { Policies, ManagedPolicyArns } = declaration.read(resource, Role);
    const holder = holderOf(resource.logicalId);
    return [
      ...Policies.flatMap(({ PolicyDocument }) => grantsOf(holder, PolicyDocument)),
      ...ManagedPolicyArns.map((arn) => ({ holder, action: `all of ${arn}`, resource: '*' })),
    ];
  });
  const ofPolicies = declaration.ofType('AWS::IAM::Policy').flatMap((resource) => {
    const { PolicyDocument, Roles } = declaration.read(resource, Policy);
    return Roles.flatMap((role) => grantsOf(holderOf(role), PolicyDocument));
  });
  return [...ofRoles, ...ofPolicies];
}

function grantsOf(holder: string, { Statement: statements }: z.infer<typeof Document>): Grant[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource, Condition: condition }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ holder, action, resource, condition }))),
    );
}
