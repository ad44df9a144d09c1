import type { PullRejection } from '../errors.ts';

/**
 * What the adapters of APIs need of the world, and what they give. A puller neither stores nor waits: it turns an API's answers
 * into objects, one collection after another, which are kept as JSON lines and read later like any upload.
 */

/** An answer of the vendor's host, whole. Redirects, retries and what may be reached are the client's business. */
export type VendorAnswer = { status: number; headers: Headers; text: string };

export type VendorRequest = {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
};

/**
 * @throws {VendorUnavailable} where the vendor did not give an answer worth reading, after all retries: worth trying again later
 */
export type VendorHttp = (url: URL, request?: VendorRequest) => Promise<VendorAnswer>;

/** Write-only for people, by name as the vendor calls them: `clientId`, `clientSecret`, `token`, … */
export type Credentials = Readonly<Record<string, string>>;

/** One object as the vendor gave it. `collection` names the file: `users` → `users.jsonl`. */
export type Pulled = { collection: string; item: unknown };

/** What the next incremental pull goes on from; the puller's own words, without secrets, kept with the feed once a sync of it is applied. */
export type PullCursor = Readonly<Record<string, string>>;

/** First and only line of `pull.jsonl`, which every pull has. */
export type PullHead = {
  format: string;
  mode: 'full' | 'delta';
  /** ISO 8601. */
  pulledAt: string;
  /** By collection. */
  counts: Readonly<Record<string, number>>;
  /** As the vendor names its state of data, where it does. */
  revision?: string;
};

export type Pull = {
  /** A delta without items says that there is nothing new. */
  mode: PullHead['mode'];
  /**
   * Throws {@link VendorUnavailable} or {@link PullRejected}; what came before is then worth nothing.
   * Never ends early without throwing.
   */
  items: AsyncIterable<Pulled>;
  /** Why everything was pulled although changes were asked for. */
  why?: string;
  /** Once the items have ended. */
  end(): { cursor?: PullCursor; revision?: string };
};

export type PullOptions = {
  url: URL;
  credentials: Credentials;
  http: VendorHttp;
  now(): Date;
  /** Absent: a full pull. A puller may make a full one all the same, and says so. */
  since?: PullCursor | undefined;
  /** Personal data that the district asked for; a puller drops all else of the kind before it gives anything. */
  include?: { phones?: boolean | undefined; demographics?: boolean | undefined } | undefined;
};

export type Puller = (options: PullOptions) => Promise<Pull>;

/** The vendor did not answer as it should, and may later. */
export class VendorUnavailable extends Error {
  override name = 'VendorUnavailable';
}

/** The vendor's answer cannot become a roster, now or later: credentials refused, an answer without its envelope, paging in a circle. */
export class PullRejected extends Error {
  override name = 'PullRejected';
  readonly code: PullRejection;
  readonly hint: string;

  constructor(code: PullRejection, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
