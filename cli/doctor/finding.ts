/** One line of what `rolebook doctor` found. `do`: what helps. */
export type Finding = { name: string; state: 'ok' | 'warning' | 'missing'; what: string; do?: string };

export const ok = (name: string, what: string): Finding => ({ name, state: 'ok', what });
export const warning = (name: string, what: string, help: string): Finding => ({
  ...{ name, state: 'warning', what },
  do: help,
});
export const missing = (name: string, what: string, help: string): Finding => ({
  ...{ name, state: 'missing', what },
  do: help,
});
