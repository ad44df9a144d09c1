import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSshKey } from './ssh-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'ssh-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keygen(name: string, ...more: string[]): string {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', `of ${name}`, '-f', path, ...more]);
  return path;
}

describe('a public key', () => {
  test.each([
    ['ed25519', ['-t', 'ed25519']],
    ['p256', ['-t', 'ecdsa', '-b', '256']],
    ['p521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ])('as ssh-keygen makes it (%s) is taken, by the fingerprint that ssh-keygen shows', (name, how) => {
    const path = keygen(name, ...how);
    const shown = execFileSync('ssh-keygen', ['-l', '-f', path]).toString().split(' ')[1];
    expect(readSshKey(readFileSync(`${path}.pub`, 'utf8'))).toMatchObject({
      fingerprint: shown,
      comment: `of ${name}`,
    });
  });

  test('of RSA with too few bits is refused', () => {
    const path = keygen('short', '-t', 'rsa', '-b', '1024');
    expect(readSshKey(readFileSync(`${path}.pub`, 'utf8'))).toBe('too-short');
  });

  test('that is a private one is called so', () => {
    const text = readFileSync(keygen('private', '-t', 'ed25519'), 'utf8');
    const answer = readSshKey(text);
    expect(answer).toBe('private');
  });

  test('of which a part is missing or another is claimed is refused', () => {
    const [type, base64] = readFileSync(`${keygen('cut', '-t', 'ed25519')}.pub`, 'utf8').split(' ');
    expect(readSshKey(`${type} ${base64?.slice(0, 40)}`)).toBe('cut-off');
    expect(readSshKey(`ssh-rsa ${base64}`)).toBe('cut-off');
    expect(readSshKey(`ecdsa-sha2-nistp256 ${base64}`)).toBe('cut-off');
  });

  test.each([
    ['ssh-dss AAAA', 'dsa'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\nAAAA', 'long-form'],
    ['PuTTY-User-Key-File-3: ssh-ed25519', 'private'],
    ['sk-ssh-ed25519@openssh.com AAAA', 'security-stick'],
    ['command="/bin/sh" ssh-ed25519 AAAA', 'options'],
    ['ssh-ed25519 AAAA one\nssh-ed25519 AAAA two', 'several-lines'],
    ['hello', 'no-key'],
    ['', 'no-key'],
  ])('%j is refused as %s', (text, problem) => {
    expect(readSshKey(text)).toBe(problem);
  });
});
