import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where it is not installed, tests that need it are skipped; CI has it. */
export const hasOpenSsh = spawnSync('sftp', ['-h']).error === undefined;

export type SftpRun = { status: number | null; out: string; err: string };
export type By = { password: string } | { key: string };

/** OpenSSH's own client in a folder of its own. */
export class SftpClient {
  readonly folder = mkdtempSync(join(tmpdir(), 'sftp-client-'));
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A new key pair. @returns the public half's line */
  newKey(name: string): string {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', this.path(name)]);
    return readFileSync(this.path(`${name}.pub`), 'utf8');
  }

  /** Begins a session that is told line by line what to do. */
  begin(username: string, by: By, more: string[] = []) {
    const askpass = this.path('askpass');
    writeFileSync(askpass, '#!/bin/sh\necho "$SFTP_PASSWORD"\n');
    chmodSync(askpass, 0o700);
    const how =
      'key' in by
        ? ['-oPreferredAuthentications=publickey', '-oIdentitiesOnly=yes', `-i${this.path(by.key)}`]
        : ['-oPreferredAuthentications=password', '-oPubkeyAuthentication=no', '-oNumberOfPasswordPrompts=1'];
    const known = `-oUserKnownHostsFile=${this.path('known_hosts')}`;
    const common = ['-F/dev/null', '-oStrictHostKeyChecking=accept-new', known, '-oBatchMode=no', ...how];
    const child = spawn(
      'sftp',
      [...common, `-P${this.port}`, ...more, '-b-', `-oUser=${username}`, '127.0.0.1'],
      {
        cwd: this.folder,
        env: {
          ...{ PATH: process.env.PATH, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
          ...('password' in by ? { SFTP_PASSWORD: by.password } : {}),
        },
      },
    );
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    const ended = new Promise<SftpRun>((over) => child.on('close', (status) => over({ status, out, err })));
    return { child, ended, output: () => out, tell: (line: string) => void child.stdin.write(`${line}\n`) };
  }

  async run(username: string, by: By, lines: string[]): Promise<SftpRun> {
    const { child, ended } = this.begin(username, by);
    child.stdin.end(`${lines.join('\n')}\n`);
    return ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
