import { createRetentionProjection } from '@retentive/memory';
import { cutTurns } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { createChance, fillTemplate } from './chance.ts';
import { PLAIN_FACTS, PLAIN_WORDS, SMALL_TALK } from './plain-words.ts';
import { turnsOfLines } from './talk.ts';
import type { RetentionTask } from './task.ts';

const TASK = 'speed';
const BYTES = 1_000_000;
/** Sentences of a message. */
const SENTENCES = 3;
const SESSION_LINES = 40;
/** Text read before the clock starts, so that the table is loaded and the code is warm. */
const WARM_UP = 200;

const cpuSeconds = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** CPU seconds that 1 MB of generated talk takes: surprisal by the default source, and all of retention at a tenth of it. */
export const SPEED_TASK: RetentionTask = {
  name: TASK,
  about: 'CPU seconds for 1 MB of talk',
  async measure({ seed, surprisal, tokenizer }) {
    const chance = createChance(seed);
    const texts: string[] = [];
    for (let bytes = 0; bytes < BYTES; bytes += Buffer.byteLength(texts.at(-1) ?? '')) {
      const sentences = Array.from({ length: SENTENCES }, () =>
        fillTemplate(chance.pick([...PLAIN_FACTS, ...SMALL_TALK]), PLAIN_WORDS, chance),
      );
      texts.push(sentences.join(' '));
    }
    const warm = surprisal.openSession();
    for (const text of texts.slice(0, WARM_UP)) warm.score(text);
    const scored = cpuSeconds(() => {
      let session = surprisal.openSession();
      for (const [index, text] of texts.entries()) {
        if (index % SESSION_LINES === 0) session = surprisal.openSession();
        session.score(text);
      }
    });
    const lines = texts.map((text, index) => ({
      text,
      speaker: 'user',
      session: String(Math.floor(index / SESSION_LINES)),
    }));
    const turns = cutTurns({ id: TASK, turns: turnsOfLines(TASK, lines) }, tokenizer);
    const tokens = turns.reduce((sum, turn) => sum + turn.tokens, 0);
    const retained = cpuSeconds(() => {
      const projection = createRetentionProjection({ surprisal, capacity: Math.floor(tokens / 10) });
      for (const { chunks } of turns) projection.onChunks(chunks, []);
    });
    return [
      { task: TASK, policy: 'retentive', metric: 'surprisalSeconds', value: scored },
      { task: TASK, policy: 'retentive', metric: 'retentionSeconds', value: retained },
    ] satisfies readonly TaskRow[];
  },
};
