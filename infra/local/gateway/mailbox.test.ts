import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeMailbox } from './mailbox.ts';

const mail = {
  id: 'm-1',
  at: '2026-11-22T10:00:00.000Z',
  to: 'ada@north.test',
  subject: '</title><script>alert(1)</script>',
  text: 'Hello <b>',
  html: '<html><head></head><body>"Hello" <script>alert(2)</script></body></html>',
  headers: { 'Auto-Submitted': 'auto-generated' },
};

let server: Server;
beforeEach(async () => {
  const mailbox = makeMailbox(() => [mail]);
  server = createServer((asked, reply) => {
    if (!mailbox(asked, reply)) reply.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.close());

async function get(
  path: string,
  host = 'localhost:4000',
): Promise<{ status: number; body: string; policy: string }> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  const asking = request({ port: address.port, path, headers: { host }, agent: false });
  asking.end();
  const [answer] = await once(asking, 'response');
  return {
    status: answer.statusCode,
    body: await text(answer),
    policy: String(answer.headers['content-security-policy']),
  };
}

test('gives every mail as data', async () => {
  const { status, body } = await get('/local/mailbox.json');
  expect([status, JSON.parse(body)]).toEqual([200, [mail]]);
});

test('shows mails on a page where nothing of them runs', async () => {
  const { status, body, policy } = await get('/local/mailbox');
  expect(status).toBe(200);
  expect(body).not.toContain('<script');
  expect(body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(policy).toMatch(/^default-src 'none'/);
});

test.each(['evil.test', 'localhost.evil.test:4000', 'evil.test:80@localhost'])(
  'is not read under the name %j',
  async (host) => {
    expect((await get('/local/mailbox.json', host)).status).toBe(403);
  },
);

test('leaves other addresses alone', async () => {
  expect((await get('/local/mailbox/more')).status).toBe(404);
});
