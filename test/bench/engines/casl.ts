import { createMongoAbility, type MongoAbility, type RawRuleOf, subject } from '@casl/ability';
import type { Catalogue } from '../../../shared/access/catalogue.ts';
import type { Person, ResourceFacts } from '../../../shared/access/facts.ts';
import type { Query } from './district.ts';
import { type Told, toldOf } from './told.ts';

type Rule = RawRuleOf<MongoAbility>;

/** An ability for each member of staff, made beforehand and kept, and each resource as the object that rules match. */
export function makeCasl(catalogue: Catalogue, staff: readonly Person[], queries: readonly Query[]) {
  const abilities = new Map(
    staff.map((person) => [person.id, createMongoAbility(toldOf(catalogue, person).flatMap(rulesOf))]),
  );
  const asked = queries.map(({ facts, question }) => ({
    ability: abilities.get(question.subject.id),
    action: question.action.name.slice('hmh:'.length),
    object: subject(question.resource.type, objectOf(facts.resource, question.resource.properties)),
  }));
  return (at: number): boolean => {
    const one = asked[at];
    return one?.ability?.can(one.action, one.object) ?? false;
  };
}

function objectOf(
  resource: ResourceFacts,
  properties: Record<string, unknown> = {},
): Record<string, unknown> {
  const { id } = resource;
  switch (resource.type) {
    case 'class':
      return { id, schools: [resource.class.schoolId], classes: [id], ...properties };
    case 'student': {
      const { orgIds = [], memberships = [] } = resource.person.roster ?? {};
      return { id, schools: orgIds, classes: memberships.map(({ classId }) => classId), ...properties };
    }
    default:
      return { id, schools: [id], classes: [], ...properties };
  }
}

/** One for each type and platform: CASL's own matcher has no `$or`. */
function rulesOf({ permission, types, scope, classIds, platforms = ['*'] }: Told): Rule[] {
  const where = {
    ...(scope.type === 'district' ? {} : { schools: { $in: scope.ids } }),
    ...(classIds === undefined ? {} : { classes: { $in: classIds } }),
  };
  return types.flatMap((type) =>
    platforms.map((platform): Rule => {
      const named = platform === '*' ? {} : { platform: platform ?? { $exists: false } };
      return { action: permission, subject: type, conditions: { ...where, ...named } };
    }),
  );
}
