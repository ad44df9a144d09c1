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
const Fn = z.object({
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
});

/** One action on one resource that a role holds, e.g. `dynamodb:GetItem on arn:…:table/rolebook-access`. */
export type Grant = {
  holder: string;
  /** Whether it is of the role that the holder takes for one district. */
  forDistrict?: true;
  action: string;
  resource: string;
  condition?: unknown;
};

/** Every grant of every role, by the name of the function that takes the role; roles of nobody go by their own. */
export function grantsIn(declaration: Declaration): Grant[] {
  const holders = new Map(
    declaration.ofType('AWS::Lambda::Function').flatMap((resource) => {
      const { Role: role, Environment } = declaration.read(resource, Fn);
      const holder = localName(resource).replace(/^rolebook-(?:test|local)-/, '');
      const tenant = Environment?.Variables.TENANT_ROLE_ARN;
      return [
        [idOf(role), { holder }] as const,
        ...(tenant === undefined ? [] : [[idOf(tenant), { holder, forDistrict: true }] as const]),
      ];
    }),
  );
  const holderOf = (role: string): Holder => holders.get(role) ?? { holder: role };
  const ofRoles = declaration.ofType('AWS::IAM::Role').flatMap((resource) => {
    const { Policies, ManagedPolicyArns } = declaration.read(resource, Role);
    const holder = holderOf(resource.logicalId);
    return [
      ...Policies.flatMap(({ PolicyDocument }) => grantsOf(holder, PolicyDocument)),
      ...ManagedPolicyArns.map((arn) => ({ ...holder, action: `all of ${arn}`, resource: '*' })),
    ];
  });
  const ofPolicies = declaration.ofType('AWS::IAM::Policy').flatMap((resource) => {
    const { PolicyDocument, Roles } = declaration.read(resource, Policy);
    return Roles.flatMap((role) => grantsOf(holderOf(role), PolicyDocument));
  });
  return [...ofRoles, ...ofPolicies];
}

type Holder = Pick<Grant, 'holder' | 'forDistrict'>;

/** Of a role's ARN, as this machine writes it. */
function idOf(arn: string): string {
  return arn.split('.')[0] ?? arn;
}

/** `StringLike` of IAM: whether a grant's condition lets in these partition keys, for a session of this district. */
export function opens({ condition }: Grant, keys: readonly string[], district: string | undefined): boolean {
  const patterns = patternsIn(condition).map((pattern) =>
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's policies
    pattern.replaceAll('${aws:PrincipalTag/district}', district ?? '(no district)'),
  );
  return keys.length > 0 && keys.every((key) => patterns.some((pattern) => isLike(key, pattern)));
}

const Leading = z.object({
  'ForAllValues:StringLike': z.object({ 'dynamodb:LeadingKeys': z.array(z.string()) }),
  Null: z.object({ 'dynamodb:LeadingKeys': z.literal('false') }),
});

/** Of keys that a condition lets in; none where it has no say about keys, or lets a request without keys pass. */
export function patternsIn(condition: unknown): string[] {
  const read = Leading.safeParse(condition);
  return read.success ? read.data['ForAllValues:StringLike']['dynamodb:LeadingKeys'] : [];
}

function isLike(text: string, pattern: string): boolean {
  const literal = (part: string) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = pattern.split('*').map((part) => part.split('?').map(literal).join('.'));
  return new RegExp(`^${source.join('.*')}$`, 'su').test(text);
}

function grantsOf(holder: Holder, { Statement: statements }: z.infer<typeof Document>): Grant[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource, Condition: condition }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ ...holder, action, resource, condition }))),
    );
}
