import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateDistrict } from '../../cli/generate/district.ts';
import { type Question, type RunningFake, startFakeService } from '../../test/builders/fake-service.ts';
import { runDemo } from './demo.ts';

const operator = { clientId: 'op', clientSecret: 'secret' };
const now = new Date('2026-11-21T12:00:00Z');

let dataDir = '';
let service: RunningFake;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rolebook-demo-'));
});
afterEach(async () => {
  await service.stop();
  await rm(dataDir, { recursive: true });
});

async function run(): Promise<string> {
  const lines: string[] = [];
  await runDemo({ api: service.api, operator, dataDir, log: (text) => lines.push(text), now });
  return lines.join('\n');
}

/** Teachers of the generated district, by the feed that is current after so many syncs. */
function evaluate({ subject, resource }: Question, syncs: number) {
  const { files } = generateDistrict({ students: 1850, schoolYear: 2027, seed: 7, after: syncs > 1 });
  const enrollments = [...(files.find(({ file }) => file === 'enrollments.csv')?.lines() ?? [])];
  const decision = enrollments.some(
    (line) => line.includes(`,${resource.id},`) && line.includes(`,${subject.id},teacher,`),
  );
  return { decision, code: decision ? 'allowed' : 'condition' };
}

test('loads the district, asks before and after, and fits on a screen without naming a student', async () => {
  service = await startFakeService({
    districts: [],
    feeds: [],
    evaluate,
    plan: [
      {
        entity: 'users',
        kind: 'update',
        sourcedId: 'sad-001',
        access: [{ system: 'hmh', gained: ['school_admin at sch-002'], lost: ['school_admin at sch-001'] }],
      },
      {
        entity: 'users',
        kind: 'suspend',
        sourcedId: 'stu-000034',
        access: [{ system: 'pcr', gained: [], lost: ['student'] }],
      },
    ],
  });
  const report = await run();
  expect(report.split('\n').length).toBeLessThanOrEqual(45);
  expect(report).toMatch(/taught it, then left it +allowed → denied \(condition\)/);
  expect(report).toMatch(/never taught it +denied → denied/);
  expect(report).toMatch(/took it over +denied → allowed/);
  expect(report).toContain('sad-001: +hmh school_admin at sch-002, -hmh school_admin at sch-001');
  expect(report).not.toMatch(/stu-\d/);
  expect([...service.uploaded.keys()]).toEqual(['first.zip', 'second.zip']);
  expect(service.seen.find(({ path }) => path === '/v1/districts')?.body).toMatchObject({
    id: 'demo',
    schoolYear: 2027,
  });
});

test('is told once: the next start only says where to look', async () => {
  service = await startFakeService({ districts: [] });
  await run();
  const requests = service.seen.length;
  const again = await run();
  expect(again).toContain('is loaded');
  expect(service.seen).toHaveLength(requests);
});

test('says why it stopped, and starts over where a start before was cut short', async () => {
  service = await startFakeService({ districts: ['demo'], states: ['rejected'] });
  expect(await run()).toMatch(/demonstration stopped: Sync s-1 is rejected/);
  expect(await run()).toMatch(/demonstration stopped: Sync s-2 is rejected/);
});
