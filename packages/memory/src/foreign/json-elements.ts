import { RetentiveError } from '@retentive/core';

/** The longest element, in UTF-16 units: a whole conversation of years fits. */
const MAX_ELEMENT = 64 * 1_048_576;

/** Deeper than any of the formats; what is deeper was made to break a parser. */
const MAX_DEPTH = 256;

/** An element of a JSON file that is too large to be parsed as one. */
export interface JsonElement {
  /** The list that it is in, of those that were asked for; undefined at the top. */
  readonly list: string | undefined;
  /** Its place in its list, from 1. */
  readonly number: number;
  readonly value: unknown;
}

const invalid = (problem: string, cause?: unknown): RetentiveError =>
  new RetentiveError('FILE_INVALID', `the file ${problem}`, cause === undefined ? {} : { cause });

/**
 * The elements of JSON text that comes in pieces: of a list at the top, each of its values; of objects, one or many in a
 * row, the values of the properties named in `lists` that are lists, or the whole object where it has none of them. Holds
 * one element at a time. @throws FILE_INVALID for what is no JSON, too deep, too long or cut off
 */
export async function* jsonElements(
  pieces: AsyncIterable<string>,
  lists: ReadonlySet<string>,
): AsyncGenerator<JsonElement, void, undefined> {
  const scanner = createScanner(lists);
  for await (const piece of pieces) yield* scanner.scan(piece);
  scanner.end();
}

/** Characters that mean something outside of strings; everything between two of them is passed over at once. */
const MARKS = /["{}[\],:]/gu;
/** Ends a string, or escapes its next character. */
const IN_STRING = /["\\]/gu;

const createScanner = (lists: ReadonlySet<string>) => {
  /** What was read of the element, or of the object, that is open. */
  let buffer = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Depth of the list whose elements are given; 0 for none. */
  let listDepth = 0;
  let list: string | undefined;
  const numbers = new Map<string | undefined, number>();
  /** Something of the object at the top was given already. */
  let isOpened = false;
  /** Where in the buffer the string began that may be a key of the object at the top. */
  let keyStart = -1;
  let lastKey = '';
  let key = '';
  let isFirst = true;

  const parse = (text: string): unknown => {
    const at = `${list ?? 'element'} ${(numbers.get(list) ?? 0) + 1}`;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw invalid(`is no JSON at ${at}`, cause);
    }
  };

  const give = (text: string): JsonElement => {
    const value = parse(text);
    const number = (numbers.get(list) ?? 0) + 1;
    numbers.set(list, number);
    return { list, number, value };
  };

  /** Ends the element of the list that is given. */
  const giveRest = (): JsonElement | undefined => {
    const text = buffer;
    buffer = '';
    return text.trim() === '' ? undefined : give(text);
  };

  const isInList = (): boolean => listDepth > 0 && depth === listDepth;

  /** True where a list begins whose elements are given. */
  const beginsList = (character: string): boolean =>
    character === '[' && (depth === 1 || (depth === 2 && listDepth === 0 && lists.has(key)));

  const opens = (character: string): void => {
    if (depth === 0 && buffer.trim() !== '') throw invalid('has something else between its values');
    depth += 1;
    if (depth > MAX_DEPTH) throw invalid(`is deeper than ${MAX_DEPTH} levels`);
    if (!beginsList(character)) {
      buffer += character;
      return;
    }
    listDepth = depth;
    list = depth === 1 ? undefined : key;
    isOpened = true;
    buffer = '';
  };

  const endList = (character: string): JsonElement | undefined => {
    if (character !== ']') throw invalid('closes a list with a brace');
    const element = giveRest();
    depth -= 1;
    listDepth = 0;
    list = undefined;
    if (depth === 0) isOpened = false;
    return element;
  };

  const closes = (character: string): JsonElement | undefined => {
    if (depth === 0) throw invalid('closes what it never opened');
    if (isInList()) return endList(character);
    depth -= 1;
    buffer += character;
    if (depth > 0) return undefined;
    const element = isOpened ? undefined : give(buffer);
    buffer = '';
    isOpened = false;
    key = '';
    return element;
  };

  const mark = (character: string): JsonElement | undefined => {
    switch (character) {
      case '{':
      case '[':
        opens(character);
        return undefined;
      case '}':
      case ']':
        return closes(character);
      case ',':
        if (isInList()) return giveRest();
        if (depth === 1) key = '';
        break;
      case ':':
        if (depth === 1 && listDepth === 0) key = lastKey;
        break;
      default:
        // A quotation mark.
        inString = true;
        if (depth === 1 && listDepth === 0) keyStart = buffer.length + 1;
    }
    buffer += character;
    return undefined;
  };

  const inText = (character: string): undefined => {
    if (character === '"') closeString();
    else escaped = true;
    buffer += character;
  };

  /** Takes what lies before the next mark from `at` on, and gives where the mark stands. */
  const passOver = (text: string, at: number): number => {
    const marks = inString ? IN_STRING : MARKS;
    marks.lastIndex = at;
    const found = marks.exec(text)?.index ?? text.length;
    buffer += text.slice(at, found);
    if (buffer.length > MAX_ELEMENT) throw invalid(`has an element of more than ${MAX_ELEMENT} characters`);
    return found;
  };

  const closeString = (): void => {
    inString = false;
    if (keyStart < 0) return;
    lastKey = buffer.slice(keyStart);
    keyStart = -1;
  };

  return {
    *scan(piece: string): Generator<JsonElement, void, undefined> {
      // A mark of the encoding at the start is no part of the text.
      const text = isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
      isFirst = false;
      for (let at = 0; at < text.length; at += 1) {
        if (escaped) {
          buffer += text[at] as string;
          escaped = false;
          continue;
        }
        at = passOver(text, at);
        const character = text[at];
        if (character === undefined) return;
        const element = inString ? inText(character) : mark(character);
        if (element !== undefined) yield element;
      }
    },
    end(): void {
      if (depth > 0 || inString) throw invalid('is cut off');
      if (buffer.trim() !== '') throw invalid('is no list or object of JSON');
      if (isFirst) throw invalid('is empty');
    },
  };
};
