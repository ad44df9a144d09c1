import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anAssignment, aPerson, atSchool } from '../../test/builders/access-facts.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';
import { type Candidate, CandidateStore, type Candidates, isFirstPlace } from './candidates.ts';
import { Tenants } from './tenants.ts';

const district = 'd-1';
const ids = Array.from({ length: 200 }, (_, i) => `${['é', 'z', '\u{1f600}', '#', 'A'][i % 5]}-${i}`);
const teachers = ids.map((id, i) =>
  aPerson(id, {}, [
    anAssignment('teacher', atSchool('s#1', 's-2'), { id: `a${i}` }),
    anAssignment('teacher', atSchool('s-2'), { id: `b${i}` }),
  ]),
);
const slices = [{ system: 'hmh', role: 'teacher' }];

let engine: TestDynamo;
let candidates: CandidateStore;

beforeAll(async () => {
  engine = await startDynamo();
  candidates = new CandidateStore(engine.dynamo, testTables);
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
  await storeDistrict(engine.dynamo, district, { people: teachers });
});
afterAll(() => engine.stop());

async function walked(read: (after: string | undefined) => Promise<Candidates>): Promise<Candidate[]> {
  const all: Candidate[] = [];
  for (let after: string | undefined; ; ) {
    const { found, done } = await read(after);
    all.push(...found);
    if (done) return all;
    expect(found.length).toBeGreaterThan(0);
    after = found.at(-1)?.at;
  }
}

describe('a walk', () => {
  test.each([3, 40, 500])('of records finds each once, whatever the page: %i', async (most) => {
    const found = await walked((after) => candidates.records(district, 'users', { after, most }));
    expect(found.map(({ id }) => id)).toEqual(
      ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  test.each([3, 40, 2000])(
    'of holders comes by each at every place, and takes the first: %i',
    async (most) => {
      const found = await walked((after) => candidates.holders(district, slices, { after, most }));
      expect(found).toHaveLength(600);
      const byId = new Map(teachers.map((person) => [person.id, person]));
      const taken = found.filter((one) => isFirstPlace(one, slices, byId.get(one.id) ?? aPerson('x')));
      expect(taken.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    },
  );

  test('of the holders at one school leaves out those elsewhere', async () => {
    const of = async (scopeId: string) =>
      walked((after) => candidates.holders(district, [{ ...hmhTeacher, scopeId }], { after, most: 50 }));
    expect(await of('s#1')).toHaveLength(200);
    expect(await of('s-2')).toHaveLength(400);
    expect(await of('s')).toEqual([]);
  });

  test('of several schools goes on behind a place that only one of them has', async () => {
    const both = ['s-2', 's#1', 's-9'].map((scopeId) => ({ ...hmhTeacher, scopeId }));
    const found = await walked((after) => candidates.holders(district, both, { after, most: 60 }));
    expect(found).toHaveLength(600);
  });

  test('of what is not there ends at once', async () => {
    expect(await candidates.records('nowhere', 'users', { after: undefined, most: 10 })).toEqual({
      found: [],
      done: true,
    });
  });
});

const hmhTeacher = { system: 'hmh', role: 'teacher' };
