import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { checkParsePolicySet, checkParseSchema } from '@cedar-policy/cedar-wasm/nodejs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from '../program.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolebook-export-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function exportOf(...args: string[]): Promise<{ out: string; err: string; code: number | undefined }> {
  const ran: { out: string; err: string; code: number | undefined } = { out: '', err: '', code: undefined };
  await runProgram(['catalogue', 'export', ...args], {
    environment: {},
    out: (text) => {
      ran.out += `${text}\n`;
    },
    err: new PassThrough().on('data', (piece) => {
      ran.err += String(piece);
    }),
    exit: (code) => {
      ran.code = code;
    },
  });
  return ran;
}

describe('catalogue export', () => {
  test('writes a schema and policies that Cedar reads', async () => {
    const { out, code } = await exportOf('acer', '--out', folder);
    expect(code).toBeUndefined();
    expect(out).toContain(join(folder, 'acer.cedarschema'));
    const schema = await readFile(join(folder, 'acer.cedarschema'), 'utf8');
    const policies = await readFile(join(folder, 'acer.cedar'), 'utf8');
    expect(checkParseSchema(schema)).toEqual({ type: 'success' });
    expect(checkParsePolicySet({ staticPolicies: policies })).toEqual({ type: 'success' });
  });

  test('names the source of every cell, and of an overlay its own', async () => {
    const { out } = await exportOf('hmh', '--overlay', 'hmh-school-rostering');
    expect(out).toContain(
      '@id("hmh:roster.view/teacher")\n@source("001:141")\n@standing("printed")\npermit (',
    );
    expect(out).toContain('@source("001:181, 001:45")\n@standing("read")\n@overlay("hmh-school-rostering")');
  });

  test('prints both as one JSON document where asked', async () => {
    const { out } = await exportOf('nsc', '--json');
    expect(Object.keys(JSON.parse(out))).toEqual(['schema', 'policies']);
  });

  test.each([
    [['none'], 'There is no system none; there are nsc, hmh, acer, pcr, imath.'],
    [['hmh', '--overlay', 'x'], 'The system hmh has no overlay x; it has hmh-school-rostering.'],
    [['nsc', '--overlay', 'x'], 'The system nsc has no overlay x; it has none.'],
  ])('exits 4 for %j and says what there is', async (args, said) => {
    const { err, code } = await exportOf(...args);
    expect(code).toBe(4);
    expect(err).toContain(said);
  });
});
