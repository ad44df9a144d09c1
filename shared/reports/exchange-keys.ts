import type { Folder, Report } from './report.ts';

/**
 * Where objects of the bucket `exchange` lie. `in/` is what people write, by SFTP or HTTPS, and S3 tells of; `out/` what they fetch;
 * `kept/` each report as it was when it was looked at, which nobody changes.
 */
export function folderPrefix(district: string, account: string, folder: Folder): string {
  const top = folder === 'receive' ? 'out' : 'in';
  return `${top}/${district}/${encodeURIComponent(account)}/${folder}/`;
}

/** `fileName` may have folders of the person's own in it; no part is empty, `.` or `..`. */
export function exchangeKey(
  district: string,
  { account, folder, fileName }: Pick<Report, 'account' | 'folder' | 'fileName'>,
): string {
  return folderPrefix(district, account, folder) + fileName;
}

/**
 * Of what came in, the name of its object: another object that is put by the same address never gets to where this one was looked at.
 */
export function keptReportKey(district: string, { id, object = id }: Pick<Report, 'id' | 'object'>): string {
  return `kept/${district}/${object}`;
}

/** All that is wrong with a report, as CSV, where there is more than stands with the report itself. */
export function problemsCsvKey(district: string, report: string): string {
  return `kept/${district}/${report}.problems.csv`;
}

/** Where a report is fetched from: what was made lies where SFTP shows it, of what came in the copy that nobody changes. */
export function contentKey(
  district: string,
  report: Pick<Report, 'id' | 'object' | 'account' | 'folder' | 'fileName'>,
): string {
  return report.folder === 'receive' ? exchangeKey(district, report) : keptReportKey(district, report);
}

export type Place = { district: string; account: string; folder: Folder; fileName: string };

/** @returns nothing where no key of ours looks like that, or it is the marker of a folder that somebody made */
export function placeOf(key: string): Place | undefined {
  const [top = '', district = '', account = '', folder = '', ...name] = key.split('/');
  const isIn = top === 'in' && (folder === 'upload' || folder === 'test');
  const isOut = top === 'out' && folder === 'receive';
  const fileName = name.join('/');
  if (!(isIn || isOut) || district === '' || account === '' || fileName === '' || fileName.endsWith('/'))
    return undefined;
  return { district, account: decodeURIComponent(account), folder, fileName };
}

/** A name that clients give to what they have not sent whole yet; what it becomes is another object. */
export function isUnfinished(fileName: string): boolean {
  const name = fileName.slice(fileName.lastIndexOf('/') + 1);
  return name.startsWith('.') || /\.(filepart|part|partial|tmp|crdownload|swp)$|~$/i.test(name);
}
