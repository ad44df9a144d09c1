import type { Kind } from './collections.ts';
import { demographicFields } from './json.ts';

/**
 * What the standard names in a record of each kind, to filter, sort and select by. A name with a dot is a field of an object or of the
 * objects in a list. Names that we never fill (`password`, `userProfiles`, `resources`) are known all the same.
 */
const always = ['sourcedId', 'status', 'dateLastModified', 'metadata'];
const ref = (name: string) => [name, `${name}.href`, `${name}.sourcedId`, `${name}.type`];

const fields: Record<Kind, ReadonlySet<string>> = {
  academicSession: new Set([
    ...always,
    ...['title', 'startDate', 'endDate', 'type', 'schoolYear'],
    ...ref('parent'),
    ...ref('children'),
  ]),
  org: new Set([...always, 'name', 'type', 'identifier', ...ref('parent'), ...ref('children')]),
  course: new Set([
    ...always,
    ...['title', 'courseCode', 'grades', 'subjects', 'subjectCodes'],
    ...ref('schoolYear'),
    ...ref('org'),
    ...ref('resources'),
  ]),
  class: new Set([
    ...always,
    ...['title', 'classCode', 'classType', 'location', 'grades', 'subjects', 'subjectCodes', 'periods'],
    ...ref('course'),
    ...ref('school'),
    ...ref('terms'),
    ...ref('resources'),
  ]),
  enrollment: new Set([
    ...always,
    ...['role', 'primary', 'beginDate', 'endDate'],
    ...ref('user'),
    ...ref('class'),
    ...ref('school'),
  ]),
  demographics: new Set([...always, ...demographicFields]),
  user: new Set([
    ...always,
    ...['userMasterIdentifier', 'username', 'userIds', 'userIds.type', 'userIds.identifier', 'enabledUser'],
    ...['givenName', 'familyName', 'middleName', 'pronouns', 'identifier', 'email', 'sms', 'phone'],
    ...['preferredFirstName', 'preferredMiddleName', 'preferredLastName', 'grades', 'password'],
    ...['roles', 'roles.roleType', 'roles.role', 'roles.userProfile', 'roles.beginDate', 'roles.endDate'],
    ...ref('roles.org'),
    ...ref('primaryOrg'),
    ...ref('agents'),
    ...ref('resources'),
    'userProfiles',
  ]),
};

/** What stands in `metadata` is each service's own. */
const ownField = /^metadata\.[^.]+$/;

export function isField(kind: Kind, path: string): boolean {
  return fields[kind].has(path) || ownField.test(path);
}

/** A value in a record's JSON: texts, and whether it stands in a list of texts. */
export type Found = { texts: string[]; isList: boolean };

/** What a path leads to, through objects and lists of objects. */
export function valueAt(record: Record<string, unknown>, path: string): Found {
  let values: unknown[] = [record];
  let isList = false;
  for (const name of path.split('.')) {
    values = values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []));
    // A list of texts is one value; what is in a list of objects is one of each.
    isList = values.some((value) => Array.isArray(value) && value.every((one) => typeof one === 'string'));
    values = values.flat();
  }
  const texts = values.flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [String(value)]
      : [],
  );
  return { texts, isList };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
