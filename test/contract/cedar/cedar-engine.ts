import {
  policySetTextToParts,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarExport } from '../../../shared/access/cedar/export-cedar.ts';
import type { CedarRequest } from './encode-question.ts';

/**
 * Cedar with one export loaded. It answers as its users would: a question is allowed where one
 * of its requests is. An error in a policy fails the test, for Cedar goes on without the policy.
 */
export function cedarWith(name: string, { schema, policies }: CedarExport) {
  const parts = policySetTextToParts(policies);
  if (parts.type === 'failure') throw new Error(JSON.stringify(parts.errors));
  const policiesById = parts.policies.map((text, i): [string, string] => [idOf(text) ?? `policy ${i}`, text]);
  preparse(preparseSchema(name, schema));
  const loaded = new Set<string>();
  const shapes = new Set<string>();

  /** Only the policies of the action: Cedar is asked thousands of times, and the others can't apply. */
  function policySetFor(action: string): string {
    const id = `${name}/${action}`;
    if (!loaded.has(id)) {
      const applying = policiesById.filter(
        ([, text]) => text.includes(`::Action::"${action}",\n`) || text.includes('\n  action,\n'),
      );
      preparse(preparsePolicySet(id, { staticPolicies: Object.fromEntries(applying) }));
      loaded.add(id);
    }
    return id;
  }

  function allows(request: CedarRequest): boolean {
    const { principal, action, resource, context } = request;
    // Holding a request and its entities against the schema is dear, and one of each shape is enough.
    const shape = JSON.stringify([
      principal.__entity.type,
      action.__entity.id,
      resource.__entity.type,
      Object.keys(context),
    ]);
    const isNew = !shapes.has(shape);
    shapes.add(shape);
    const answer = statefulIsAuthorized({
      ...request,
      validateRequest: isNew,
      preparsedPolicySetId: policySetFor(action.__entity.id),
      ...(isNew ? { preparsedSchemaName: name } : {}),
    });
    if (answer.type === 'failure') {
      throw new Error(
        `${answer.errors.map(({ message }) => message).join('; ')}\n${JSON.stringify(request)}`,
      );
    }
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
    return decision === 'allow';
  }

  return (requests: readonly CedarRequest[]) => requests.some(allows);
}

function preparse(answer: { type: string; errors?: { message: string }[] }): void {
  if (answer.type === 'failure') throw new Error(answer.errors?.map(({ message }) => message).join('; '));
}

function idOf(policy: string): string | undefined {
  return /@id\("([^"]+)"\)/.exec(policy)?.[1];
}
