import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import type { Catalogue } from '../../../shared/access/catalogue.ts';
import type { Person } from '../../../shared/access/facts.ts';
import type { Query } from './district.ts';
import { toldOf } from './told.ts';

/** Roles by domain, as its documentation has it: district, schools and classes are domains, a role for assigned classes is another role. */
const model = `
[request_definition]
r = sub, dom, act, type, platform
[policy_definition]
p = role, act, type, platform
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && r.type == p.type && (p.platform == "*" || p.platform == r.platform) && g(r.sub, p.role, r.dom)
`;

export async function makeCasbin(
  catalogue: Catalogue,
  staff: readonly Person[],
  queries: readonly Query[],
): Promise<(at: number) => boolean> {
  const policies = new Set<string>();
  const links = new Set<string>();
  for (const person of staff) {
    const role = person.roster?.assignments[0]?.role ?? '';
    for (const { permission, types, scope, classIds, platforms = ['*'] } of toldOf(catalogue, person)) {
      const held = classIds === undefined ? role : `${role}-of-class`;
      const domains = classIds ?? scope.ids;
      for (const domain of domains) links.add(`g, ${person.id}, ${held}, ${domain}`);
      for (const type of types)
        for (const platform of platforms)
          policies.add(`p, ${held}, ${permission}, ${type}, ${platform ?? 'none'}`);
    }
  }
  const adapter = new StringAdapter([...policies, ...links].join('\n'));
  const enforcer = await newEnforcer(newModelFromString(model), adapter);
  return (at) => {
    const query = queries[at];
    if (query === undefined) return false;
    const { subject, action, resource } = query.question;
    const platform = String(resource.properties?.platform ?? 'none');
    const act = action.name.slice('hmh:'.length);
    return domainsOf(query).some((domain) =>
      enforcer.enforceSync(subject.id, domain, act, resource.type, platform),
    );
  };
}

function domainsOf({ facts: { resource } }: Query): string[] {
  switch (resource.type) {
    case 'class':
      return ['d-1', resource.class.schoolId, resource.id];
    case 'student': {
      const { orgIds = [], memberships = [] } = resource.person.roster ?? {};
      return ['d-1', ...orgIds, ...memberships.map(({ classId }) => classId)];
    }
    default:
      return ['d-1', resource.id];
  }
}
