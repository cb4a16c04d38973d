import { openO200kEncoder } from '@retentive/core/tokenizer';
import { createCharacterSurprisal } from '../../src/entropy/character-surprisal.ts';
import { openSurprisal } from '../../src/entropy/language-surprisal.ts';
import { createNGramSurprisal } from '../../src/entropy/ngram/ngram-surprisal.ts';
import { trainNGramModel } from '../../src/entropy/ngram/train-ngram-model.ts';
import { openWordSurprisal } from '../../src/entropy/word-surprisal.ts';
import { describeSurprisalSource } from '../../src/testing/surprisal-conformance.ts';
import { sampleTexts } from '../support/sample-texts.ts';

// Sources keep no state of their own, so that one of each will do.
const words = openWordSurprisal();
const byLanguage = openSurprisal();

describeSurprisalSource('words of English', () => words);
describeSurprisalSource('characters of the session', async () => createCharacterSurprisal());
describeSurprisalSource('words or characters, by language', () => byLanguage);

const tokens = openO200kEncoder();
describeSurprisalSource('an n-gram model that was trained', async () =>
  createNGramSurprisal(await trainNGramModel(sampleTexts(2_000)), await tokens),
);
describeSurprisalSource('an n-gram model that has read nothing', async () =>
  createNGramSurprisal(await trainNGramModel([]), await tokens),
);
