import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChainCheck, emptyHead, type Head, hashAfter, type KeptLine, reportOf } from './chain.ts';
import { AuditLine, type Detail, digestOfDetail, networkOf } from './line.ts';
import { isSigned, PrivateSealKey, type Seal, signSeal } from './seal.ts';

const district = 'd-1';
const key = PrivateSealKey.parse(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
);

type Told = { at: string; by: string; what: Record<string, string | number>; after?: string };

/** No request may have a member of that name. */
const name = fc.string({ unit: 'binary' }).filter((one) => one !== '__proto__');

const told: fc.Arbitrary<Told> = fc.record(
  {
    at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    by: fc.string(),
    what: fc.dictionary(name, fc.oneof(fc.string({ unit: 'binary' }), fc.integer())),
    after: fc.string(),
  },
  { requiredKeys: ['at', 'by', 'what'] },
);

function chainOf(all: readonly Told[], chain = 3): KeptLine[] {
  let head: Head = emptyHead(district, chain);
  return all.map(({ after, ...rest }, at) => {
    const detail: Detail | undefined = after === undefined ? undefined : { salt: 's', after };
    const line: AuditLine = {
      ...{ district, chain, sequence: at + 1, requestId: 'r', action: 'account-changed', outcome: 'done' },
      ...rest,
      ...(detail && { detail: { about: 'u1', id: String(at), digest: digestOfDetail(detail) } }),
    };
    head = { chain, sequence: at + 1, hash: hashAfter(head.hash, line) };
    // As it comes over the wire.
    return { line: AuditLine.parse(JSON.parse(JSON.stringify(line))), hash: head.hash, detail };
  });
}

function sealOf(lines: readonly KeptLine[]): Seal {
  const last = lines.at(-1);
  const head =
    last === undefined ? emptyHead(district, 3) : { chain: 3, sequence: lines.length, hash: last.hash };
  return { district, at: '2026-11-22T00:00:00.000Z', keyId: 'k', heads: [head] };
}

function faultsOf(lines: readonly KeptLine[], seals: readonly Seal[] = []) {
  const check = new ChainCheck({ district, chain: 3, seals });
  for (const line of lines) check.next(line);
  return reportOf([check]).faults;
}

const chainAndPlace = fc
  .array(told, { minLength: 1, maxLength: 12 })
  .chain((all) => fc.record({ all: fc.constant(all), at: fc.nat(all.length - 1) }));

test('a chain that nobody has touched is whole, and so is what a seal says of any part of it', () => {
  fc.assert(
    fc.property(chainAndPlace, ({ all, at }) => {
      const lines = chainOf(all);
      expect(faultsOf(lines, [sealOf([]), sealOf(lines.slice(0, at)), sealOf(lines)])).toEqual([]);
    }),
  );
});

test('an edit of any line is found at that line', () => {
  const edits: ((line: AuditLine) => AuditLine)[] = [
    (line) => ({ ...line, by: `${line.by}x` }),
    (line) => ({ ...line, at: '1999-01-01T00:00:00.000Z' }),
    (line) => ({ ...line, what: { ...line.what, more: 1 } }),
    (line) => ({ ...line, action: 'read' }),
    (line) => ({ ...line, outcome: 'failed' }),
    (line) => ({ ...line, added: true }),
  ];
  fc.assert(
    fc.property(chainAndPlace, fc.constantFrom(...edits), ({ all, at }, edit) => {
      const lines = chainOf(all).map((kept, index) =>
        index === at ? { ...kept, line: edit(kept.line) } : kept,
      );
      expect(faultsOf(lines)).toEqual([{ chain: 3, sequence: at + 1, kind: 'altered' }]);
    }),
  );
});

test('a line that is taken out is missing, wherever it stood; the last one where a seal has seen it', () => {
  fc.assert(
    fc.property(chainAndPlace, ({ all, at }) => {
      const lines = chainOf(all);
      const kind = at === lines.length - 1 ? 'cut-off' : 'missing';
      expect(faultsOf(lines.toSpliced(at, 1), [sealOf(lines)])).toEqual([
        { chain: 3, sequence: at + 1, kind },
      ]);
    }),
  );
});

test('lines that are put in, put twice or change places are found', () => {
  fc.assert(
    fc.property(chainAndPlace, told, ({ all, at }, other) => {
      const lines = chainOf(all);
      const [foreign] = chainOf([other], 5);
      const [same] = lines.slice(at, at + 1);
      if (foreign === undefined || same === undefined) throw new Error('A chain has a line.');
      for (const more of [foreign, same]) {
        const [fault] = faultsOf(lines.toSpliced(at + 1, 0, more));
        expect(fault?.sequence).toBe(at + 2);
      }
      fc.pre(lines.length > 1);
      const next = at === lines.length - 1 ? at - 1 : at + 1;
      const swapped = lines.with(at, lines[next] ?? same).with(next, same);
      expect(faultsOf(swapped)[0]?.sequence).toBe(Math.min(at, next) + 1);
    }),
  );
});

test('a chain that is cut or written anew from any line on, with all its hashes, is found by a seal', () => {
  fc.assert(
    fc.property(chainAndPlace, ({ all, at }) => {
      const lines = chainOf(all);
      const seals = [sealOf(lines.slice(0, at)), sealOf(lines)];
      expect(faultsOf(lines.slice(0, at), seals)).toEqual([{ chain: 3, sequence: at + 1, kind: 'cut-off' }]);
      const anew = chainOf(all.map((one, index) => (index === at ? { ...one, by: `${one.by}x` } : one)));
      expect(faultsOf(anew)).toEqual([]);
      expect(faultsOf(anew, seals)).toEqual([{ chain: 3, sequence: at + 1, kind: 'rewritten' }]);
    }),
  );
});

test('a detail is as it was written, or erased by a later line that names the person, or a fault', () => {
  const [line] = chainOf([{ at: '2026-11-22T01:00:00.000Z', by: 'a', what: {}, after: 'Ada' }]);
  if (line?.detail === undefined) throw new Error('It has a detail.');
  const altered = { ...line, detail: { ...line.detail, after: 'Eve' } };
  expect(faultsOf([altered])).toEqual([{ chain: 3, sequence: 1, kind: 'detail-altered' }]);
  const { detail: _, ...bare } = line;
  expect(faultsOf([bare])).toEqual([{ chain: 3, sequence: 1, kind: 'detail-missing' }]);
  const erasing = (at: string, person: string) => {
    const check = new ChainCheck({ district, chain: 4, seals: [] });
    const head = emptyHead(district, 4);
    const base = { district, chain: 4, sequence: 1, at, requestId: 'r', by: 'a' };
    const erasure: AuditLine = { ...base, action: 'person-erased', outcome: 'done', what: { person } };
    check.next({ line: erasure, hash: hashAfter(head.hash, erasure) });
    return check;
  };
  const report = (at: string, person: string) => {
    const check = new ChainCheck({ district, chain: 3, seals: [] });
    check.next(bare);
    const { erased, faults } = reportOf([check, erasing(at, person)]);
    return [erased, faults.map(({ kind }) => kind)];
  };
  expect(report('2026-11-23T00:00:00.000Z', 'u1')).toEqual([1, []]);
  expect(report('2026-11-23T00:00:00.000Z', 'u2')).toEqual([0, ['detail-missing']]);
  expect(report('2026-11-21T00:00:00.000Z', 'u1')).toEqual([0, ['detail-missing']]);
});

test('a seal is of the key that signed it, and of nothing else', () => {
  const { keyId: _, ...content } = sealOf([]);
  const signed = signSeal(content, key);
  expect(isSigned(signed, key)).toBe(true);
  expect(isSigned({ ...signed, seal: { ...signed.seal, at: 'later' } }, key)).toBe(false);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  expect(isSigned(signed, PrivateSealKey.parse(other))).toBe(false);
});

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['not an address', undefined],
])('of the address %s the network %s is kept', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
