import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Endpoints } from './engines/engine.ts';
import { type Announced, announcedPeople } from './people.ts';
import { type RunningStack, type StackOptions, startStack } from './run-stack.ts';
import { type Operator, seedOperator } from './seed-operator.ts';
import { hostKeyIn } from './sftp/host-key.ts';
import { type SftpPlace, startLocalSftp } from './sftp/local-sftp.ts';
import { synthesizeRolebook } from './synthesize.ts';

export type LocalOptions = {
  /** 0, and so when left out, chooses a free one. */
  port?: number;
  /** Left out: a new directory in memory where there is one, for tests. */
  dataDir?: string;
  /** Likewise. */
  sftpPort?: number;
  replaced?: Partial<Endpoints>;
  through?: StackOptions['through'];
  maxVisibilitySeconds?: number;
  /** Lets feeds be pulled from servers on this machine. */
  loopbackVendors?: boolean;
  /** Where the product as it is will not do. */
  synthesize?: StackOptions['synthesize'];
};

export type Local = RunningStack & {
  dataDir: string;
  operator: Operator;
  sftp: SftpPlace | undefined;
  /** Writes `local.json` again, with those who have accounts by now. */
  announcePeople: () => Promise<void>;
};

/** The whole product on this machine. Resolves once everything listens and `local.json` says where. */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
  const dataDir = resolve(options.dataDir ?? temporaryDirectory());
  mkdirSync(dataDir, { recursive: true });
  const sftpPort = options.sftpPort ?? 0;
  const announcement = join(dataDir, 'local.json');
  let operator: Operator | undefined;
  let mailbox: string | undefined;
  let people: Announced[] = [];
  let sftp: SftpPlace | undefined;
  const announce = (url: string): void => {
    const text = JSON.stringify({ api: url, console: `${url}/`, sftp, mailbox, operator, people }, null, 2);
    writeFileSync(`${announcement}.new`, `${text}\n`, { mode: 0o600 });
    renameSync(`${announcement}.new`, announcement);
  };
  const stack = await startStack({
    port: options.port ?? 0,
    dataDir,
    synthesize:
      options.synthesize ??
      ((cache) => synthesizeRolebook(cache, { context: sftpContext(dataDir, sftpPort) })),
    replaced: options.replaced ?? {},
    through: options.through,
    maxVisibilitySeconds: options.maxVisibilitySeconds,
    loopbackVendors: options.loopbackVendors,
    seed: async ({ endpoints: { dynamodb }, declaration, url }) => {
      rmSync(announcement, { force: true });
      operator = await seedOperator(dataDir, dynamodb, declaration);
      people = await announcedPeople(dataDir, { url, dynamodb, declaration });
    },
    beside: async (running) => {
      const started = await startLocalSftp(sftpPort, running);
      sftp = started?.place;
      return async () => started?.stop();
    },
    // In the same turn as the gateway opens: nobody sees the one without the other.
    opened: ({ url, mailbox: at }) => {
      mailbox = at;
      announce(url);
    },
  });
  if (operator === undefined) throw new Error('The stack started without its operator');
  const { url, declaration, endpoints } = stack;
  return {
    ...stack,
    dataDir,
    operator,
    sftp,
    announcePeople: async () => {
      people = await announcedPeople(dataDir, { url, dynamodb: endpoints.dynamodb, declaration });
      announce(url);
    },
  };
}

/** For pages and mails, which are made before the server listens: nothing of a port that is yet to be chosen. */
function sftpContext(dataDir: string, port: number): Record<string, string> {
  if (port === 0) return {};
  const { fingerprint } = hostKeyIn(dataDir);
  return { sftpHost: 'localhost', sftpPort: String(port), sftpFingerprint: fingerprint };
}

function temporaryDirectory(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-'));
}
