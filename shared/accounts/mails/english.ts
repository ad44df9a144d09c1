import type { Words } from './words.ts';

export const english: Words = {
  locale: 'en-US',
  sftp: {
    intro: 'Reports come and go over SFTP, too, with the password that you choose:',
    host: 'Host',
    port: 'Port',
    user: 'Username',
    fingerprint: 'Fingerprint of the server',
    key: 'Would you rather come by a key? Sign in, and add it under “Sign-in and security”.',
  },
  keys: {
    count: (keys) => {
      if (keys === 0) return 'There is no key any more: nobody comes in by one.';
      return keys === 1
        ? 'There is one key now. Its fingerprint:'
        : `There are ${keys} keys now. Their fingerprints:`;
    },
    isNew: 'new',
    advice: [
      'Was it you, or did you ask for it? Then there is nothing to do.',
      'If not: sign in, take the keys away that are not yours under “Sign-in and security”, choose a new password, and tell those who look after the accounts.',
    ],
  },
  ask: (district) => `Questions? Ask those who look after the accounts of ${district}.`,
  invitation: (district, when) => ({
    subject: `${district}: choose a password for your account`,
    heading: 'You have an account',
    paragraphs: [
      `${district} has made an account for you in Rolebook.`,
      'Choose a password, and you can sign in.',
    ],
    button: 'Choose a password',
    until: `The link works once, until ${when}.`,
    why: `You get this mail because ${district} has invited you at this address. If you do not know why, do nothing.`,
  }),
  reset: (district, when) => ({
    subject: `${district}: choose a new password`,
    heading: 'Choose a new password',
    paragraphs: [
      `Somebody asked for a new password for your account at ${district}.`,
      'Was it you? Then choose one. If your account is locked, this unlocks it.',
      'Was it not you? Then do nothing: your password stays as it is.',
    ],
    button: 'Choose a new password',
    until: `The link works once, until ${when}.`,
    why: `You get this mail because your account at ${district} has this address.`,
  }),
  locked: (district, when) => ({
    subject: `${district}: your account is locked`,
    heading: 'Your account is locked',
    paragraphs: [
      `Somebody entered a wrong password for your account at ${district} several times. The account was locked on ${when}.`,
      'A new password unlocks it. If it was not you who tried, choose one that you use nowhere else.',
    ],
    button: 'Ask for a new password',
    why: `You get this mail because your account at ${district} has this address. It cannot be turned off: it keeps your account safe.`,
  }),
  'password-changed': (district, when) => ({
    subject: `${district}: your password was changed`,
    heading: 'Your password was changed',
    paragraphs: [
      `The password of your account at ${district} was changed on ${when}.`,
      'Was it you? Then there is nothing to do.',
      'Was it not you? Then ask for a new password now, and tell those who look after the accounts.',
    ],
    button: 'Ask for a new password',
    why: `You get this mail because your account at ${district} has this address. It cannot be turned off: it keeps your account safe.`,
  }),
  'password-lapsed': (district, when) => ({
    subject: `${district}: you need a new password`,
    heading: 'You need a new password',
    paragraphs: [
      `Those who look after the accounts of ${district} took your second factor away on ${when}.`,
      'Your password is too short to be enough without it. Choose a longer one, and you can sign in again.',
      'Did you not ask for this? Then tell those who look after the accounts.',
    ],
    button: 'Ask for a new password',
    why: `You get this mail because your account at ${district} has this address. It cannot be turned off: it keeps your account safe.`,
  }),
  'ssh-keys-changed': (district, when) => ({
    subject: `${district}: your SFTP keys were changed`,
    heading: 'Your SFTP keys were changed',
    paragraphs: [
      `The keys by which you come over SFTP with your account at ${district} were changed on ${when}.`,
    ],
    button: 'See your keys',
    why: `You get this mail because your account at ${district} has this address. It cannot be turned off: it keeps your account safe.`,
  }),
};
