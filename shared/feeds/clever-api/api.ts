import * as z from 'zod';
import { type PullOptions, PullRejected, type VendorAnswer } from '../pulling.ts';
import { readAnswer, readOne, refused } from './answers.ts';

/** Source: dev.clever.com, "Getting district-app tokens"; not part of the published OpenAPI documents. */
const Tokens = z.object({
  data: z.array(
    z.object({ owner: z.object({ type: z.string(), id: z.string() }), access_token: z.string() }),
  ),
});

type Access = Pick<PullOptions, 'url' | 'credentials' | 'http'>;

/** What one district shares, asked with the token that the district gave the application. */
export class CleverApi {
  readonly #access: Access;
  readonly #base: URL;
  #token: string;

  /** @throws {PullRejected} where the credentials open no district */
  static async open(access: Access): Promise<CleverApi> {
    return new CleverApi(access, access.credentials.token ?? (await listedToken(access)));
  }

  private constructor(access: Access, token: string) {
    this.#access = access;
    this.#base = new URL(/\/v\d/.test(access.url.pathname) ? access.url : new URL('/v3.0', access.url));
    this.#token = token;
  }

  /** The address of `path`, such as `/users`, in the version that the feed is set to. */
  at(path: string, query: Record<string, string> = {}): URL {
    const url = new URL(this.#base);
    url.pathname = url.pathname.replace(/\/$/, '') + path;
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  /** A token that ran out or was replaced is looked up once more; one that was given as such cannot be. */
  async get(url: URL): Promise<VendorAnswer> {
    const answer = await this.#ask(url);
    if (answer.status !== 401 || this.#access.credentials.token !== undefined) return answer;
    const token = await listedToken(this.#access);
    if (token === this.#token) return answer;
    this.#token = token;
    return this.#ask(url);
  }

  /** `undefined` where Clever has no such object, or has it no more. */
  async one(path: string): Promise<unknown> {
    return readOne(await this.get(this.at(path)), path);
  }

  #ask(url: URL): Promise<VendorAnswer> {
    const headers = { authorization: `Bearer ${this.#token}`, accept: 'application/json' };
    return this.#access.http(url, { headers });
  }
}

async function listedToken({ url, credentials, http }: Access): Promise<string> {
  const { clientId, clientSecret, district } = credentials;
  if (clientId === undefined || clientSecret === undefined) throw refused(401);
  // Tokens are listed by clever.com itself, data by api.clever.com.
  const tokens = new URL('/oauth/tokens?owner_type=district', url);
  tokens.hostname = tokens.hostname.replace(/^api\./, '');
  const basic = btoa(`${clientId}:${clientSecret}`);
  const answer = await http(tokens, {
    headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
  });
  const { data } = readAnswer(Tokens, answer, 'the tokens of the application');
  const districts = data.filter(({ owner }) => owner.type === 'district');
  const [only, ...others] = districts.filter(({ owner }) => district === undefined || owner.id === district);
  if (only === undefined) throw noDistrict('no district shares its data with this application');
  if (others.length > 0) throw noDistrict('several districts share their data with this application');
  return only.access_token;
}

function noDistrict(why: string): PullRejected {
  return new PullRejected(
    'vendor-refused',
    `Clever says that ${why}.`,
    'Name the district by its Clever id (credential "district"), and check in Clever that it has accepted the application.',
  );
}
