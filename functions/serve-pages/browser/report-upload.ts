import { ask, element } from './dom.ts';

type Target = { url: string; headers?: Record<string, string>; from: number; to: number };
type Wanted = { account: string; folder: string; file: File };

/**
 * Announces a file, puts it where the service says, and shows how far it is.
 * @returns the id of the report, or what the reader is told
 */
export async function upload(
  base: string,
  { account, folder, file }: Wanted,
): Promise<{ report: string } | { problem: string }> {
  const asked = { account, folder, fileName: file.name, size: file.size };
  const answer = await ask('POST', `${base}/reports`, asked);
  if (answer?.status === 400) return { problem: 'uploadNamed' };
  if (answer?.body.code === 'quota-exceeded') return { problem: 'uploadWithoutRoom' };
  if (answer?.status === 429) return { problem: 'tooMany' };
  if (answer?.status !== 201) return { problem: answer?.status === 403 ? 'noReportRole' : 'fault' };
  const report = String(answer.body.id);
  const targets = targetsOf(answer.body.upload, file.size);
  for (const target of targets) {
    const isThere = await put(target, file);
    if (!isThere) return { problem: 'uploadBroken' };
  }
  if (targets.length > 1 || targets[0]?.headers === undefined) {
    const joined = await ask('POST', `${base}/reports/${report}/completion`);
    if (joined?.status !== 200) return { problem: 'uploadBroken' };
  }
  return { report };
}

/** As the API tells them: one with its headers, or parts. */
function targetsOf(upload: unknown, size: number): Target[] {
  const { url, headers, parts } = upload as {
    url?: string;
    headers?: Record<string, string>;
    parts?: Target[];
  };
  return parts ?? [{ url: url ?? '', headers: headers ?? {}, from: 0, to: size }];
}

function put({ url, headers = {}, from, to }: Target, file: File): Promise<boolean> {
  const progress = element('progress', HTMLProgressElement);
  return new Promise((resolve) => {
    // fetch tells nothing of what was sent so far.
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded }) => {
      progress.value = Math.round((100 * (from + loaded)) / Math.max(file.size, 1));
    });
    request.addEventListener('load', () => resolve(request.status < 300));
    request.addEventListener('error', () => resolve(false));
    request.addEventListener('abort', () => resolve(false));
    request.send(file.slice(from, to));
  });
}
