import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FeedFiles, openFeed } from '../../shared/feeds/open-feed.ts';
import type { OpenFeed } from '../../shared/roster/feed-reading.ts';
import { madeSource } from './feed-files.ts';
import { feed11, headers, manifestOf, sourcesOf } from './oneroster-feed.ts';

/** A small feed whose enrollments, made while they are read, all name nobody: `e0`, `e1`, … on the lines from 2 on. */
export function badFeed(rows: number): Promise<OpenFeed> {
  function* lines(): Generator<string> {
    yield headers.enrollments;
    for (let number = 0; number < rows; number += 1) yield `e${number},,,c1,s1,nobody-${number},student,,,`;
  }
  const small = { ...feed11({ enrollments: undefined }), manifest: manifestOf(feed11(), '1.1') };
  const files: FeedFiles = [...sourcesOf(small), madeSource('enrollments.csv', lines)];
  return openFeed(files);
}

/** What is alive: garbage is collected first. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
