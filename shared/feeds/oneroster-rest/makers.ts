import type { Made, MadeRow, Maker } from '../as-oneroster/convert.ts';
import type { JsonSource, SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import { elementsOf, type Field, ref, rowOf, stateOf, text } from './cells.ts';
import { type Collection, collections, isRecord } from './collections.ts';
import { demographicsFields, fields } from './fields.ts';
import type { Version } from './settings.ts';

type Item = Readonly<Record<string, unknown>>;

const sources = new Map<Collection['name'], JsonSource>(
  collections.map(({ name }) => [name, { kind: 'jsonl', name: `${name}.jsonl` }]),
);

function sourceOf(name: Collection['name']): JsonSource {
  return sources.get(name) ?? { kind: 'jsonl', name: `${name}.jsonl` };
}

type Making = { item: Item; line: number; file: string; made: Made; base: MadeRow };

/** Rows of one table from one collection; `rows` where an object is more, or less, than its cells. */
function makerOf(
  collection: Collection['name'],
  {
    table,
    mode,
    own,
    rows,
  }: {
    table: Maker['table'];
    mode: 'full' | 'delta';
    own: readonly Field[];
    rows?(making: Making): Iterable<MadeRow>;
  },
): Maker {
  const source = sourceOf(collection);
  return {
    table,
    source,
    columns: columnsOf(own),
    *make({ item, line }: SourceRow, made) {
      if (!isRecord(item)) return;
      const file = source.name;
      const base = { ...rowOf(item, own, { made, file, line }), ...stateOf(item, mode) };
      yield* rows?.({ item, line, file, made, base }) ?? [base];
    },
  };
}

function columnsOf(own: readonly Field[]): Record<string, string> {
  return Object.fromEntries(own.map(([column, field]) => [column, field]));
}

/** The makers of a pull. `version` as its users are written. */
export function makersOf(version: Version, mode: 'full' | 'delta'): Maker[] {
  // 1.2 lets a course be of no org, which the tables do not: then it is the district's.
  let district: string | undefined;
  return [
    makerOf('orgs', {
      ...{ table: 'orgs', mode, own: fields.orgs },
      *rows({ base }) {
        if (base.type === 'district') district ??= base.sourcedId;
        yield base;
      },
    }),
    makerOf('academicSessions', { table: 'academicSessions', mode, own: fields.academicSessions }),
    makerOf('courses', {
      ...{ table: 'courses', mode, own: fields.courses },
      *rows({ base }) {
        yield { ...(district !== undefined && { orgSourcedId: district }), ...base };
      },
    }),
    // What 1.2 lets a class leave out.
    makerOf('classes', {
      ...{ table: 'classes', mode, own: fields.classes },
      *rows({ base }) {
        yield { classType: 'scheduled', ...base };
      },
    }),
    makerOf('users', {
      ...{ table: 'users', mode, own: fields.users },
      *rows({ item, base }) {
        yield { ...base, ...workOf(item) };
      },
    }),
    ...(version === '1.2' ? [rolesMaker(mode)] : []),
    agentsMaker(mode),
    makerOf('demographics', { table: 'demographics', mode, own: demographicsFields }),
    makerOf('enrollments', { table: 'enrollments', mode, own: fields.enrollments }),
  ];
}

function workOf({ metadata }: Item): MadeRow {
  if (!isRecord(metadata)) return {};
  const own = ['title', 'jobTitle', 'department'].flatMap((name) => {
    const said = text(metadata[name], () => {});
    return said === undefined ? [] : [[`metadata.${name}`, said]];
  });
  return Object.fromEntries(own);
}

/** A user of 1.1 among those of 1.2 has one role at each of its orgs. */
function rolesMaker(mode: 'full' | 'delta'): Maker {
  const maker = makerOf('users', {
    ...{ table: 'roles', mode, own: [] },
    *rows({ item, line, file, made, base: state }) {
      const userSourcedId = text(item.sourcedId, () => {}) ?? '';
      const older = elementsOf(item.orgs).map((org) => ({ roleType: 'primary', role: item.role, org }));
      for (const role of Array.isArray(item.roles) ? item.roles : older) {
        if (isRecord(role))
          yield { userSourcedId, ...rowOf(role, fields.roles, { made, file, line }), ...state };
      }
    },
  });
  return { ...maker, columns: columnsOf(fields.roles) };
}

/** Relatives are often not shared: then only the relationship is left out. */
function agentsMaker(mode: 'full' | 'delta'): Maker {
  return makerOf('users', {
    ...{ table: 'agents', mode, own: [] },
    *rows({ item, line, file, made }) {
      const userSourcedId = text(item.sourcedId, () => {}) ?? '';
      if (!made.has('users', userSourcedId)) return;
      for (const agent of elementsOf(item.agents)) {
        const agentSourcedId = ref(agent, () => {});
        if (agentSourcedId === undefined) continue;
        if (made.has('users', agentSourcedId)) yield { userSourcedId, agentSourcedId };
        else {
          const value = showId(agentSourcedId);
          made.report(problemOf('relative-unknown', 'warning', { file, row: line, column: 'agents', value }));
        }
      }
    },
  });
}
