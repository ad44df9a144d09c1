import { type FeedTexts, feed11, headers, manifestOf } from './oneroster-feed.ts';
import { zipOf } from './zip.ts';

/** A feed of OneRoster 1.1 as a district uploads it. */
export function feedZip(feed: FeedTexts): Promise<Buffer> {
  const texts = { manifest: manifestOf(feed, '1.1'), ...feed };
  return zipOf(
    Object.fromEntries(
      Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[`${name}.csv`, text]])),
    ),
  );
}

/** `u1` teaches in `s1`; everybody else is a student there, `st0` and on, called by their number and `name`. */
export function crowdFeed(students: number, name: (student: number) => string = () => 'Doe'): FeedTexts {
  const rows = Array.from(
    { length: students },
    (_, i) => `st${i},,,true,s1,student,st${i},,Sam,${name(i)},,,,,,,09,\n`,
  );
  return feed11({
    users: `${headers.users11}\nu1,,,true,s1,teacher,ada,,Ada,Lovelace,,,,,,,,\n${rows.join('')}`,
    enrollments: `${headers.enrollments}\ne1,,,c1,s1,u1,teacher,true,,\n`,
  });
}
