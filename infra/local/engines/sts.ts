import { text } from 'node:stream/consumers';
import type { Engine } from './engine.ts';
import { listening } from './listening.ts';

/** What stands between the caller's own key and the district in the key of a tagged session. */
export const sessionMark = '.of.';

const sessionMs = 3600_000;

/**
 * As much of STS as the product calls: a role for one district. The key that it gives says whose it is and for which district, so that
 * whoever sees a call knows by which role it was made; signatures are not checked.
 */
export async function startSts(): Promise<Engine> {
  return listening(async (call, reply) => {
    const asked = new URLSearchParams(await text(call));
    const caller = /Credential=([^/,]+)\//.exec(call.headers.authorization ?? '')?.[1];
    const district = asked.get('Tags.member.1.Value');
    const isKnown = asked.get('Action') === 'AssumeRole' && asked.get('Tags.member.1.Key') === 'district';
    const isGiven = isKnown && caller !== undefined && district !== null;
    reply.writeHead(isGiven ? 200 : 403, { 'content-type': 'text/xml' });
    reply.end(isGiven ? given(`${caller}${sessionMark}${district}`) : refused);
  });
}

function given(accessKeyId: string): string {
  const expiration = new Date(Date.now() + sessionMs).toISOString();
  const credentials = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>local</SecretAccessKey><SessionToken>local</SessionToken><Expiration>${expiration}</Expiration>`;
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const refused =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
