import { describe, expect, test } from 'vitest';
import { CalmWorld } from '../../../test/builders/calm-world.ts';
import { memorySource } from '../../../test/builders/feed-files.ts';
import { readAll } from '../../../test/builders/oneroster-feed.ts';

/** The ids 5 and 6 are a student's and a teacher's each; 7 is of one of the staff, 9 a teacher's and a grade. */
const texts = {
  schools: 'School_id,School_name\ns1,South\ns2,North\n',
  students: 'School_id,Student_id,Last_name,First_name,Grade\ns1,5,Pupil,Pia,9\ns1,6,Six,Sam,8\n',
  teachers:
    'School_id,Teacher_id,Last_name,First_name\ns1,5,Teach,Tom\ns1,6,Till,Tess\ns2,6,Till,Tess\ns1,9,Nine,Nia\n',
  staff: 'School_id,Staff_id,Last_name,First_name,Staff_email\ns1,7,Staff,Stan,stan@x.org\n',
  sections: 'School_id,Section_id,Teacher_id,Name\ns1,k,5,Maths\n',
  enrollments: 'School_id,Section_id,Student_id\ns1,k,5\ns1,k,6\n',
};
const files = (changed: Partial<typeof texts> = {}) =>
  Object.entries({ ...texts, ...changed }).map(([name, text]) => memorySource(`${name}.csv`, text));
const withExtraCell = (kind: keyof typeof texts, row: string) =>
  files({ [kind]: texts[kind].replace(`${row}\n`, `${row},extra\n`) });

describe('a row of a person with a wrong number of cells', () => {
  test.each(['s1,5,Pupil,Pia,9', 's1,6,Six,Sam,8'])(
    'refuses the set where another kind of person may have its id: %s',
    async (row) => {
      await expect(readAll(withExtraCell('students', row))).rejects.toMatchObject({
        code: 'person-unclear',
        where: { file: 'students.csv' },
      });
    },
  );

  test('refuses the set where one of the staff may be the teacher in it', async () => {
    const teachers = `${texts.teachers}s1,7,Staff\n`;
    await expect(readAll(files({ teachers }))).rejects.toMatchObject({
      code: 'person-unclear',
      where: { file: 'teachers.csv', row: 6 },
    });
  });

  test('costs a teacher with the same id neither the class nor the record', async () => {
    const world = new CalmWorld();
    await world.syncFiles(files());
    const before = world.seen('access\tperson\tteacher.5');
    expect(before).toBeDefined();
    expect((await world.syncFiles(withExtraCell('students', 's1,5,Pupil,Pia,9'))).state).toBe('rejected');
    expect(world.seen('access\tperson\tteacher.5')).toEqual(before);
  });

  test.each([
    ['teacher.5', 's1,5,Teach,Tom'],
    ['teacher.6', 's2,6,Till,Tess'],
  ])('leaves the teacher %s of it as they were, with the class and both schools', async (id, row) => {
    const world = new CalmWorld();
    await world.syncFiles(files());
    const before = world.seen(`access\tperson\t${id}`);
    expect(before).toBeDefined();
    expect((await world.syncFiles(withExtraCell('teachers', row))).state).not.toBe('rejected');
    expect(world.seen(`access\tperson\t${id}`)).toEqual(before);
  });

  test('leaves a contact of it, and the sibling who has it too, as they were', async () => {
    const students = `School_id,Student_id,Last_name,First_name,Contact_name,Contact_sis_id,Contact_relationship
s1,11,Bell,Ann,Dee Bell,d1,Mother\ns2,12,Bell,Ben,Dee Bell,d1,Mother\n`;
    const world = new CalmWorld();
    await world.syncFiles(files({ students, enrollments: 'School_id,Section_id,Student_id\ns1,k,11\n' }));
    const see = () => ['d1', '11', '12'].map((id) => world.seen(`roster\tusers\t${id}`));
    const before = see();
    expect(before).toMatchObject([
      { record: { familyName: 'Bell' } },
      { record: { agentIds: ['d1'] } },
      { record: { agentIds: ['d1'] } },
    ]);
    const cut = students.replace('Ann,Dee Bell', 'Ann,,Dee Bell');
    const sync = await world.syncFiles(
      files({ students: cut, enrollments: 'School_id,Section_id,Student_id\ns1,k,11\n' }),
    );
    expect(sync.state).not.toBe('rejected');
    expect(see()).toEqual(before);
  });
});
