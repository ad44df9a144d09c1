import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PullRejected, type VendorHttp, VendorUnavailable } from '../pulling.ts';
import { type Consumer, signedHeader } from './oauth1.ts';
import { saidBy, statusInfoOf } from './status-info.ts';

/** What makes the vendor believe a request. */
export type Authorization = {
  header(url: URL): Promise<string>;
  /** After a 401: whether there is another header to try with. */
  renew(): Promise<boolean>;
};

export function signing(consumer: Consumer, now: () => Date): Authorization {
  return {
    header: async (url) => {
      const timestamp = Math.floor(now().getTime() / 1000);
      return signedHeader(consumer, url, { nonce: randomUUID(), timestamp });
    },
    renew: async () => false,
  };
}

export function staticBearer(token: string): Authorization {
  return { header: async () => `Bearer ${token}`, renew: async () => false };
}

export type TokenClient = { tokenUrl: URL; clientId: string; clientSecret: string; scope: string };

/** Seconds before its end at which a token is not used any more. */
const tokenMargin = 60;

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

/** OAuth 2 client credentials. Source: RFC 6749, 4.4; OneRoster 1.2, "Security Framework". */
export function tokens(
  client: TokenClient,
  { http, now }: { http: VendorHttp; now: () => Date },
): Authorization {
  let token: string | undefined;
  let oldAt = Number.POSITIVE_INFINITY;
  const seconds = () => now().getTime() / 1000;
  const ask = async () => {
    const answer = await askToken(client, http);
    token = answer.access_token;
    const lasts = answer.expires_in ?? Number.POSITIVE_INFINITY;
    oldAt = seconds() + Math.max(lasts - tokenMargin, lasts / 2);
    return token;
  };
  return {
    async header() {
      return `Bearer ${token === undefined || seconds() >= oldAt ? await ask() : token}`;
    },
    async renew() {
      await ask();
      return true;
    },
  };
}

async function askToken(
  { tokenUrl, clientId, clientSecret, scope }: TokenClient,
  http: VendorHttp,
): Promise<z.infer<typeof TokenAnswer>> {
  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
  const answer = await http(tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
  });
  if (answer.status >= 500 || answer.status === 429)
    throw new VendorUnavailable(`The token address answered ${answer.status}`);
  if (answer.status !== 200) {
    const said = saidBy(statusInfoOf(answer.text));
    throw new PullRejected(
      'vendor-refused',
      `The token address refused the credentials (${[answer.status, said].filter(Boolean).join(', ')}).`,
      'Check client id, client secret, token address and scope with the vendor, and enter the credentials again.',
    );
  }
  const token = TokenAnswer.safeParse(parsed(answer.text));
  if (token.success) return token.data;
  throw new PullRejected(
    'vendor-answer',
    'The token address answered without a token.',
    'Check the token address with the vendor; it may lead to a page for people.',
  );
}

/** As RFC 6749, 2.3.1 has it: ids and secrets are escaped before they are joined by a colon. */
function formEncoded(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
