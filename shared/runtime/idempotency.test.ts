import { expect, test } from 'vitest';
import { type IdempotencyKeys, onlyOnce } from './idempotency.ts';

test('of a kept answer no byte can be changed unseen', async () => {
  let kept: Uint8Array | undefined;
  const keys: IdempotencyKeys = {
    begin: async () => (kept === undefined ? { kind: 'mine', newId: 'N' } : { kind: 'kept', sealed: kept }),
    keep: async (_, sealed) => {
      kept = sealed;
    },
    release: async () => {},
  };
  const asked = { clientId: 'c', key: 'k', request: ['r'], newId: 'N', now: new Date(0) };
  const answer = { status: 201, headers: {}, body: '{"secret":"shown once"}' };
  const again = () => onlyOnce(keys, asked, async () => answer);
  await again();
  expect(await again()).toEqual(answer);
  const sealed = Uint8Array.from(kept ?? []);
  expect(sealed.length).toBeGreaterThan(28);
  for (const at of sealed.keys()) {
    kept = sealed.map((byte, index) => (index === at ? byte ^ 1 : byte));
    await expect(again()).rejects.toThrow('authenticate');
  }
});
