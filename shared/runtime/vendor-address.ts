import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { PullRejected } from '../feeds/pulling.ts';

/** Where vendors serve HTTPS; the rest of a network's ports is none of a feed's business. */
const ports = new Set(['', '443', '444', '4443', '8443', '9443']);

/** All public IPv6 addresses (RFC 4291, section 2.4); what else looks public embeds an IPv4 address or is kept for later. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Azure answers its machines there, and nobody else; clouds' other addresses of the kind are link-local or private. */
const metadata = new Set(['168.63.129.16']);

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why a feed's address may not be asked; `undefined` where it may. Looks at the address as it is written: what a name stands for is
 * looked at when a connection is made.
 * @param loopback whether servers on this machine may be asked, in clear text too: for stacks on one machine, never on AWS
 */
export function addressProblem(url: URL, loopback: boolean): string | undefined {
  if (url.username !== '' || url.password !== '') return 'may not hold a name or password';
  if (loopback && isLoopbackName(url)) return undefined;
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (!ports.has(url.port)) return `has a port that is none of ${[...ports].filter(Boolean).join(', ')}`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) ? !isPublic(host) : isLocalName(host)) return 'is not on the public internet';
  return undefined;
}

/** Whether an address is one of the public internet's: not of this machine, its network, its cloud, nor a way around to one. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address) || metadata.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

/**
 * Resolves a name for one connection. The connection goes to the very addresses that were looked at, so that a second look at the
 * name cannot bring others.
 */
export function guardedLookup(loopback: boolean, lookup = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const isRefused = addresses.some(
        ({ address }) => !isPublic(address) && !(loopback && isLoopback(address) && hostname === 'localhost'),
      );
      const [first] = addresses;
      if (isRefused || first === undefined) return done(addressRefused(hostname), []);
      if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

export function addressRefused(host: string): PullRejected {
  return new PullRejected(
    'vendor-address',
    `${host} does not lead to an address of the public internet.`,
    'Give the feed the address that the vendor gives its customers, and check that its name resolves.',
  );
}

function isLoopbackName({ hostname, protocol }: URL): boolean {
  return loopbackNames.has(hostname) && (protocol === 'http:' || protocol === 'https:');
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}

/** Names that only a network of its own resolves; the lookup would refuse them too, later. */
function isLocalName(host: string): boolean {
  return /(^|\.)(localhost|local|internal|intranet|lan|home|corp)\.?$/.test(host) || !host.includes('.');
}
