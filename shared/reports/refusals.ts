import type { ReportProblem } from './report.ts';

/** Why a file as a whole is not taken; `{detail}` is filled in. Codes are stable; the words may change. */
const refusalTexts = {
  empty: {
    message: 'The file is empty: it has 0 bytes.',
    hint: 'Check that the export finished and the upload ran to its end, and send it again.',
  },
  'too-large': {
    message: 'The file is larger than 5 GB.',
    hint: 'Split it, or compress it to a zip.',
  },
  'quota-exceeded': {
    message: 'The account has no room for this file: {detail}.',
    hint: 'What was brought makes room ninety days after it came. Ask your administrator for more room, and send the file again.',
  },
  checksum: {
    message: 'The file is not the one whose SHA-256 was given.',
    hint: 'It was changed on its way, or after its SHA-256 was computed. Send it again.',
  },
  malware: {
    message: 'A malware scanner calls this file {detail}. Nobody can fetch it.',
    hint: 'Scan the computer that it came from, and ask your administrator, for whom it is kept.',
  },
  'too-large-to-scan': {
    message: 'The file is larger than what the malware scanner takes.',
    hint: 'Split it, or ask the operator of this service to let the scanner take larger files.',
  },
  'type-mismatch': {
    message: 'The name of the file and its content disagree: the content is {detail}.',
    hint: 'Export again, and leave the ending of the name as the export makes it.',
  },
  'not-utf8': {
    message: 'The file is not in UTF-8; it looks like {detail}.',
    hint: 'Save the file as UTF-8: in a spreadsheet, "CSV UTF-8"; in an editor, the encoding UTF-8.',
  },
  'nested-archive': {
    message: 'The zip has another archive inside.',
    hint: 'Zip the files themselves, not their zip.',
  },
  'not-tab-delimited': {
    message: 'This is a StudentTracker file, and its values are not separated by tabs.',
    hint: 'Save it as "Text (Tab delimited)", which ends in .txt, and send that.',
  },
  'unknown-kind': {
    message: 'Nobody can tell what this file is: {detail}.',
    hint: 'What is taken here: a roster feed (one zip, as your student information system exports it), a StudentTracker graduates file, a StudentTracker request file. It was kept as it came.',
  },
  'not-permitted': {
    message: 'This is a roster feed, and whoever sent it may not import rosters of the district.',
    hint: 'Ask a district data administrator to send it, or for that role.',
  },
  'no-feed': {
    message: 'This is a roster feed ({detail}), and no feed of the district takes that from this folder.',
    hint: 'Set up a feed of that format with the source sftp, and send the file again.',
  },
  'feed-ambiguous': {
    message: 'This is a roster feed, and several feeds of the district take that: {detail}.',
    hint: 'Leave the source sftp to one of them, or upload by the API, which names the feed.',
  },
  'too-many-syncs': {
    message: 'Too many syncs of the district are waiting already.',
    hint: 'Approve or cancel what waits, and send the file again.',
  },
} as const;

export type RefusalCode = keyof typeof refusalTexts;

export function refusalOf(code: RefusalCode, detail = ''): ReportProblem {
  const { message, hint } = refusalTexts[code];
  return { code, severity: 'error', message: message.replace('{detail}', detail), hint };
}
