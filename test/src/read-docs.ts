import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A Markdown file, by its path from the root. */
export interface Doc {
  readonly path: string;
  readonly text: string;
}

const filesIn = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file) && !/(?:^|[\\/])(?:node_modules|dist)[\\/]/u.test(file))
    .map((file) => join(folder, file).replaceAll('\\', '/'));

const readDoc = (path: string): Doc => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });

/** Every document that is written for people. */
export const readDocs = (): readonly Doc[] =>
  [
    'README.md',
    'CONTRIBUTING.md',
    ...filesIn('docs', /\.md$/u),
    ...filesIn('examples', /\.md$/u),
    ...readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`),
  ].map(readDoc);

/** Every source of the packages that runs for users, tests and test kits left out. */
export const readSources = (): readonly Doc[] =>
  filesIn('packages', /[\\/]src[\\/].*\.[jt]s$/u)
    .filter((path) => !path.includes('/src/testing/'))
    .map(readDoc);

/** The fenced blocks of one language, in order. */
export const blocksOf = ({ text }: Doc, language: string): readonly string[] =>
  [...text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gmu)].flatMap(([, name, block = '']) =>
    name === language ? [block] : [],
  );

const withoutBlocks = (text: string): string => text.replace(/^```[\s\S]*?^```$/gmu, '');

/** Where links and pictures lead that stay in the repository. */
export const linksOf = ({ text }: Doc): readonly string[] =>
  [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/u.test(target));

/** The anchors of a document's headings, as hosts of Markdown make them. */
export const anchorsOf = ({ text }: Doc): readonly string[] =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gmu)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The text under each heading of the second level, by heading, in order. */
export const sectionsOf = ({ text }: Doc): readonly (readonly [heading: string, body: string])[] =>
  text
    .split(/^## /mu)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1)] as const;
    });
