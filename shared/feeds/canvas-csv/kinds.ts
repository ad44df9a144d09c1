import { type CsvSource, columnKey } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { headOf } from '../recognise.ts';

export const kindNames = [
  'renames',
  'users',
  'accounts',
  'terms',
  'courses',
  'xlists',
  'sections',
  'enrollments',
  'observers',
  'admins',
] as const;
export type KindName = (typeof kindNames)[number];

/** Headers that tell a file, whatever its name; `a|b`: one of them. */
type Kind = { needs: readonly string[]; lacks?: readonly string[]; columns: string };

/** In the order in which they are tried. Source: Canvas SIS import format. Passwords are not named. */
const kinds: Record<KindName, Kind> = {
  renames: { needs: ['old_id', 'new_id', 'type'], columns: 'old_id*, new_id*, type*' },
  users: {
    needs: ['user_id', 'login_id', 'status'],
    // Those are further logins of users, for whom there is no place in a roster.
    lacks: ['existing_user_id', 'existing_integration_id', 'existing_canvas_user_id'],
    columns:
      `user_id*, integration_id, login_id*, first_name, last_name, full_name, sortable_name, email, pronouns, declared_user_type,
      status*`.replaceAll('\n', ' '),
  },
  accounts: {
    needs: ['account_id', 'parent_account_id'],
    columns: 'account_id*, parent_account_id*, name*, status*',
  },
  terms: {
    needs: ['term_id', 'name', 'status'],
    lacks: ['course_id'],
    columns: 'term_id*, name*, status*, start_date, end_date',
  },
  courses: {
    needs: ['course_id', 'short_name'],
    columns: 'course_id*, short_name*, long_name, account_id, term_id, status*, start_date, end_date',
  },
  xlists: { needs: ['xlist_course_id', 'section_id'], columns: 'xlist_course_id*, section_id*, status*' },
  sections: {
    needs: ['section_id', 'course_id', 'name'],
    columns: 'section_id*, course_id*, name*, status*, start_date, end_date',
  },
  enrollments: {
    needs: ['user_id', 'status', 'role|role_id', 'section_id|course_id'],
    columns: 'course_id, section_id, user_id*, role, role_id, status*, associated_user_id',
  },
  observers: { needs: ['observer_id', 'student_id'], columns: 'observer_id*, student_id*, status*' },
  admins: {
    needs: ['user_id', 'account_id', 'role|role_id'],
    columns: 'user_id*, account_id, role, role_id, status*',
  },
};

export function kindOf(header: readonly string[]): KindName | undefined {
  const keys = new Set(header.map(columnKey));
  return kindNames.find((name) => {
    const { needs, lacks = [] } = kinds[name];
    const isWhole = needs.every((need) => need.split('|').some((key) => keys.has(key)));
    return isWhole && !lacks.some((key) => keys.has(key));
  });
}

/** The files of a kind, in the order of their names, as there may be several. */
export type CanvasFiles = {
  of(kind: KindName): CsvSource[];
  entries: readonly { kind: KindName; source: CsvSource; file: FeedFile }[];
  unread: readonly FeedFile[];
};

/** @throws {FeedRejected} as any CSV file may be refused */
export async function sortFiles(files: readonly FeedFile[], limits: Limits): Promise<CanvasFiles> {
  const entries: { kind: KindName; source: CsvSource; file: FeedFile }[] = [];
  const unread: FeedFile[] = [];
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const kind = kindOf((await headOf(file, limits)).header);
    if (kind === undefined) unread.push(file);
    else entries.push({ kind, file, source: { kind: 'csv', name: file.name, columns: kinds[kind].columns } });
  }
  const of = (kind: KindName) => entries.flatMap((entry) => (entry.kind === kind ? entry.source : []));
  return { of, entries, unread };
}
