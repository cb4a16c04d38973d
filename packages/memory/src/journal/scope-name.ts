import { createHash } from 'node:crypto';
import type { ScopeKey } from './journal.ts';

/** Hex digits of a name: 128 bits, so that no two scopes ever meet. */
const NAME_LENGTH = 32;

/**
 * What the files of a scope's projections are called, with or without an ending. Labels never become part of a path, and
 * whoever removes a scope finds all its files by this name.
 */
export const scopeNameOf = ({ tenant, user }: ScopeKey): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, user]))
    .digest('hex')
    .slice(0, NAME_LENGTH);

const PROJECTION = new RegExp(`^([0-9a-f]{${NAME_LENGTH}})(?:\\.db(?:-wal|-shm|-journal)?)?$`, 'u');

/** The name of the scope that a folder of vectors or a file of an archive belongs to; undefined for anything else. */
export const scopeNameIn = (file: string): string | undefined => PROJECTION.exec(file)?.[1];
