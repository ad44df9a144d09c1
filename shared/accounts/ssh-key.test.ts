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
    expect(readSshKey(readFileSync(`${path}.pub`, 'utf8'))).toMatch('1024 bits is too short');
  });

  test('that is a private one says so, and never comes back', () => {
    const text = readFileSync(keygen('private', '-t', 'ed25519'), 'utf8');
    const answer = readSshKey(text);
    expect(answer).toMatch('private key');
    expect(answer).not.toContain(text.split('\n')[1]);
  });

  test('of which a part is missing or another is claimed is refused', () => {
    const [type, base64] = readFileSync(`${keygen('cut', '-t', 'ed25519')}.pub`, 'utf8').split(' ');
    expect(readSshKey(`${type} ${base64?.slice(0, 40)}`)).toMatch('copy the whole line');
    expect(readSshKey(`ssh-rsa ${base64}`)).toMatch('copy the whole line');
    expect(readSshKey(`ecdsa-sha2-nistp256 ${base64}`)).toMatch('copy the whole line');
  });

  test.each([
    ['ssh-dss AAAA', 'DSA'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\nAAAA', 'long form'],
    ['PuTTY-User-Key-File-3: ssh-ed25519', 'private key'],
    ['sk-ssh-ed25519@openssh.com AAAA', 'security sticks'],
    ['command="/bin/sh" ssh-ed25519 AAAA', 'options'],
    ['ssh-ed25519 AAAA one\nssh-ed25519 AAAA two', 'one line'],
    ['hello', 'no public key'],
    ['', 'no public key'],
  ])('%j is refused with what to do', (text, words) => {
    expect(readSshKey(text)).toMatch(words);
  });
});
