import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One stack at a time on one data directory. The lock of a process that is gone, even one that was killed, is taken over.
 * @returns what releases it. @throws where another stack runs on this directory.
 */
export function lock(dataDir: string): () => void {
  const path = join(dataDir, 'lock');
  const mine = `${process.pid} ${startedAt(process.pid)}`;
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, mine);
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST' || attempt > 2)
        throw error;
    }
    const holder = readHolder(path);
    if (holder !== undefined) throw new Error(`Process ${holder} already runs on ${dataDir}`);
    rmSync(path, { force: true });
  }
}

function readHolder(path: string): number | undefined {
  const [pid = '', started = ''] = readFileSync(path, 'utf8').split(' ');
  const isAlive = pid !== '' && started !== '' && startedAt(Number(pid)) === started;
  return isAlive ? Number(pid) : undefined;
}

/** When a process started, in ticks since boot: tells it from a later one with the same id. Empty where it is gone. */
function startedAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return isAliveElsewhere(pid) ? 'alive' : '';
  }
}

/** Where there is no /proc. */
function isAliveElsewhere(pid: number): boolean {
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
