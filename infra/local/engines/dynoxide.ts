import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { freePort } from './ports.ts';

const readyWithinMs = 10_000;

/**
 * Runs the engine (`$@`) and dies with whoever holds the other end of its standard input, however that one dies. Ends when
 * the engine does.
 */
const shim = `
pid_file=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
engine=$!
echo "$engine" > "$pid_file"
( cat <&3 >/dev/null; kill -9 "$engine" ) &
exec 3<&-
wait "$engine"
`;

/** DynamoDB and its streams, on SQLite, as a child process of ours. */
export async function startDynoxide(dataDir: string): Promise<Engine> {
  const database = join(dataDir, 'dynamodb.db');
  const pidFile = join(dataDir, 'dynamodb.pid');
  await endStale(pidFile, database);
  if (!existsSync(database)) {
    const first = await launch(dataDir, database, pidFile); // it makes its tables
    await first.stop();
  }
  prepareStreams(database);
  return launch(dataDir, database, pidFile);
}

async function launch(dataDir: string, database: string, pidFile: string): Promise<Engine> {
  const port = await freePort();
  const log = openSync(join(dataDir, 'dynamodb.log'), 'a');
  const command = [binary(), 'serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', database];
  const child = spawn('/bin/sh', ['-c', shim, 'dynoxide-shim', pidFile, ...command], {
    stdio: ['pipe', log, log],
    detached: true, // Ctrl-C is for us alone: we stop the engine after the functions
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(endpoint, child);
  return {
    endpoint,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.stdin?.end();
      await exited;
      rmSync(pidFile, { force: true });
    },
  };
}

async function untilReady(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error('Dynoxide ended at once: see dynamodb.log in the data directory');
    try {
      await fetch(endpoint, { method: 'POST', signal: AbortSignal.timeout(1000) });
      return;
    } catch {
      await sleep(10); // not listening yet
    }
  }
  child.kill('SIGKILL');
  throw new Error(
    `Dynoxide did not answer within ${readyWithinMs} ms: see dynamodb.log in the data directory`,
  );
}

/**
 * Every write to a table with a stream looks for that stream's highest sequence number, which has no index: a few thousand
 * records later writes take milliseconds. See docs/local-stack.md.
 */
function prepareStreams(database: string): void {
  const db = new DatabaseSync(database);
  db.exec(
    'CREATE INDEX IF NOT EXISTS rolebook_stream_sequence ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  db.close();
}

/** After a kill -9 the shim ends the engine within milliseconds; an engine whose shim was killed too is ended here. */
async function endStale(pidFile: string, database: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  for (let attempt = 0; isEngine(pid, database); attempt++) {
    if (attempt === 50) process.kill(pid, 'SIGKILL');
    if (attempt === 500) throw new Error(`The engine of an earlier start (process ${pid}) does not end`);
    await sleep(10);
  }
  rmSync(pidFile, { force: true });
}

/** Never ends a stranger that got the same process id. */
function isEngine(pid: number, database: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(database);
  } catch {
    return false;
  }
}

function binary(): string {
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')),
      'dynoxide',
    );
  } catch (cause) {
    throw new Error(
      'The embedded DynamoDB engine runs on Linux x64 only. Set AWS_ENDPOINT_URL_DYNAMODB to use another one.',
      { cause },
    );
  }
}
