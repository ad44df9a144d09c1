import type {
  AccessQuestion,
  CheckFacts,
  ClassFacts,
  DistrictFacts,
  NamedFacts,
  OrgFacts,
  Person,
  ResourceFacts,
} from '../access/facts.ts';
import { type FactKey, factKeys } from '../access/question.ts';
import { StoredClassFacts, StoredManual, StoredOrgFacts, StoredPersonFacts } from './access-items.ts';
import { accessKey } from './keys.ts';
import { outrun, Versioned, visible } from './versioned.ts';

export type Item = Record<string, unknown>;
/** One consistent read: the head, items by their key, and the persons that were parsed already. */
export type View = {
  district: DistrictFacts;
  items: ReadonlyMap<string, Item>;
  persons: Map<string, Person | undefined>;
};

/** An item has moved two commits on since the head was read. */
export class Outrun extends Error {
  override name = 'Outrun';
}

function factsOf({ district }: View, item: Item | undefined): unknown {
  const seen = visible(item === undefined ? undefined : Versioned.parse(item), district.committed);
  if (seen === outrun) throw new Outrun();
  return seen;
}

function itemIn(view: View, key: FactKey): Item | undefined {
  return view.items.get(accessKey(view.district.id, key.kind, key.id).pk);
}

/** A `known` subject is not read. */
export function keysOf(question: AccessQuestion, known?: Person): FactKey[] {
  const { subject, resource, more = [] } = factKeys(question);
  return [known === undefined ? subject : undefined, resource, ...more].filter((key) => key !== undefined);
}

export function checkIn(view: View, question: AccessQuestion, known?: Person): CheckFacts {
  const { subject: subjectKey, more } = factKeys(question);
  const subject = known ?? (subjectKey && personIn(view, subjectKey.id));
  const resource = resourceIn(view, question.resource);
  return {
    district: view.district,
    ...(subject === undefined ? {} : { subject }),
    ...(resource === undefined ? {} : { resource }),
    ...(more === undefined ? {} : { more: namedIn(view, more) }),
  };
}

function namedIn(view: View, keys: readonly FactKey[]): NamedFacts {
  const of = <T>(kind: FactKey['kind'], read: (id: string) => T | undefined): ReadonlyMap<string, T> =>
    new Map(
      keys
        .filter((key) => key.kind === kind)
        .flatMap(({ id }) => {
          const found = read(id);
          return found === undefined ? [] : [[id, found] as const];
        }),
    );
  return {
    persons: of('person', (id) => personIn(view, id)),
    classes: of('class', (id) => classIn(view, id)),
    orgs: of('org', (id) => orgIn(view, id)),
  };
}

export function personIn(view: View, id: string): Person | undefined {
  if (!view.persons.has(id)) view.persons.set(id, parsePerson(view, id));
  return view.persons.get(id);
}

function classIn(view: View, id: string): ClassFacts | undefined {
  const found = factsOf(view, itemIn(view, { kind: 'class', id }));
  return found === undefined ? undefined : StoredClassFacts.parse(found);
}

function orgIn(view: View, id: string): OrgFacts | undefined {
  const found = factsOf(view, itemIn(view, { kind: 'org', id }));
  return found === undefined ? undefined : StoredOrgFacts.parse(found);
}

function parsePerson(view: View, id: string): Person | undefined {
  const item = itemIn(view, { kind: 'person', id });
  const facts = factsOf(view, item);
  const { manual, webId } = StoredManual.parse(item ?? {});
  if (facts === undefined && Object.keys(manual).length === 0 && webId === undefined) return undefined;
  return {
    id,
    ...(facts === undefined ? {} : { roster: StoredPersonFacts.parse(facts) }),
    manual: Object.values(manual),
    ...(webId === undefined ? {} : { webId }),
  };
}

function resourceIn(view: View, { type, id }: AccessQuestion['resource']): ResourceFacts | undefined {
  switch (type) {
    case 'district':
    case 'setting':
      return { type, id };
    case 'school':
    case 'account': {
      const org = orgIn(view, id);
      return org === undefined ? undefined : { type, id, org };
    }
    case 'class': {
      const found = classIn(view, id);
      return found === undefined ? undefined : { type, id, class: found };
    }
    case 'student':
    case 'user': {
      const person = personIn(view, id);
      return person === undefined ? undefined : { type, id, person };
    }
    default:
      return undefined;
  }
}
