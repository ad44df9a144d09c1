import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MailEngine, startSes } from './ses.ts';

let dataDir = '';
let engine: MailEngine;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rolebook-ses-'));
  engine = await startSes(dataDir);
});
afterEach(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true });
});

async function send(Subject: string, to = 'ada@north.test'): Promise<string | undefined> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SESv2Client({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
  const { MessageId } = await client.send(
    new SendEmailCommand({
      FromEmailAddress: 'rolebook@north.test',
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: { Data: Subject },
          Body: { Html: { Data: '<p>Hello</p>' }, Text: { Data: 'Hello' } },
          Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
        },
      },
    }),
  );
  return MessageId;
}

test('keeps what the SDK sends, the newest first', async () => {
  await send('One');
  const id = await send('Two');
  expect(engine.mails().map(({ subject }) => subject)).toEqual(['Two', 'One']);
  expect(engine.mails()[0]).toMatchObject({
    id,
    to: 'ada@north.test',
    text: 'Hello',
    html: '<p>Hello</p>',
    headers: { From: 'rolebook@north.test', 'Auto-Submitted': 'auto-generated' },
  });
});

test.each([
  ['Hello\r\nBcc: all@evil.test', 'ada@north.test'],
  ['Hello', 'ada@north.test, eve@evil.test'],
])(
  'refuses a subject or address that would make more of itself, by the name that SES has for it',
  async (subject, to) => {
    await expect(send(subject, to)).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(engine.mails()).toEqual([]);
  },
);

test('still has everything after a kill in the middle of a line', async () => {
  await send('Before');
  await engine.stop();
  appendFileSync(join(dataDir, 'mails', 'mails.jsonl'), '{"id":"cut o');
  engine = await startSes(dataDir);
  await send('After');
  await engine.stop();
  engine = await startSes(dataDir);
  expect(engine.mails().map(({ subject }) => subject)).toEqual(['After', 'Before']);
});
