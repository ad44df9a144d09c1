import { failingDays } from '../reports/webhook.ts';
import { type NoticeWords, type Reasons, type Told, wordsFor } from './words.ts';

const reports: NoticeWords['reports'] = {
  'roster-feed': 'a roster feed',
  'studenttracker-graduates': 'a StudentTracker graduates file',
  'studenttracker-request': 'a StudentTracker request file',
  unknown: 'a file of a kind that is not known',
  roster: 'a roster',
  'student-list': 'a student list',
  'access-review': 'an access review',
  'sync-history': 'a sync history',
  'start-cards': 'start cards',
  'studenttracker-graduates-file': 'a StudentTracker graduates file',
};

const reasons: Reasons = {
  empty: 'The file is empty.',
  'too-large': 'The file is larger than what is taken.',
  'quota-exceeded': 'The account has no room for it.',
  checksum: 'The file is not the one that was announced: its SHA-256 is another.',
  'size-differs': 'The file has another size than was announced.',
  malware: 'The malware scan found something.',
  'too-large-to-scan': 'The file is larger than what the malware scan takes.',
  'type-mismatch': 'The content is not what the file’s name says.',
  'not-utf8': 'The text is not written in UTF-8.',
  'nested-archive': 'The archive has another archive inside.',
  'not-tab-delimited': 'The values are not separated by tabs.',
  'unknown-kind': 'The content is of no kind that is taken here.',
  'not-permitted': 'Whoever brought it may not import rosters of the district.',
  'no-feed': 'No feed of the district takes files of this format from this folder.',
  'feed-ambiguous': 'Several feeds of the district take files of this format from this folder.',
  'too-many-syncs': 'Too many syncs of the district are waiting already.',
  'zip-bomb': 'The archive unpacks to more than what is taken.',
  'zip-damaged': 'The archive is damaged.',
  'not-a-zip': 'The archive cannot be opened.',
  fault: 'It could not be checked: the fault is on our side.',
  'header-missing': 'A header line is missing.',
  'column-missing': 'A column is missing.',
  'file-missing': 'A file of the feed is missing.',
};

const changes = ({ created = 0, updated = 0, suspended = 0 }: Told['counts']) =>
  `${created} records are new, ${updated} changed, and ${suspended} were suspended.`;

const waiting = ({ counts: { remaining = 0 } }: Told) =>
  remaining === 1 ? 'one change waits' : `${remaining} changes wait`;

const because = ({ reasons: codes }: Told) => codes.map((code) => english.reason(code));
const by = ({ who }: Told) => who ?? 'Somebody';

export const english: NoticeWords = {
  locale: 'en-US',
  reports,
  somebody: (district) => `somebody of the office of ${district}`,
  reason: (code) => wordsFor(reasons, code) ?? `A rule of the format is broken: “${code}”.`,
  notices: {
    'report.uploaded': (told) => ({
      subject: `${told.place}: a ${told.isTest ? 'test file' : 'report'} has arrived`,
      heading: `A ${told.isTest ? 'test file' : 'report'} has arrived`,
      paragraphs: [
        `For ${told.place}: ${reports[told.what]}, brought by ${told.who ?? english.somebody(told.district)} on ${told.when}.`,
        told.isTest
          ? `It was checked; problems found: ${told.counts.problems ?? 0}. As it is a test, nothing of it was used.`
          : 'It was checked and accepted.',
      ],
    }),
    'report.refused': (told) => ({
      subject: `${told.place}: a report was ${told.quarantined ? 'set aside' : 'not accepted'}`,
      heading: told.quarantined ? 'A report was set aside' : 'A report was not accepted',
      paragraphs: [
        `For ${told.place}: ${reports[told.what]}, brought by ${told.who ?? english.somebody(told.district)} on ${told.when}.`,
        ...because(told),
        told.quarantined
          ? 'Nobody can fetch it. Do not open the original before somebody has looked at it.'
          : told.reasons.includes('fault')
            ? 'Nothing of it was used. Bring it again as it is; if that fails too, tell us.'
            : 'Nothing of it was used. Mend it, and bring it again; the report says line by line what is wrong.',
      ],
    }),
    'report.ready': (told) => ({
      subject: `${told.place}: a report is ready`,
      heading: 'A report is ready',
      paragraphs: [
        `For ${told.place}: ${reports[told.what]}, asked for by ${told.who ?? english.somebody(told.district)}.`,
        `It has been there to fetch since ${told.when}.`,
      ],
    }),
    'report.failed': (told) => ({
      subject: `${told.place}: a report could not be made`,
      heading: 'A report could not be made',
      paragraphs: [
        `For ${told.place}: ${reports[told.what]}, asked for by ${told.who ?? english.somebody(told.district)}.`,
        told.reasons.includes('fault')
          ? 'The fault is on our side. Ask for it again; if it fails again, tell us.'
          : 'It cannot be made as it was asked for; the report says why, and what to do.',
      ],
    }),
    'report.downloaded': (told) => ({
      subject: `${told.place}: a report was fetched`,
      heading: 'A report was fetched',
      paragraphs: [
        `Of ${told.place}: ${reports[told.what]}, fetched by ${told.who ?? english.somebody(told.district)} on ${told.when}.`,
      ],
    }),
    'report.unheard': (told) => ({
      subject: `${told.place}: nobody was told of a report`,
      heading: 'Nobody was told of a report',
      paragraphs: [
        `For ${told.place} there is ${reports[told.what]}, and no mail about it reached anybody.`,
        'Either nobody holds the FTP role there with an account and a web ID, or their addresses take no mail. The report’s ledger says which.',
      ],
    }),
    'sync.applied': (told) => ({
      subject: `${told.place}: the roster was updated`,
      heading: 'The roster was updated',
      paragraphs: [`A sync of ${told.place} was applied on ${told.when}.`, changes(told.counts)],
    }),
    'sync.held': (told) => ({
      subject: `${told.place}: a sync waits for you`,
      heading: 'A sync waits for you',
      paragraphs: [
        `A sync of ${told.place} was held on ${told.when}: ${waiting(told)} until somebody looks.`,
        'Approve it, or cancel it. A newer feed takes its place.',
      ],
    }),
    'sync.failed': (told) => ({
      subject: `${told.place}: a sync did not work`,
      heading: 'A sync did not work',
      paragraphs: [
        `A sync of ${told.place} ended on ${told.when} without changing anything more.`,
        ...because(told),
        'The roster stays as it was. The sync says what was wrong.',
      ],
    }),
    'webhook.disabled': (told) => ({
      subject: `${told.place}: a webhook was disabled`,
      heading: 'A webhook was disabled',
      paragraphs: [
        told.webhook.gone
          ? `${told.webhook.host} said that it takes no more calls (410 Gone). The webhook to it was disabled on ${told.when}.`
          : `For ${failingDays} days, no call to ${told.webhook.host} got through. The webhook to it was disabled on ${told.when}.`,
        `Webhook: ${told.webhook.id}`,
        `The software there hears nothing more from ${told.district}. Tell whoever looks after it. When it answers again, enable the webhook and replay what it missed, which is kept for thirty days. Is it no longer needed? Then remove the webhook.`,
      ],
    }),
  },
  button: { report: 'See the report', sync: 'See the sync', webhook: 'Sign in' },
  until: (day) => `It is there until ${day}.`,
  why: {
    report: ({ place }) =>
      `You get this mail because you hold the FTP role of ${place}, which brings mail about its reports.`,
    administrator: ({ district }) =>
      `You get this mail because you are a district data administrator of ${district}.`,
  },
  ask: (district) => `Questions? Ask those who look after the accounts of ${district}.`,
  optOut: 'Turn off mails of this kind',
  digest: {
    subject: (district, count) => `${district}: ${count === 1 ? 'one thing' : `${count} things`} happened`,
    heading: 'What happened',
    total: {
      'report.uploaded': (n) => `${n} ${n === 1 ? 'report' : 'reports'} arrived`,
      'report.refused': (n) => `${n} ${n === 1 ? 'report was' : 'reports were'} not accepted`,
      'report.ready': (n) => `${n} ${n === 1 ? 'report is' : 'reports are'} ready`,
      'report.failed': (n) => `${n} ${n === 1 ? 'report' : 'reports'} could not be made`,
      'report.downloaded': (n) => (n === 1 ? 'a report was fetched once' : `reports were fetched ${n} times`),
      'report.unheard': (n) => `nobody was told of ${n} ${n === 1 ? 'report' : 'reports'}`,
      'sync.applied': (n) => `${n} ${n === 1 ? 'sync was' : 'syncs were'} applied`,
      'sync.held': (n) => `${n} ${n === 1 ? 'sync waits' : 'syncs wait'} for somebody`,
      'sync.failed': (n) => `${n} ${n === 1 ? 'sync' : 'syncs'} did not work`,
      'webhook.disabled': (n) => (n === 1 ? 'one webhook was disabled' : `${n} webhooks were disabled`),
    },
    line: {
      'report.uploaded': (told) => `${told.when} · ${told.place}: ${reports[told.what]} arrived`,
      'report.refused': (told) => `${told.when} · ${told.place}: ${reports[told.what]}, not accepted`,
      'report.ready': (told) => `${told.when} · ${told.place}: ${reports[told.what]} ready`,
      'report.failed': (told) => `${told.when} · ${told.place}: ${reports[told.what]} could not be made`,
      'report.downloaded': (told) =>
        `${told.when} · ${told.place}: ${reports[told.what]}, fetched by ${by(told)}`,
      'report.unheard': (told) => `${told.when} · ${told.place}: nobody was told of ${reports[told.what]}`,
      'sync.applied': (told) => `${told.when} · ${changes(told.counts)}`,
      'sync.held': (told) => `${told.when} · a sync was held: ${waiting(told)}`,
      'sync.failed': (told) => `${told.when} · a sync did not work`,
      'webhook.disabled': (told) => `${told.when} · the webhook to ${told.webhook.host} was disabled`,
    },
    more: (count) => `And ${count} more.`,
    button: 'See all of it',
    why: (district) =>
      `You get this mail because of your roles at ${district}. It gathers what is not mailed one by one, or came in your quiet hours.`,
  },
};
