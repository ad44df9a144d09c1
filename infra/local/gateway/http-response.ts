import type { ServerResponse } from 'node:http';
import * as z from 'zod';

const Structured = z.looseObject({
  statusCode: z.coerce.number().int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** The gateway's own answers. */
export function sendMessage(response: ServerResponse, status: number, message: string): void {
  send(response, status, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ message })));
}

/** What a function answered, as HTTP APIs read it: without a status it is a body of its own. */
export function sendAnswer(response: ServerResponse, payload: string): void {
  const answer: unknown = JSON.parse(payload);
  const isStructured = typeof answer === 'object' && answer !== null && 'statusCode' in answer;
  if (!isStructured) {
    send(response, 200, { 'content-type': 'application/json' }, Buffer.from(payload));
    return;
  }
  const read = Structured.safeParse(answer);
  if (!read.success) {
    sendMessage(response, 500, 'Internal Server Error');
    return;
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = read.data;
  const flat = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  send(
    response,
    statusCode,
    { 'content-type': 'text/plain; charset=utf-8', ...flat },
    Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  );
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: Buffer): void {
  if (response.headersSent || response.destroyed) return; // the caller went away, or the time was up
  const { 'content-length': _, ...more } = headers;
  const empty = status === 204 || status === 304;
  response.writeHead(status, empty ? more : { ...more, 'content-length': String(body.length) });
  response.end(empty ? undefined : body);
}
