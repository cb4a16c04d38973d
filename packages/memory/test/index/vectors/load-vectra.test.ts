import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RetentiveError } from '@retentive/core';
import { LocalIndex } from 'vectra';
import { afterAll, expect, it } from 'vitest';
import { loadVectra } from '../../../src/index/vectors/load-vectra.ts';
import { createTestRoot } from '../../journal/support.ts';

const root = createTestRoot();
afterAll(root.remove);

/** A folder with a package `vectra` of these files, as seen from a file in it. */
const appWith = (files: Readonly<Record<string, string>>): string => {
  const folder = root.next();
  const lib = join(folder, 'node_modules/vectra/lib');
  mkdirSync(lib, { recursive: true });
  const exports = { '.': './lib/index.js', './browser': './lib/browser.js' };
  writeFileSync(join(lib, '../package.json'), JSON.stringify({ name: 'vectra', version: '9.0.0', exports }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(lib, name), text);
  return join(folder, 'app.js');
};

const exporting = (name: string): string => `exports.LocalIndex = class ${name} {};`;

it('loads the class that the entry of vectra exports', () => {
  const { prototype } = loadVectra();
  expect(Object.getOwnPropertyNames(prototype)).toEqual(Object.getOwnPropertyNames(LocalIndex.prototype));
});

it('takes the module of the class, else the documented entry that has it', () => {
  const files = { 'index.js': exporting('Large'), 'browser.js': exporting('Smaller') };
  const known = appWith({ ...files, 'LocalIndex.js': exporting('Alone') });
  const unknown = appWith(files);
  expect(loadVectra([() => known]).name).toBe('Alone');
  expect(loadVectra([() => unknown]).name).toBe('Smaller');
});

it('looks in one place after the other, and says what is missing where vectra is in none', () => {
  const found = appWith({ 'index.js': '', 'LocalIndex.js': exporting('Found') });
  // Its folder is there: where NODE_PATH is set, one without would find ours.
  const missing = appWith({});
  const failing = (): never => {
    throw new Error('no such place');
  };
  expect(loadVectra([failing, () => missing, () => found]).name).toBe('Found');
  expect(() => loadVectra([failing, () => missing])).toThrow(RetentiveError);
  expect(() => loadVectra([() => missing])).toThrow(/vectra cannot be loaded/);
});
