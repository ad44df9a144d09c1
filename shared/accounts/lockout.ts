/** `strangers`: on devices that nobody had signed in on before; `own-device`: on one that the person had. */
export const lockedBys = ['strangers', 'own-device', 'administrator'] as const;
export type LockedBy = (typeof lockedBys)[number];

/** Failures in a row since the last success, and devices known from one; keyed by the digests of their secrets. */
export type Counts = {
  /** On all strange devices together. */
  failures: number;
  deviceFailures: Readonly<Record<string, number>>;
  /** When somebody last signed in on it; ISO 8601. */
  devices: Readonly<Record<string, string>>;
  lockedBy?: LockedBy | undefined;
};

/** File 003:9. */
export const mostFailures = 5;

/** A device that was forgotten is a strange one again. */
export const mostDevices = 10;

export function isKnown({ devices }: Pick<Counts, 'devices'>, device: string | undefined): device is string {
  return device !== undefined && Object.hasOwn(devices, device);
}

/** Whether nobody signs in from there, whatever the password: strangers cannot lock a person out of their own devices. */
export function isClosedTo(counts: Counts, device: string | undefined): boolean {
  if (counts.lockedBy === undefined) return false;
  return counts.lockedBy !== 'strangers' || !isKnown(counts, device);
}

/** A key is known from when its owner put it there: no more than from their own devices do strangers lock them out by guessing. */
export function isClosedToKeys({ lockedBy }: Pick<Counts, 'lockedBy'>): boolean {
  return lockedBy !== undefined && lockedBy !== 'strangers';
}

/** One more failure, where it was not closed to the device. */
export function afterFailure(counts: Counts, device: string | undefined): Counts {
  if (!isKnown(counts, device)) {
    const failures = counts.failures + 1;
    return { ...counts, failures, ...(failures < mostFailures ? {} : { lockedBy: 'strangers' }) };
  }
  const failures = failuresOf(counts, device) + 1;
  return {
    ...counts,
    deviceFailures: { ...counts.deviceFailures, [device]: failures },
    ...(failures < mostFailures ? {} : { lockedBy: 'own-device' }),
  };
}

/** A success clears what was counted where it happened, and nothing else. */
export function afterSuccess(counts: Counts, device: string | undefined): Counts {
  if (!isKnown(counts, device)) return { ...counts, failures: 0 };
  const { [device]: _, ...deviceFailures } = counts.deviceFailures;
  return { ...counts, deviceFailures };
}

function failuresOf(counts: Counts, device: string): number {
  return counts.deviceFailures[device] ?? 0;
}

/** Those to be forgotten, the oldest first, so that one more can be known. */
export function forgotten(devices: Counts['devices']): string[] {
  const byAge = Object.entries(devices).toSorted(([, one], [, other]) => (one < other ? -1 : 1));
  return byAge.slice(0, Math.max(0, byAge.length + 1 - mostDevices)).map(([device]) => device);
}
