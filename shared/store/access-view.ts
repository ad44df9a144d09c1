import type {
  AccessQuestion,
  CheckFacts,
  NamedFacts,
  Person,
  PersonFacts,
  ResourceFacts,
} from '../access/facts.ts';
import { type FactKey, resourceId } from '../access/named-keys.ts';
import { factKeys, isResourceType, nobody } from '../access/question.ts';
import { StoredLoginName, StoredOwnResource, StoredResource } from './access-items.ts';
import { type Login, loginsIn, manualIn, nextKeys, recordsOf } from './login-view.ts';
import { classIn, itemIn, orgIn, ownId, personFactsIn, type View } from './roster-view.ts';
import { StoredSeats } from './seats.ts';

/** One question of a read. `known`: a subject that is not read. */
export type Wanted = { question: AccessQuestion; known?: Person | undefined };
/** `deep`: what the records of logins say counts too. */
export type Looking = Wanted & { deep: boolean };

export function keysOf({ question, known }: Wanted): FactKey[] {
  const { subject, resource, more = [] } = factKeys(question);
  return [known === undefined ? subject : undefined, resource, ...more].filter((key) => key !== undefined);
}

/** What the items read so far show to be needed besides. */
export function keysAfter(view: View, { question: asked, known, deep }: Looking): FactKey[] {
  const question = { ...asked, ...ownIds(view, asked) };
  const { subject, resource } = question;
  return [
    ...keysOf({ question, known }),
    ...(factKeys(question).more ?? []).map((key) => ({ ...key, id: ownId(view, key) })),
    ...(known === undefined && subject.type !== nobody.type ? nextKeys(view, subject.id, deep) : []),
    ...(resource.type === 'user' ? nextKeys(view, resource.id, deep) : []),
    ...(resource.type === 'student' ? nextKeys(view, resource.id, false) : []),
    ...ownerKeys(view, resource),
    ...(isResourceType(resource.type) ? [] : classOfOwn(view, resource)),
  ];
}

/** Whether its owner is still a user decides over a query or filter. */
function ownerKeys(view: View, resource: AccessQuestion['resource']): FactKey[] {
  if (resource.type !== 'dat_query' && resource.type !== 'dat_filter') return [];
  const owner = storedIn(view, resource)?.owner;
  return owner === undefined ? [] : [{ kind: 'person', id: owner }];
}

/** `undefined` also for what was taken away. */
function storedIn(view: View, resource: AccessQuestion['resource']): StoredResource | undefined {
  const stored = itemIn(view, { kind: 'resource', id: resourceId(resource) })?.resource;
  return stored === undefined ? undefined : StoredResource.parse(stored);
}

/** Subject and resource by the roster's own ids, where the question has a feed's. */
function ownIds(view: View, question: AccessQuestion): Pick<AccessQuestion, 'subject' | 'resource'> {
  const keys = factKeys(question);
  const of = <T extends { id: string }>(entity: T, key: FactKey | undefined): T =>
    key === undefined || key.kind === 'resource' ? entity : { ...entity, id: ownId(view, key) };
  return { subject: of(question.subject, keys.subject), resource: of(question.resource, keys.resource) };
}

export function checkIn(view: View, { question: asked, known, deep }: Looking): CheckFacts {
  const own = ownIds(view, asked);
  const question = { ...asked, ...own };
  const isOwn = own.subject.id === asked.subject.id && own.resource.id === asked.resource.id;
  const { subject: subjectKey, more } = factKeys(question);
  const [subject, ...logins] =
    known === undefined ? (subjectKey ? subjectsIn(view, subjectKey.id, deep) : []) : [known];
  const resource = resourceIn(view, question.resource, deep);
  return {
    district: view.district,
    ...(subject === undefined ? {} : { subject }),
    ...(logins.length === 0 ? {} : { logins }),
    ...(resource === undefined ? {} : { resource }),
    ...(more === undefined ? {} : { more: namedIn(view, more) }),
    ...(isOwn ? {} : { own: { subject: own.subject.id, resource: own.resource.id } }),
  };
}

function namedIn(view: View, keys: readonly FactKey[]): NamedFacts {
  const of = <T>(kind: FactKey['kind'], read: (id: string) => T | undefined): ReadonlyMap<string, T> =>
    new Map(
      keys
        .filter((key) => key.kind === kind)
        .flatMap((key) => {
          const { id } = key;
          const found = read(ownId(view, key));
          return found === undefined ? [] : [[id, found] as const];
        }),
    );
  return {
    persons: of('person', (id) => personIn(view, id)),
    classes: of('class', (id) => classIn(view, id)),
    orgs: of('org', (id) => orgIn(view, id)),
    logins: of('login', (id) => loginsNamed(view, id)),
  };
}

/** A name is unique in its district. */
function loginsNamed(view: View, id: string): number {
  const item = itemIn(view, { kind: 'login', id });
  return item === undefined || StoredLoginName.parse(item).login === undefined ? 0 : 1;
}

/** The person or login without what its records say. */
export function personIn(view: View, id: string): Person | undefined {
  if (!view.persons.has(id)) view.persons.set(id, personBy(view, id, []));
  return view.persons.get(id);
}

/** As one record of them says, of a person who has several. */
export function aloneIn(view: View, id: string): Person | undefined {
  const person = personIn(view, id);
  const alone = personFactsIn(view, id)?.alone;
  if (person === undefined || alone === undefined) return person;
  return { ...person, roster: alone, manual: Object.values(manualIn(view, id).manual) };
}

/** The person or login, once for each login that it is or signs in by. */
function subjectsIn(view: View, id: string, deep: boolean): Person[] {
  const logins = deep ? loginsIn(view, id) : [];
  if (logins.length === 0) return [personIn(view, id)].filter((person) => person !== undefined);
  return logins.flatMap((login) => personBy(view, id, [login]) ?? []);
}

/** Somebody who holds roles: with what the records of all their logins say. */
export type Holder = {
  person: Person | undefined;
  /** The one whom the roster knows: of a login the person that it is tied to. */
  rosterId: string;
  /** All ids that people may have given the roles to. */
  ids: string[];
};

export function holderIn(view: View, id: string): Holder {
  const { loginOf } = manualIn(view, id);
  const logins = loginsIn(view, id);
  return {
    person: personBy(view, id, logins),
    rosterId: loginOf ?? id,
    ids: [...new Set([id, loginOf ?? id, ...logins.map((login) => login.id)])],
  };
}

/** With the pcr roles of these logins; `undefined` where neither the roster knows the id nor anybody made anything of it. */
function personBy(view: View, id: string, logins: readonly Login[]): Person | undefined {
  const own = manualIn(view, id);
  const owner = own.loginOf === undefined ? own : manualIn(view, own.loginOf);
  const found = personFactsIn(view, own.loginOf ?? id);
  const roster = found?.same === undefined ? found : personFactsIn(view, found.same);
  const { properties } = owner;
  const isMade = [own.login, own.webId, own.tags, properties].some((made) => made !== undefined);
  const hasLogins = Object.keys(own.logins).length > 0;
  if (roster === undefined && Object.keys(own.manual).length === 0 && !isMade && !hasLogins) return undefined;
  const tied = Object.values(owner.logins);
  const webId = owner.webId ?? own.login?.webId ?? tied.find((login) => login.webId !== undefined)?.webId;
  const invited = [...(own.login?.invited ?? []), ...tied.flatMap((login) => login.invited ?? [])];
  const manuals = [
    own.manual,
    ...(owner === own ? [] : [owner.manual]),
    ...recordsOf(view, own.loginOf ?? id)
      .filter((record) => record !== id)
      .map((record) => manualIn(view, record).manual),
    ...logins.filter((login) => login.id !== id).map((login) => manualIn(view, login.id).manual),
  ];
  const [login, ...others] = logins;
  return {
    id,
    ...(roster === undefined ? {} : { roster }),
    manual: manuals.flatMap((manual) => Object.values(manual)),
    ...(webId === undefined ? {} : { webId }),
    ...tagsOf(roster, owner.tags),
    ...(properties === undefined ? {} : { properties }),
    ...(invited.length === 0 ? {} : { invited }),
    ...(login === undefined ? (own.login === undefined ? {} : { login: own.login }) : held(login)),
    ...(others.length === 0 ? {} : { others: others.map(held) }),
  };
}

/** A student carries those of the feed and those that people gave. */
function tagsOf(roster: PersonFacts | undefined, given: readonly string[] | undefined): Pick<Person, 'tags'> {
  const told = roster?.status === 'active' ? roster.tags : undefined;
  if (told === undefined && given === undefined) return {};
  return { tags: [...new Set([...(told ?? []), ...(given ?? [])])].sort() };
}

function held({ login, records }: Login): Pick<Person, 'login' | 'records'> {
  return { login, records };
}

function resourceIn(
  view: View,
  { type, id }: AccessQuestion['resource'],
  deep: boolean,
): ResourceFacts | undefined {
  switch (type) {
    case 'district':
    case 'setting':
      return { type, id };
    case 'school': {
      const org = orgIn(view, id);
      return org === undefined ? undefined : { type, id, org };
    }
    case 'account': {
      const org = orgIn(view, id);
      const seats = StoredSeats.parse(itemIn(view, { kind: 'seats', id }) ?? {});
      return org === undefined ? undefined : { type, id, org, seats };
    }
    case 'class': {
      const found = classIn(view, id);
      return found === undefined ? undefined : { type, id, class: found };
    }
    case 'student':
    case 'user': {
      const logins = type === 'user' && deep ? loginsIn(view, id) : [];
      const person = logins.length === 0 ? personIn(view, id) : personBy(view, id, logins);
      return person === undefined ? undefined : { type, id, person };
    }
    case 'page':
    case 'cms_content':
    case 'dat_query':
    case 'dat_filter': {
      const stored = storedIn(view, { type, id });
      return stored === undefined ? undefined : resourceFacts(view, { type, id }, stored);
    }
    default:
      return isResourceType(type) ? undefined : ownResourceIn(view, { type, id });
  }
}

function ownResourceIn(view: View, { type, id }: AccessQuestion['resource']): ResourceFacts | undefined {
  const stored = keptOf(view, { type, id });
  if (stored === undefined) return undefined;
  const { properties, school, account, class: classId } = stored;
  const classSchool = classId === undefined ? undefined : classIn(view, classId)?.schoolId;
  return {
    type: 'own',
    of: type,
    id,
    properties,
    orgIds: [school, account, classSchool].filter((org) => org !== undefined),
    ...(classId === undefined ? {} : { classId }),
  };
}

/** A class says which school it is in. */
function classOfOwn(view: View, resource: AccessQuestion['resource']): FactKey[] {
  const classId = keptOf(view, resource)?.class;
  return classId === undefined ? [] : [{ kind: 'class', id: classId }];
}

function keptOf(view: View, resource: AccessQuestion['resource']): StoredOwnResource | undefined {
  const item = itemIn(view, { kind: 'resource', id: resourceId(resource) });
  return item?.resource === undefined ? undefined : StoredOwnResource.parse(item.resource);
}

type Stored = 'page' | 'cms_content' | 'dat_query' | 'dat_filter';

function resourceFacts(
  view: View,
  { type, id }: { type: Stored; id: string },
  { role, attributeRole, year, owner, copyOf }: StoredResource,
): ResourceFacts {
  switch (type) {
    case 'page':
      return { type, id, ...(role === undefined ? {} : { role }) };
    case 'cms_content':
      return {
        type,
        id,
        ...(attributeRole === undefined ? {} : { attributeRole }),
        ...(year === undefined ? {} : { year }),
      };
    case 'dat_query':
    case 'dat_filter': {
      const isKept = owner !== undefined && manualIn(view, owner).login !== undefined;
      return {
        type,
        id,
        ownerExists: isKept && copyOf === undefined,
        copyKept: isKept && copyOf !== undefined,
      };
    }
    default:
      return type satisfies never;
  }
}
