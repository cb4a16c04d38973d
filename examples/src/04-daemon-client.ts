// Lesson 4: memory behind a daemon. `retentive serve` owns the data folder; programs in any process, browser or edge
// function talk to it with a client that needs nothing but fetch. Here the daemon runs in this process, on a free port;
// elsewhere it would be `npx retentive serve`, and everything below `createDaemonClient` stays the same. Offline.
import { createAgent } from '@retentive/agents';
import { createDaemonClient } from '@retentive/agents/client';
import { startDaemon } from '@retentive/agents/daemon';
import { isRetentiveError } from '@retentive/core';
import { openMemory } from '@retentive/memory';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const memory = await openMemory();
const daemon = await startDaemon({ memory, agent: createAgent({ memory }), port: 0 });

const client = createDaemonClient({ baseURL: daemon.url });
const { ready } = await client.health();
print(`1. A daemon listens on this machine only; ready: ${ready}`);

// The tenant and the user are walls: everything below them is about Ana and nobody else.
const ana = client.scope({ tenant: 'acme', user: 'ana' });

// A message is durable when `observe` answers. With a key it can be sent twice, as after a broken connection.
const message = {
  role: 'user',
  content: 'I moved from Porto to Lisbon in May.',
  idempotencyKey: 'm-1',
} as const;
const first = await ana.observe(message);
const again = await ana.observe(message);
print(`2. Sent twice, stored once: ${first.id === again.id}, replayed: ${again.replayed}`);

// A long text is streamed in while it is still being made; acknowledgements come back as it becomes durable.
async function* dictation(): AsyncGenerator<string> {
  yield 'My new flat has a view of the river. ';
  yield 'The rent is 900 euros, and the cat, Miso, is allowed.';
}
for await (const { offset, state } of ana.ingest({ role: 'user', thread: 'diary' }, dictation())) {
  print(`3. ${offset} characters are durable, the message is ${state}`);
}

// The best memory for a question, under a hard budget.
const context = await ana.context('What is the cat called?', { budget: { tokens: 120 } });
print(`4. ${context.tokens} of ${context.budget} tokens:\n${context.text}`);

// A turn streams typed parts: what was recalled, text, sources, what was stored. Without a model it quotes memory.
print('5. Where does Ana live now?');
for await (const part of ana.turn({ input: 'Where did I move to in May?', thread: 'chat' })) {
  if (part.type === 'context-ready') print(`   [${part.context.items.length} items recalled]`);
  if (part.type === 'text-delta') print(`   ${part.text.trim().replaceAll('\n', '\n   ')}`);
  if (part.type === 'finish') print(`   [${part.reason}, ${part.messageIds.length} messages stored]`);
}

// Errors are the same as in process: one class, stable codes.
try {
  await ana.context('?', { budget: { tokens: -1 } });
} catch (error) {
  if (isRetentiveError(error)) print(`6. ${error.code}: ${error.message.slice(0, 48)}...`);
}

await daemon.close();
await memory.close();
