import type { Decision, ReasonCode } from './facts.ts';

/** What an answer names: the assignment and row that allowed, or came nearest. */
type Named = { assignment?: string | undefined; row?: string | undefined; source?: string | undefined };

export function allowed(message: string, named: Named, path: string[]): Decision {
  return { decision: true, reason: { code: 'allowed', ...present(named), message, path, missed: [] } };
}

/** `missed` defaults to the message. */
export function denied(
  code: Exclude<ReasonCode, 'allowed'>,
  message: string,
  more: Named & { path?: string[]; missed?: string[] } = {},
): Decision {
  const { path = [], missed = [message], ...named } = more;
  return { decision: false, reason: { code, ...present(named), message, path, missed } };
}

function present({ assignment, row, source }: Named): { assignment?: string; row?: string; source?: string } {
  return {
    ...(assignment === undefined ? {} : { assignment }),
    ...(row === undefined ? {} : { row }),
    ...(source === undefined ? {} : { source }),
  };
}
