// Facts with two times: when they held in the world, and when they were known here. Said in talk, corrected later,
// then asked now and as of then. The rules that read them work offline.
import { createManualClock, type Fact } from '@retentive/core';
import { openMemory } from '@retentive/memory';

const DAY_MS = 86_400_000;

// Time comes from outside, so that months pass at once. Without `path` the memory lives in this process only.
const clock = createManualClock(Date.parse('2026-01-10T09:00:00Z'));
const memory = await openMemory({ clock });
const ana = memory.scope({ tenant: 'acme', user: 'ana' });

const say = async (content: string): Promise<void> => {
  const receipt = await ana.observe({ role: 'user', speaker: 'Ana', content });
  // The words are durable and can be recalled already; facts are found in the background.
  await receipt.settled();
  process.stdout.write(`${new Date(clock.now()).toISOString().slice(0, 10)}  Ana: ${content}\n`);
};

const show = (question: string, facts: readonly Fact[]): void => {
  process.stdout.write(`\n${question}\n`);
  for (const { text, value, sources } of facts) {
    // A fact rests on words that somebody said; they can always be shown.
    process.stdout.write(`  ${text} [value: ${value}] from "${sources[0]?.quote}"\n`);
  }
};

await say('I live in Porto.');
clock.advance(90 * DAY_MS);
await say('I moved to Lisbon yesterday.');
clock.advance(30 * DAY_MS);

const home = { about: 'Ana', attribute: 'home' };
show('Where does Ana live now?', await ana.facts(home));
show('Where did she live on 1 March?', await ana.facts({ ...home, asOf: '2026-03-01' }));

// A tool or an interface may write facts too. Each change is one operation with its reason, and can be taken back.
const { operation } = await ana.changeFact(
  { kind: 'add', fact: { text: 'Ana prefers tea.', subject: 'Ana', attribute: 'drink', value: 'tea' } },
  { because: 'chosen in the settings' },
);
const drinks = async (): Promise<string> =>
  (await ana.facts({ about: 'Ana', attribute: 'drink' })).map(({ value }) => value).join() || 'nothing';
process.stdout.write(`\nWhat does she drink? ${await drinks()}`);
await ana.undo(operation);
process.stdout.write(`, and after the undo: ${await drinks()}\n`);

await memory.close();
