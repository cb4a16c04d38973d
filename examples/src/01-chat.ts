// An agent that remembers: two sessions with a restart in between. Everything that the second one knows stands on disk.
// Offline: without a model the agent quotes its memory word for word.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgent } from '@retentive/agents';
import { openMemory } from '@retentive/memory';

const ANA = { tenant: 'acme', user: 'ana' };

/** One run of a chat program: opens the memory, says some lines in a thread, closes it again. */
const chat = async (path: string, thread: string, lines: readonly string[]): Promise<void> => {
  const memory = await openMemory({ path });
  try {
    const agent = createAgent({ memory });
    for (const line of lines) {
      process.stdout.write(`\nAna:   ${line}\nagent: `);
      const run = agent.stream({ scope: ANA, thread, input: { content: line, speaker: 'Ana' } });
      for await (const part of run) {
        // Each part says what it is; a chat needs the text only, an audit log would keep `memory-write`.
        if (part.type === 'text-delta') process.stdout.write(part.text.replaceAll('\n', '\n       '));
      }
    }
    process.stdout.write('\n');
  } finally {
    // Waits for what was acknowledged. Had the process been killed instead, the next session would know the same.
    await memory.close();
  }
};

const folder = await mkdtemp(join(tmpdir(), 'retentive-chat-'));
try {
  const path = join(folder, 'memory');

  process.stdout.write('Session 1\n');
  await chat(path, 'monday', [
    'My sister Rita is getting married in Braga on 12 September.',
    'I put the spare key under the blue flower pot.',
  ]);

  // Nothing of session 1 is left in this process: no agent, no memory, no history of the thread.
  process.stdout.write('\nSession 2, after a restart\n');
  await chat(path, 'friday', [
    'Where did I leave the spare key?',
    'Who is getting married in Braga?',
    'What is the name of my dentist?',
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
