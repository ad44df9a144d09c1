import { expect, test } from 'vitest';
import { signature, signatureBase } from './oauth1.ts';

/** Source: RFC 5849, 1.2, the first request. What is signed does not tell a parameter of the query from one of the header. */
test('the first request of RFC 5849 has the signature that stands there', () => {
  const url = new URL('https://photos.example.net/initiate');
  url.searchParams.set('oauth_callback', 'http://printer.example.com/ready');
  const base = signatureBase('POST', url, [
    ['oauth_consumer_key', 'dpf43f3p2l4k3l03'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131200'],
    ['oauth_nonce', 'wIjqoS'],
  ]);
  expect(signature(base, 'kd94hf93k423kf44', 'HMAC-SHA1')).toBe('74KNZJeDHnMBp0EMJ9ZHt/XKycU=');
});

/** Source: RFC 5849, 3.4.1.3.2, without the form's parameters. */
test('parameters are sorted by their escaped names, then values', () => {
  const url = new URL('https://sis.test:443/x?b5=%3D%253D&a3=a&c%40=&a2=r%20b&a3=2%20q');
  expect(signatureBase('GET', url, [])).toBe(
    'GET&https%3A%2F%2Fsis.test%2Fx&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D',
  );
});
