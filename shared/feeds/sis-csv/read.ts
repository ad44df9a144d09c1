import type { Entity } from '../../roster/records.ts';
import type { Adapter } from '../adapter.ts';
import { convert, fileOf } from '../as-oneroster/convert.ts';
import { checkNames } from '../as-oneroster/file-names.ts';
import { columnKey } from '../as-oneroster/source.ts';
import { refusal } from '../problem-texts.ts';
import { readApplicants } from './applicants.ts';
import { factMakers } from './facts.ts';
import { rosterMakers } from './roster.ts';
import * as sources from './sources.ts';

export const sisCsv: Adapter = {
  format: 'sis-csv',
  recognises: (heads) =>
    heads.some(
      ({ name, header }) =>
        name.toLowerCase() === sources.people.name && header.map(columnKey).includes('person_id'),
    ),
  async open(files, { include, limits }) {
    const { schools, people, classes, memberships, applicants } = sources;
    const read = Object.values(sources);
    const [unknown] = checkNames(files, {
      read,
      needed: [schools, people],
      together: [[classes, memberships]],
    });
    // Whoever wrote it by hand means it to be read.
    if (unknown !== undefined)
      throw refusal('file-unknown', { file: unknown.file, detail: 'the format has no file of this name' });
    const known = await readApplicants(fileOf(files, applicants), limits);
    const complete = Object.entries(entityOf).flatMap(([name, entity]) =>
      fileOf(files, { name }) === undefined ? [] : entity,
    );
    return convert({
      ...{ format: 'sis-csv', files, include, limits, entityOf, complete: new Set(complete) },
      makers: [...rosterMakers(), ...factMakers(known)],
    });
  },
};

const entityOf: Readonly<Record<string, Entity>> = {
  [sources.schools.name]: 'orgs',
  [sources.terms.name]: 'academicSessions',
  [sources.courses.name]: 'courses',
  [sources.classes.name]: 'classes',
  [sources.people.name]: 'users',
  [sources.memberships.name]: 'enrollments',
};
