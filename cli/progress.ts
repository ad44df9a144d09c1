import progress from 'cli-progress';
import type { Sync } from './api-types.ts';

/** stderr, or a stand-in; a bar is drawn only where a person looks on. */
export type TerminalStream = NodeJS.WritableStream & { isTTY?: boolean };

/** Shown on stderr, so that stdout stays what a script reads. */
export type Progress = {
  update: (step: {
    what: string;
    done: number;
    total?: number;
    unit: string;
    perSecond?: number;
    etaSeconds?: number;
  }) => void;
  stop: () => void;
};

const silent: Progress = { update: () => {}, stop: () => {} };

export function showProgress(output: TerminalStream, quiet: boolean): Progress {
  if (quiet) return silent;
  return output.isTTY ? bar(output) : lines(output);
}

function bar(output: TerminalStream): Progress {
  const shown = new progress.SingleBar(
    {
      stream: output,
      format: '{what} [{bar}] {value}/{goal} {unit} {speed} {left}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    progress.Presets.rect,
  );
  let isStarted = false;
  return {
    update: ({ what, done, total, unit, perSecond, etaSeconds }) => {
      const payload = {
        what: what.padEnd(9),
        goal: total ?? '?',
        unit,
        speed: perSecond === undefined ? '' : `${Math.round(perSecond)}/s`,
        left: etaSeconds === undefined ? '' : `${Math.ceil(etaSeconds)} s left`,
      };
      if (!isStarted) shown.start(total ?? Math.max(done, 1), done, payload);
      isStarted = true;
      shown.setTotal(total ?? Math.max(done, 1));
      shown.update(done, payload);
    },
    stop: () => {
      if (isStarted) shown.stop();
    },
  };
}

/** For logs: one line whenever something else begins. */
function lines(output: TerminalStream): Progress {
  let last = '';
  return {
    update: ({ what }) => {
      if (what !== last) output.write(`${what}\n`);
      last = what;
    },
    stop: () => {},
  };
}

export function syncStep({ state, progress: { done, total, unit, rowsPerSecond, etaSeconds } }: Sync) {
  return {
    what: state,
    done,
    unit,
    ...(total === undefined ? {} : { total }),
    ...(rowsPerSecond === undefined ? {} : { perSecond: rowsPerSecond }),
    ...(etaSeconds === undefined ? {} : { etaSeconds }),
  };
}
