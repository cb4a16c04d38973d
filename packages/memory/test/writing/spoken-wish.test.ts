import { expect, it } from 'vitest';
import { readSpokenWish } from '../../src/index.ts';

it.each([
  ["Don't remember this: my PIN is 1234.", 'this'],
  ['Please do not save that.', 'this'],
  ["I'm pregnant, but don't store this anywhere.", 'this'],
  ['don’t remember any of this', 'this'],
  ['Off the record: the boss is leaving.', 'this'],
  ['The boss is leaving - off the record!', 'this'],
  ['This is off the record. He drinks.', 'this'],
  ['Forget what I just said.', 'last'],
  ['Could you please forget my last message?', 'last'],
  ['Oh, please forget the last thing I told you!', 'last'],
  ['My PIN is 1234. Wait, forget what I just said.', 'last'],
])('hears a wish in: %s', (text, wish) => {
  expect(readSpokenWish(text)).toBe(wish);
});

it.each([
  "I don't remember this place.",
  "Don't you remember this?",
  "Don't forget what I just said.",
  'Did you forget what I just said?',
  'Why did he say that off the record?',
  'He told me off the record that they would close.',
  'She said: "Don\'t remember this."',
  "Don't remember this as a failure; remember it as a lesson.",
  'What was off the record is now on it.',
  'I always forget what I just said to people.',
  "It's fine if they don't save that much.",
  'Was this off the record?',
  'Remember this.',
  '',
])('hears none in: %s', (text) => {
  expect(readSpokenWish(text)).toBeUndefined();
});

it('reads a long message without getting lost in it', () => {
  expect(readSpokenWish("please please don't ".repeat(50_000))).toBeUndefined();
  expect(readSpokenWish(`${'off the '.repeat(100_000)}. Off the record.`)).toBe('this');
});
