import type { S3Client } from '@aws-sdk/client-s3';
import { mentions, scrubbed } from '../../roster/scrub.ts';
import { Bucket } from '../bucket.ts';
import { S3Objects } from '../objects.ts';
import type { KeptPerson } from './kept-person.ts';
import { isNamedIn } from './named-in.ts';
import type { Found, Walker } from './walker.ts';

/** Where one kind of things stands in the bucket `state`, below the name of the district. */
export const statePlaces = ['state', 'plans', 'problems', 'edits', 'identities'] as const;

type In = { s3: S3Client; bucket: string };

/**
 * Objects of the bucket `state` are written anew without the person, under the same key: manifests of past days go on naming them. What is
 * committed is as it was, since the roster has forgotten the person before.
 */
export function stateWalker(place: (typeof statePlaces)[number], { s3, bucket }: In): Walker {
  const all = new Bucket(s3, bucket);
  const objects = new S3Objects(s3, bucket);
  async function* about({ district, users, enrollments, words }: KeptPerson) {
    const of = { users: new Set(users), enrollments: new Set(enrollments), words };
    for await (const { key } of all.list(`${place}/${district}/`)) {
      const text = await objects.find(key);
      // Taken away since it was listed.
      if (text === undefined) continue;
      yield { key, text, left: scrubbed(key, text, of) };
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { key, text, left } of about(person)) {
        if (left === undefined || left.gone === 0) continue;
        const rest = new Set(left.text.split('\n'));
        const theirs = text.split('\n').filter((line) => !rest.has(line));
        yield { where: key, value: theirs };
      }
    },
    async erase(person) {
      let gone = 0;
      for await (const { key, left } of about(person)) {
        if (left === undefined || left.gone === 0) continue;
        await objects.put(key, left.text);
        gone += left.gone;
      }
      return gone;
    },
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { left } of about(person)) {
        out.looked += 1;
        out.left += left?.gone ?? 0;
      }
      return out;
    },
  };
}

/** What was uploaded is evidence and nothing else: an upload that names the person goes as a whole, with every version of it. */
export function uploadsWalker({ s3, bucket }: In): Walker {
  const all = new Bucket(s3, bucket);
  async function* naming({ district, words }: KeptPerson) {
    const names = mentions(words);
    for await (const { key } of all.list(`uploads/${district}/`)) {
      yield { key, isTheirs: await isNamedIn(s3, { bucket, key }, names) };
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { key, isTheirs } of naming(person)) {
        if (isTheirs) yield { where: key, value: 'A file that was uploaded names the person.' };
      }
    },
    async erase(person) {
      let gone = 0;
      for await (const { key, isTheirs } of naming(person)) {
        if (!isTheirs) continue;
        await all.remove(key);
        gone += 1;
      }
      return gone;
    },
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { isTheirs } of naming(person)) {
        out.looked += 1;
        if (isTheirs) out.left += 1;
      }
      return out;
    },
  };
}

/** Made anew from the state when somebody reads: all of the district's go. `prefix`: before the district's name. */
export function pagesWalker(prefix: string, { s3, bucket }: In): Walker {
  const all = new Bucket(s3, bucket);
  const placeOf = ({ district }: KeptPerson) => `${prefix}${district}/`;
  return {
    async *find() {},
    async erase(person) {
      let gone = 0;
      for await (const { key } of all.list(placeOf(person))) {
        await all.remove(key);
        gone += 1;
      }
      return gone;
    },
    async look(person) {
      const objects = new S3Objects(s3, bucket);
      const names = mentions(person.words);
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { key } of all.list(placeOf(person))) {
        out.looked += 1;
        // Pages that somebody has asked for since are of a roster without the person.
        if (names((await objects.find(key)) ?? '')) out.left += 1;
      }
      return out;
    },
  };
}
