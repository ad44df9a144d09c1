import type { Folder } from './report.ts';

type Permission = `nsc:${string}`;

/** What takes which permission of the account whose folder it is. `put`: absent where nobody brings anything. */
export const folderPermissions = {
  upload: { see: 'nsc:ftp.download_report', put: 'nsc:ftp.upload_file' },
  receive: { see: 'nsc:ftp.download_report' },
  test: { see: 'nsc:test_file.upload', put: 'nsc:test_file.upload' },
} as const satisfies Record<Folder, { see: Permission; put?: Permission }>;

/** On the district: sees that reports are there and what became of them, so that none is lost unseen; never what is in them. */
export const overseePermission = 'hmh:roster.automated_import';
