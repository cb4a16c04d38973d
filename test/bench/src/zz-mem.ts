import { mkdtempSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { openMemory } from '@retentive/memory';
import { createGeneratedTalk } from './store/generated-talk.ts';
const talk = createGeneratedTalk(7);
let n = 0;
const textOf = (length: number): string => { let t = ''; while (t.length < length) { t += `${talk.message(n)} `; n += 1; } return t; };
const memory = await openMemory({ path: mkdtempSync('/tmp/x/st'), extractor: false });
const scope = memory.scope({ tenant: 'b', user: 's' });
let mb = 0, next = 10;
while (mb < 250) {
  const w = scope.ingest({ role: 'user' });
  for (let l = 0; l < 65536; l += 16384) { const t = textOf(16384); await w.write(t); mb += t.length / 1048576; }
  await w.complete();
  if (mb < next) continue; next += 20;
  await (globalThis as any).gc({ type: 'major', execution: 'async' });
  const m = process.memoryUsage();
  console.log(mb.toFixed(0), Object.entries(m).map(([k, v]) => `${k} ${(v / 1048576).toFixed(1)}`).join(' '), 'malloced', (getHeapStatistics().malloced_memory / 1048576).toFixed(1));
}
await memory.close();
