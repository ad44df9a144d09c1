import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../test/builders/feed-files.ts';
import {
  briefly,
  type FeedTexts,
  feed11,
  manifestOf,
  readAll,
  sourcesOf,
} from '../../../test/builders/oneroster-feed.ts';
import { openFeed } from '../open-feed.ts';

const always = 'sourcedId,status,dateLastModified';

/** A small set of 1.0 without a problem. */
function feed10(changes: FeedTexts = {}): FeedTexts {
  return {
    orgs: `${always},name,type,identifier,parentSourcedId\nd1,,,District,district,,\ns1,,,North,school,,d1\n`,
    academicSessions: `${always},title,type,startDate,endDate,parentSourcedId\ny1,,,Year,schoolYear,2026-08-01,2027-07-01,\nt1,,,Autumn,term,2026-08-01,2027-01-01,y1\nt2,,,Spring,term,2027-01-01,2027-07-01,y1\n`,
    courses: `${always},schoolYearId,metadata.duration,title,courseCode,grade,orgSourcedId,subjects\nco1,,,y1,,Maths,M1,09,d1,Maths\n`,
    classes: `${always},title,grade,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedId,subjects\nc1,,,Maths 9,09,co1,M9,scheduled,,s1,t1,Maths\n`,
    users: `${always},orgSourcedIds,role,username,userId,givenName,familyName,identifier,email,sms,phone,agents\nu1,,,s1,teacher,ada,77,Ada,Lovelace,,ada@example.org,,,\nu2,active,,s1,student,ben,,Ben,Bell,,,,555,u3\nu3,inactive,,s1,parent,bea,,Bea,Bell,,,,,u2\n`,
    demographics: `userSourcedId,status,dateLastModified,birthdate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\nu2,,,2012-05-30,female,,,,,,,,,,,\n`,
    enrollments:
      'sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,status,dateLastModified,primary\ne1,c1,s1,u1,teacher,,,true\ne2,c1,s1,u2,student,,,\n',
    ...changes,
  };
}

const sources = (feed: FeedTexts) =>
  Object.entries(feed).flatMap(([name, text]) =>
    text === undefined ? [] : memorySource(`${name}.csv`, text),
  );

describe('a set of 1.0', () => {
  test('goes in whole, and says what it is', async () => {
    const feed = await openFeed(sources(feed10()));
    expect([feed.format, feed.complete.size]).toEqual(['oneroster-csv 1.0', 6]);
    const read = await readAll(sources(feed10()));
    expect(briefly(read)).toEqual([]);
    expect(read.records).toHaveLength(12);
  });

  test('makes the same records as a later version, of what it has', async () => {
    const { records } = await readAll(sources(feed10()));
    const record = (id: string) => records.find(({ sourcedId }) => sourcedId === id)?.record;
    expect(['y1', 't1', 't2'].map(record)).toMatchObject([
      { schoolYear: '2027' },
      { schoolYear: '2027', parentId: 'y1' },
      { schoolYear: '2027' },
    ]);
    expect(record('co1')).toMatchObject({ schoolYearId: 'y1', grades: ['09'], orgId: 'd1' });
    expect(record('c1')).toMatchObject({ grades: ['09'], termIds: ['t1'], schoolId: 's1' });
    expect(record('u1')).toEqual({
      ...{ sourcedId: 'u1', enabledUser: true, username: 'ada', givenName: 'Ada', familyName: 'Lovelace' },
      ...{ email: 'ada@example.org', userIds: [{ type: 'userId', identifier: '77' }] },
      roles: [{ roleType: 'primary', role: 'teacher', orgId: 's1' }],
    });
    expect(record('u2')).toMatchObject({ agentIds: ['u3'] });
    expect(record('e1')).toEqual({
      ...{ sourcedId: 'e1', classId: 'c1', schoolId: 's1', userId: 'u1', role: 'teacher', primary: true },
    });
  });

  test('says of everybody whether they are there, in words of its own', async () => {
    const { records } = await readAll(sources(feed10()));
    const users = records.filter(({ entity }) => entity === 'users');
    expect(users.map(({ status }) => status)).toEqual(['active', 'active', 'tobedeleted']);
  });

  test('keeps demographics to itself unless they are asked for, by their own names', async () => {
    expect(JSON.stringify((await readAll(sources(feed10()))).rows)).not.toContain('2012-05-30');
    const { rows, problems } = await readAll(sources(feed10()), { include: { demographics: true } });
    expect(problems).toEqual([]);
    expect(rows).toContainEqual({
      ...{ kind: 'user-demographics', file: 'demographics.csv', line: 2, userId: 'u2' },
      demographics: { birthDate: '2012-05-30', sex: 'female' },
    });
  });

  test('may have nothing to say of demographics, and of nothing else', async () => {
    const header = (name: string) => `${feed10()[name]?.split('\n')[0]}\n`;
    const include = { demographics: true };
    const bare = await readAll(sources(feed10({ demographics: header('demographics') })), { include });
    expect(briefly(bare)).toEqual(['warning demographics.csv nothing-to-report']);
    await expect(openFeed(sources(feed10({ enrollments: header('enrollments') })))).rejects.toMatchObject({
      ...{ code: 'header-only', where: { file: 'enrollments.csv' } },
    });
  });

  test.each(Object.keys(feed10()))('is refused without %s', async (name) => {
    await expect(openFeed(sources(feed10({ [name]: undefined })))).rejects.toMatchObject({
      ...{ code: 'file-missing', where: { file: `${name}.csv` } },
    });
  });
});

describe('a set without a manifest', () => {
  test('of a later version is refused, as it has lost its manifest', async () => {
    const { users, ...rest } = feed10();
    await expect(openFeed(sources(feed11()))).rejects.toMatchObject({ code: 'manifest-missing' });
    await expect(openFeed(sources({ ...rest, users: feed11().users }))).rejects.toMatchObject({
      ...{ code: 'manifest-missing', hint: expect.stringContaining('1.0') },
    });
  });
});

describe('a set of 1.1 with columns of 1.0', () => {
  test.each(['users', 'courses', 'classes'])(
    'in %s is refused, as nobody can tell who is enabled or what else is gone',
    async (name) => {
      const mixed = { ...feed11({ [name]: feed10()[name] }), manifest: manifestOf(feed11(), '1.1') };
      await expect(openFeed(sourcesOf(mixed))).rejects.toMatchObject({
        ...{ code: 'manifest-contradicted', where: { file: `${name}.csv` } },
      });
    },
  );
});
