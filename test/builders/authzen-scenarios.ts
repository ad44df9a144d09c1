import { Api } from './api.ts';

/**
 * The fixtures of OpenID AuthZEN's certification scenario and of three of its interoperability scenarios, put as a district's own
 * catalogue, people and facts. Sources: openid/authzen, certification/authorization-api-1_0-scenario.md and the payload documents of the
 * scenarios Todo 1.1, API Gateway and Search.
 */
export type Scenario = {
  system: string;
  catalogue: object;
  /** Roles and facts by person. */
  people: Record<string, { roles: string[]; properties?: object }>;
  /** Facts by id, of type `record`. */
  records?: Record<string, object>;
};

const source = ['authzen:1'];
const row = (permission: string, resources: string[], cells: object) => {
  return { permission, task: permission, resources, source, standing: 'printed', cells };
};
const role = (id: string) => ({ id, label: id, scope: 'district', privileged: false, source });
const property = (name: string, values: string[], of?: 'subject' | 'action') => {
  return { kind: 'propertyIn', property: name, values, ...(of === undefined ? {} : { of }) };
};

function catalogueOf(
  system: string,
  more: { roles: string[]; resourceTypes: object[]; subjectTypes?: string[]; rows: object[] },
) {
  return {
    system,
    title: `AuthZEN: ${system}`,
    document: { id: 'authzen', title: 'Scenario of the OpenID AuthZEN working group' },
    scopes: ['district'],
    ...more,
    roles: more.roles.map(role),
    settings: [],
    overlays: [],
  };
}

const records = [{ type: 'record', label: 'Record', kept: true }];

export const certification: Scenario = {
  system: 'cert',
  catalogue: catalogueOf('cert', {
    roles: ['reader', 'editor'],
    resourceTypes: records,
    rows: [
      row('read', ['record'], { reader: 'allow', editor: 'allow' }),
      row('write', ['record'], {
        editor: { when: [property('status', ['active'])] },
        reader: { when: [property('role', ['admin'], 'subject'), property('status', ['archived'])] },
      }),
      row('delete', ['record'], { editor: { when: [property('soft', ['true'], 'action')] } }),
    ],
  }),
  people: { alice: { roles: ['editor'] }, bob: { roles: ['reader'], properties: { role: 'admin' } } },
  records: { 'record-1': { status: 'active' }, 'record-2': { status: 'archived' } },
};

const isOwner = { kind: 'propertyOfSubject', property: 'ownerID', as: 'email' };
const pid = (part: string) => `CiRmZD${part}2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs`;

/** By first name: the id in tokens, the e-mail by which others name them, their roles. */
export const smiths = {
  rick: { id: pid('A'), email: 'rick@the-citadel.com', roles: ['admin', 'evil_genius'] },
  morty: { id: pid('E'), email: 'morty@the-citadel.com', roles: ['editor'] },
  summer: { id: pid('I'), email: 'summer@the-smiths.com', roles: ['editor'] },
  beth: { id: pid('M'), email: 'beth@the-smiths.com', roles: ['viewer'] },
  jerry: { id: pid('Q'), email: 'jerry@the-smiths.com', roles: ['viewer'] },
};

const everybody = { viewer: 'allow', editor: 'allow', admin: 'allow', evil_genius: 'allow' };

/** Todos are the application's: it says who owns one. A gateway before it asks about methods and routes, of identities. */
export const todo: Scenario = {
  system: 'todo',
  catalogue: catalogueOf('todo', {
    roles: ['viewer', 'editor', 'admin', 'evil_genius'],
    subjectTypes: ['identity'],
    resourceTypes: [
      { type: 'todo', label: 'Todo' },
      { type: 'route', label: 'Route' },
    ],
    rows: [
      row('can_read_user', ['user'], everybody),
      row('can_read_todos', ['todo'], everybody),
      row('can_create_todo', ['todo'], { admin: 'allow', editor: 'allow' }),
      row('can_update_todo', ['todo'], { evil_genius: 'allow', editor: { when: [isOwner] } }),
      row('can_delete_todo', ['todo'], { admin: 'allow', editor: { when: [isOwner] } }),
      row('GET', ['route'], everybody),
      row('POST', ['route'], { admin: 'allow', editor: 'allow' }),
      row('PUT', ['route'], { evil_genius: 'allow', editor: 'allow' }),
      row('DELETE', ['route'], { admin: 'allow', editor: 'allow' }),
    ],
  }),
  people: Object.fromEntries(
    Object.values(smiths).flatMap(({ id, email, roles }) => [
      [id, { roles, properties: { email } }],
      [email, { roles: [], properties: {} }],
    ]),
  ),
};

const owns = { kind: 'propertyOfSubject', property: 'owner' };
const ownsOrShares = {
  kind: 'anyOf',
  conditions: [owns, { kind: 'propertyOfSubject', property: 'department', as: 'department' }],
};

const employees = {
  alice: 'Sales',
  bob: 'Legal',
  carol: 'Legal',
  dan: 'Finance',
  erin: 'Finance',
  felix: 'Accounting',
};
const roleOf: Record<string, string> = {
  alice: 'manager',
  dan: 'manager',
  bob: 'employee',
  erin: 'employee',
};

/** Records 101 to 120 in the scenario's order: department and owner. */
const departments =
  'Legal Legal Legal Accounting Legal Accounting Sales Legal Accounting Sales Accounting Legal Sales Accounting Finance Legal Legal Accounting Legal Accounting';
const owners = Object.keys(employees);

export const search: Scenario = {
  system: 'search',
  catalogue: catalogueOf('search', {
    roles: ['manager', 'employee', 'contractor'],
    resourceTypes: records,
    rows: [
      row('view', ['record'], {
        manager: 'allow',
        employee: { when: [ownsOrShares] },
        contractor: { when: [ownsOrShares] },
      }),
      row('edit', ['record'], {
        manager: { when: [ownsOrShares] },
        employee: { when: [owns] },
        contractor: { when: [owns] },
      }),
      row('delete', ['record'], {
        manager: { when: [owns] },
        employee: { when: [owns] },
        contractor: { when: [owns] },
      }),
    ],
  }),
  people: Object.fromEntries(
    Object.entries(employees).map(([id, department]) => [
      id,
      { roles: [roleOf[id] ?? 'contractor'], properties: { department } },
    ]),
  ),
  records: Object.fromEntries(
    departments
      .split(' ')
      .map((department, i) => [String(101 + i), { department, owner: owners[i % owners.length] }]),
  ),
};

/** The rows of the scenario's table for resource searches; those for subjects and actions say the same in other orders. */
export const searchTable: readonly (readonly [user: string, action: string, records: string])[] = [
  ['alice', 'view', '101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120'],
  ['alice', 'edit', '101 107 110 113 119'],
  ['alice', 'delete', '101 107 113 119'],
  ['bob', 'view', '101 102 103 105 108 112 114 116 117 119 120'],
  ['bob', 'edit', '102 108 114 120'],
  ['bob', 'delete', '102 108 114 120'],
  ['carol', 'view', '101 102 103 105 108 109 112 115 116 117 119'],
  ['carol', 'edit', '103 109 115'],
  ['carol', 'delete', '103 109 115'],
  ['dan', 'view', '101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120'],
  ['dan', 'edit', '104 110 115 116'],
  ['dan', 'delete', '104 110 116'],
  ['erin', 'view', '105 111 115 117'],
  ['erin', 'edit', '105 111 117'],
  ['erin', 'delete', '105 111 117'],
  ['felix', 'view', '104 106 109 111 112 114 118 120'],
  ['felix', 'edit', '106 112 118'],
  ['felix', 'delete', '106 112 118'],
];

/** Loads a scenario through the API, into a district of its name, and makes a client that asks in its words. */
export async function load(operator: Api, url: string, scenario: Scenario): Promise<Api> {
  const { system, catalogue, people, records: kept = {} } = scenario;
  await operator.newDistrict(system);
  const at = `/v1/districts/${system}`;
  await operator.ok('PUT', `${at}/catalogues/${system}`, catalogue);
  for (const [user, { roles, properties }] of Object.entries(people)) {
    for (const one of roles) {
      const scope = { type: 'district', ids: [system] };
      await operator.ok('POST', `${at}/assignments`, { user, system, role: one, scope });
    }
    if (properties !== undefined) {
      await operator.ok('PUT', `${at}/resources/user/${encodeURIComponent(user)}`, { properties });
    }
  }
  for (const [id, properties] of Object.entries(kept)) {
    await operator.ok('PUT', `${at}/resources/record/${id}`, { properties });
  }
  const client = { name: 'pep', scopes: ['access.evaluate'], defaultSystem: system };
  return Api.signIn(
    url,
    await operator.ok<{ clientId: string; clientSecret: string }>('POST', `${at}/clients`, client),
  );
}
