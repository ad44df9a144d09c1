import { expect, test } from 'vitest';
import { passwordProblem } from './password-policy.ts';

const common = new Set(['password', 'iloveyou', 'football', 'correcthorsebatterystaple']);
const context = ['grace.hopper', 'ghopper1906', 'springfield-unified', 'rolebook'];
const ask = (password: string, hasSecondFactor = false) =>
  passwordProblem(password, { hasSecondFactor, common, context })?.message;

test.each([
  'a lamp that hums at night',
  'xkq7 vrmw zzpt 19',
  'ünïcödé wörter sind gut',
  '夜に鳴くランプと七羽の鵞鳥が庭を横切る',
  '🐢🐙🦀🐚🌵🍄🌽🥕🚲🛶🎈🧵🎲🪁🧩',
  'z'.concat('aB3$ '.repeat(12), 'the end of a long one'),
])('takes %s', (password) => {
  expect(ask(password)).toBeUndefined();
});

test('needs fifteen characters alone, eight beside a second factor, as people count them', () => {
  expect(ask('lamp hums nite')).toContain('15');
  expect(ask('lamp hums night')).toBeUndefined();
  expect(ask('lamp hums', true)).toBeUndefined();
  expect(ask('lamp hum', true)).toBeUndefined();
  expect(ask('lamp hu', true)).toContain('8');
  // One letter in two code points is one in its composed form.
  expect(ask('lamp hums nite\u0301')).toContain('15');
});

test('has at most 1,024 characters', () => {
  const long = Array.from({ length: 1024 }, (_, at) =>
    String.fromCodePoint(0x4e00 + ((at * at) % 5000)),
  ).join('');
  expect(ask(long)).toBeUndefined();
  expect(ask(`${long}x`)).toContain('1024');
});

test.each([
  ['correcthorsebatterystaple', 'Many people'],
  ['Correct Horse Battery Staple', 'Many people'],
  ['passwordpassword', 'Many people'],
  ['Password-password1', 'Many people'],
  ['iloveyouiloveyouiloveyou', 'Many people'],
  ['aaaaaaaaaaaaaaaa', 'again and again'],
  ['lamplamplamplamp', 'again and again'],
  ['lamp hums lamp hums', 'again and again'],
  ['1234567890123456', 'in their order'],
  ['abcdefghijklmnopqrst', 'in their order'],
  ['qwertyuiopasdfghjkl', 'in their order'],
  ['fedcba9876543210', 'in their order'],
  ['springfieldunified', 'mostly your name'],
  ['grace hopper 2026!', 'mostly your name'],
  ['Rolebook GHopper1906', 'mostly your name'],
])('refuses %s and says why: %s', (password, why) => {
  expect(ask(password)).toContain(why);
});

test('takes words of the person among enough others', () => {
  expect(ask('grace keeps forty turtles in the bath')).toBeUndefined();
});
