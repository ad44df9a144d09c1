import { describe, expect, test } from 'vitest';
import { addressProblem, guardedLookup, isPublic } from './vendor-address.ts';

describe('addresses of feeds', () => {
  test.each([
    'https://sis.example.org/ims/oneroster',
    'https://sis.example.org:8443/',
    'https://93.184.215.14/',
  ])('take %s', (address) => {
    expect(addressProblem(new URL(address), false)).toBeUndefined();
  });

  test.each([
    'http://sis.example.org/',
    'ftp://sis.example.org/',
    'https://user:secret@sis.example.org/',
    'https://sis.example.org:22/',
    'https://localhost/',
    'https://sis.internal/',
    'https://printer/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'http://127.0.0.1:8080/',
  ])('refuse %s', (address) => {
    expect(addressProblem(new URL(address), false)).toBeDefined();
  });

  test('let a stack on one machine ask servers on it, and nothing else more', () => {
    expect(addressProblem(new URL('http://127.0.0.1:8080/'), true)).toBeUndefined();
    expect(addressProblem(new URL('http://localhost:8080/'), true)).toBeUndefined();
    expect(addressProblem(new URL('http://10.0.0.1/'), true)).toBeDefined();
    expect(addressProblem(new URL('http://sis.example.org/'), true)).toBeDefined();
  });
});

test.each([
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '127.0.0.1', '0.0.0.0', '169.254.169.254', '100.64.0.1'],
  ...['100.100.100.200', '224.0.0.1', '255.255.255.255', '192.0.0.192', '198.18.0.1', '168.63.129.16'],
  ...[
    '::',
    '::1',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    'fec0::1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::7f00:1',
  ],
  ...['64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:a00:1::', '2001:0:1::', '2001:db8::1', 'not an address'],
])('%s is not on the public internet', (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each(['8.8.8.8', '2606:4700::1111'])('%s is on the public internet', (address) => {
  expect(isPublic(address)).toBe(true);
});

describe('the lookup of a connection', () => {
  const lookUp = (answers: string[], { loopback = false, name = 'sis.example.org' } = {}) => {
    // The overload of the system's lookup that asks for all addresses.
    const system = ((_: string, __: object, done: (error: null, found: object[]) => void) =>
      done(
        null,
        answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as never;
    return new Promise((resolve, reject) => {
      guardedLookup(loopback, system)(name, { all: true }, (error, found) =>
        error === null ? resolve(found) : reject(error),
      );
    });
  };

  test('gives the addresses that it looked at', async () => {
    expect(await lookUp(['8.8.8.8'])).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  test('refuses a name of which one address is inside', async () => {
    await expect(lookUp(['8.8.8.8', '10.0.0.1'])).rejects.toMatchObject({ code: 'vendor-address' });
    await expect(lookUp([])).rejects.toMatchObject({ code: 'vendor-address' });
  });

  test('lets localhost be this machine where servers on it may be asked, and no other name', async () => {
    expect(await lookUp(['127.0.0.1'], { loopback: true, name: 'localhost' })).toHaveLength(1);
    await expect(lookUp(['127.0.0.1'], { loopback: true })).rejects.toMatchObject({ code: 'vendor-address' });
  });
});
