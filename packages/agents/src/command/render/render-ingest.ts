import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

/** What came of one file. */
export interface FileReport {
  readonly file: string;
  readonly format: 'jsonl' | 'text';
  readonly bytes: number;
  /** Messages stored now. */
  readonly messages: number;
  /** Documents stored now. */
  readonly documents: number;
  /** Messages and documents that were stored by an earlier run. */
  readonly replayed: number;
}

/** What was ingested, a line a file. Pure. */
export const renderIngest = (files: readonly FileReport[], colors: Colors): string =>
  renderTable(
    [
      { head: 'file' },
      { head: 'messages', number: true },
      { head: 'documents', number: true },
      { head: 'known already', number: true },
      { head: 'bytes', number: true },
    ],
    files.map(({ file, messages, documents, replayed, bytes }) => [
      file,
      String(messages),
      String(documents),
      String(replayed),
      String(bytes),
    ]),
    colors,
  );
