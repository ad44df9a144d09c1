import { attributesOf } from '../calculated-roles.ts';
import type { ConditionOf } from '../conditions.ts';
import { inactivityOf, resourceWords } from '../sentences.ts';
import { type Circumstances, no, quoted, textOf, type Verdict, yes } from './verdict.ts';

export function recordOf({ part, relationship }: ConditionOf<'recordOf'>, at: Circumstances): Verdict {
  const { subject, resource } = at;
  const { login, records = {} } = subject;
  const isTied = (kind: 'student' | 'household') => login?.profile?.kind === kind;
  const related = (one: { id: string; relationship: string }) =>
    one.id === resource.id && (relationship === undefined || one.relationship === relationship);
  const household = isTied('household') ? records.household : undefined;
  const found = {
    student: () => isTied('student') && records.student?.id === resource.id,
    'household-student': () => household?.students.some(related),
    'household-applicant': () => household?.applicants.some(related),
    evaluated: () => records.evaluates?.includes(resource.id),
  };
  if (found[part]() === true) return yes(`${resource.id} is the ${words[part]} of ${subject.id}`);
  const as = relationship === undefined ? '' : ` with relationship ${relationship}`;
  return no(`${resourceWords(resource)} is not their ${words[part]}${as}`);
}

const words: Record<ConditionOf<'recordOf'>['part'], string> = {
  student: 'student record',
  'household-student': 'household’s student',
  'household-applicant': 'household’s applicant',
  evaluated: 'applicant to evaluate',
};

export function attributeOfContent(at: Circumstances): Verdict {
  const { resource, catalogue, subject } = at;
  const stored = resource.type === 'cms_content' ? resource : undefined;
  const wanted = stored?.attributeRole ?? textOf(at, 'attributeRole');
  if (wanted === undefined) return yes(`${resource.id} names no attribute`);
  const inactivity = inactivityOf(subject);
  if (inactivity !== undefined) {
    return { holds: false, miss: inactivity.replace(/\.$/, ''), code: 'suspended' };
  }
  const prefix = catalogue.attributeRoles?.prefix ?? '';
  const name = wanted.startsWith(prefix) ? wanted.slice(prefix.length) : wanted;
  const year = stored?.year ?? yearOf(at);
  const held = attributesOf(subject).filter((attribute) => attribute.name === name);
  if (held.some((attribute) => year === undefined || attribute.year === year)) {
    return yes(`${subject.id} has the attribute ${name}${year === undefined ? '' : ` of ${year}`}`);
  }
  const of = year === undefined ? '' : ` of year${quoted(year)}`;
  return no(`without the attribute${quoted(name)}${of}`);
}

/** Years are kept as text. */
function yearOf(at: Circumstances): string | undefined {
  const { year } = at.properties;
  return typeof year === 'number' ? String(year) : textOf(at, 'year');
}

export function ownerOrCopy({ resource }: Circumstances): Verdict {
  if (resource.type !== 'dat_query' && resource.type !== 'dat_filter') {
    return no(`the task is not for ${resourceWords(resource)}`);
  }
  if (resource.ownerExists) return yes(`the owner of ${resource.id} is still a user`);
  if (resource.copyKept) return yes(`a copy of ${resource.id} was kept`);
  return no(`the user who owned ${resource.id} was removed and no copy was kept`);
}
