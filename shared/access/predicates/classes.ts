import type { ConditionOf } from '../conditions.ts';
import type { Membership, Person } from '../facts.ts';
import { isOpen } from '../periods.ts';
import { placeInScope, placementsOfClass } from '../placements.ts';
import { resourceWords, seasonWords } from '../sentences.ts';
import { type Circumstances, no, type Verdict, yes } from './verdict.ts';

export function assignedClass(condition: ConditionOf<'assignedClass'>, at: Circumstances): Verdict {
  const { resource } = at;
  switch (resource.type) {
    case 'class': {
      const { status, inactive } = resource.class;
      if (condition.evenInactive !== true && (status !== 'active' || inactive === true)) {
        const state = status === 'active' ? 'inactive' : status;
        return no(`class ${resource.id} is ${state}: nobody is assigned to it`);
      }
      if (assignedClassIds(at).has(resource.id)) return yes(assignedLine(at, resource.id));
      return no(`not of class ${resource.id}${datesOf(at, resource.id)}`);
    }
    case 'student': {
      const attended = attendedClassIds(resource.person, at.today);
      const shared = [...assignedClassIds(at)].find((classId) => attended.has(classId));
      if (shared === undefined) {
        return no(`teaches no class there that student ${resource.id} is enrolled in today`);
      }
      return yes(assignedLine(at, shared), `${resource.id} is enrolled in ${shared}`);
    }
    default:
      return no(
        `the task is only for assigned classes and their students, not for ${resourceWords(resource)}`,
      );
  }
}

/** Those that the scope names, or where it is wider, those in it that the subject is enrolled in as teacher today. */
export function assignedClassIds({ subject, district, scope, today }: Circumstances): ReadonlySet<string> {
  if (scope.type === 'class') return new Set(scope.ids);
  const taught = taughtBy(subject).filter(
    (m) =>
      isOpen(m, today) &&
      placeInScope(scope, placementsOfClass(m.classId, m.schoolId, district)) !== undefined,
  );
  return new Set(taught.map(({ classId }) => classId));
}

/** Of an assignment for the class itself its holding says what days hold it. */
function assignedLine({ subject, scope, catalogue, today }: Circumstances, classId: string): string {
  const open = taughtBy(subject).filter((m) => m.classId === classId && isOpen(m, today));
  const isOwn = scope.type === 'class' || open.some(({ ownDays }) => ownDays === undefined);
  const [one] = isOwn ? [] : open;
  return `${subject.id} is assigned to ${classId}${one ? seasonWords(catalogue.system, one) : ''}`;
}

/** Enrollments as teacher, whatever their dates. */
export function taughtBy(person: Person): Membership[] {
  return (person.roster?.memberships ?? []).filter((m) => m.role === 'teacher');
}

export function attendedClassIds(person: Person, today: string): ReadonlySet<string> {
  const memberships = person.roster?.memberships ?? [];
  return new Set(memberships.filter((m) => m.role === 'student' && isOpen(m, today)).map((m) => m.classId));
}

/** Says when an assignment that isn't today's was or will be. */
function datesOf({ subject, today }: Circumstances, classId: string): string {
  const other = taughtBy(subject).filter((m) => m.classId === classId);
  const ended = other.findLast((m) => m.end !== undefined && m.end <= today);
  const coming = other.find((m) => m.begin !== undefined && m.begin > today);
  if (coming) return ` before ${coming.begin}`;
  return ended ? ` since ${ended.end}` : '';
}
