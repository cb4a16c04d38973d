import { existsSync, rmSync } from 'node:fs';
import type { SqliteFiles } from '../journal/load-sqlite.ts';
import { type ArchiveDatabase, openArchiveFile, prepareArchive } from './archive-database.ts';

/** The log goes first: without its database nobody would look at it again. */
const removeFiles = (file: string): void => {
  for (const suffix of ['-wal', '-shm', '-journal', '']) rmSync(`${file}${suffix}`, { force: true });
};

/** A file that will never be read again; anything else, such as a full disk, may pass. */
export const isDamage = (error: unknown): boolean =>
  /^SQLITE_(?:CORRUPT|NOTADB)/u.test(String((error as { readonly code?: unknown } | undefined)?.code ?? ''));

/** A file, or its log, that is not what it was: at the opening that is damage too. */
const isCutShort = (error: unknown): boolean =>
  String((error as { readonly code?: unknown } | undefined)?.code ?? '').startsWith('SQLITE_IOERR');

/** The file of an archive, over its openings: made when it is first needed, closed while nobody needs it, made anew where it is damaged. */
export interface ArchiveFile {
  /** Undefined while it is closed. */
  readonly opened: ArchiveDatabase | undefined;
  /** It is there, and closed until somebody needs it. */
  readonly isResting: boolean;
  /** Of the last entry that is in it; 0 of none. */
  readonly sequence: number;
  readonly recordedAt: number;
  /** Notes what was written into it. */
  onWritten(sequence: number, recordedAt: number): void;
  /** The database; @throws whatever SQLite says, and where a file that rested is not what it was. */
  database(): ArchiveDatabase;
  /** What it holds came from before, and could not be asked how far it goes: it is dropped when it opens. */
  markUnseen(): void;
  /** Takes back what was not committed. */
  rollBack(): void;
  /** Closes and removes it. */
  drop(): void;
  /** Lets go of a connection that cannot be used, as it is. */
  abandon(): void;
  /** Closes it, whole, until it is needed again. */
  rest(): void;
  close(): void;
}

/** Makes an {@link ArchiveFile}; one with another stamp is made anew. */
export const createArchiveFile = (file: string, files: SqliteFiles, stamp: string): ArchiveFile => {
  let opened: ArchiveDatabase | undefined;
  let sequence = 0;
  let recordedAt = 0;
  let isResting = false;
  let isUnseen = false;

  const drop = (): void => {
    opened?.driver.close();
    opened = undefined;
    removeFiles(file);
    sequence = 0;
    recordedAt = 0;
  };

  const openSound = (): ArchiveDatabase => {
    if (!existsSync(file)) removeFiles(file);
    const { driver, state } = openArchiveFile(file, files);
    const isOurs = state.get('stamp') === stamp;
    if (state.size > 0 && (!isOurs || isUnseen)) {
      driver.close();
      drop();
      isUnseen = false;
      return openSound();
    }
    const found = prepareArchive(driver);
    opened = found;
    if (isOurs) {
      sequence = Number(state.get('sequence'));
      recordedAt = Number(state.get('recordedAt'));
      return found;
    }
    found.setState.run('sequence', 0);
    found.setState.run('recordedAt', 0);
    // Last: a disk that fills up before leaves a file that nobody takes for one of ours.
    found.setState.run('stamp', stamp);
    return found;
  };

  const closeFile = (): void => {
    try {
      // The binding lets go of files late: they are whole before that.
      opened?.driver.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    } catch {
      // What is only in the log is read from there.
    }
    opened?.driver.close();
    opened = undefined;
  };

  /** The file that was closed. Who goes on with it has nothing else: one that is not what it was is lost. */
  const openAgain = (): ArchiveDatabase => {
    if (!existsSync(file)) throw new Error('the file is gone');
    const { driver, state } = openArchiveFile(file, files);
    if (state.get('stamp') !== stamp || Number(state.get('sequence')) !== sequence) {
      driver.close();
      throw new Error('it is another file');
    }
    opened = prepareArchive(driver);
    isResting = false;
    return opened;
  };

  /** The database, made anew where it is damaged. */
  const database = (): ArchiveDatabase => {
    if (opened !== undefined) return opened;
    if (isResting) return openAgain();
    try {
      return openSound();
    } catch (error) {
      opened = undefined;
      if (!isDamage(error) && !isCutShort(error)) throw error;
      drop();
      return openSound();
    }
  };

  return {
    get opened() {
      return opened;
    },
    get isResting() {
      return isResting;
    },
    get sequence() {
      return sequence;
    },
    get recordedAt() {
      return recordedAt;
    },
    onWritten(at, recorded) {
      sequence = at;
      recordedAt = recorded;
    },
    database,
    markUnseen() {
      isUnseen = true;
    },
    rollBack() {
      try {
        if (opened?.driver.isInTransaction() === true) opened.driver.exec('ROLLBACK');
      } catch {
        // A connection that cannot even do that takes its transaction with it.
        opened = undefined;
      }
    },
    drop() {
      isResting = false;
      drop();
    },
    abandon() {
      opened = undefined;
    },
    rest() {
      closeFile();
      isResting = true;
    },
    close: closeFile,
  };
};
