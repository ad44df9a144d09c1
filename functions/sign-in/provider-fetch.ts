import type { CustomFetch } from 'openid-client';
import { makeVendorHttp, type VendorHttpDeps } from '../../shared/runtime/vendor-http.ts';

const requestMs = 8_000;
/** Metadata, keys and tokens of a provider are a few KB; a code is good for one try. */
const limits = { requestMs, answerBytes: 512 * 1024, tries: 1, redirects: 0 };

/** For openid-client: every request goes to an address that was looked at, once, and is sent on nowhere. */
export function makeProviderFetch(client: Omit<VendorHttpDeps, 'origins' | 'until' | 'limits'>): CustomFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    if (method !== 'GET' && method !== 'POST')
      throw new Error(`Nothing is asked of a provider by ${method}.`);
    const isText = typeof body === 'string' || body instanceof URLSearchParams;
    const http = makeVendorHttp({
      ...client,
      origins: [url.origin],
      until: client.now() + requestMs,
      limits,
    });
    const answer = await http(url, { method, headers, ...(isText ? { body: String(body) } : {}) });
    // The body is unpacked already, and some statuses may have none.
    answer.headers.delete('content-encoding');
    const text = answer.status === 204 || answer.status === 304 ? null : answer.text;
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
}
