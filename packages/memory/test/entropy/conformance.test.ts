import { createCharacterSurprisal } from '../../src/entropy/character-surprisal.ts';
import { openSurprisal } from '../../src/entropy/language-surprisal.ts';
import { openWordSurprisal } from '../../src/entropy/word-surprisal.ts';
import { describeSurprisalSource } from '../../src/testing/surprisal-conformance.ts';

// Sources keep no state of their own, so that one of each will do.
const words = openWordSurprisal();
const byLanguage = openSurprisal();

describeSurprisalSource('words of English', () => words);
describeSurprisalSource('characters of the session', async () => createCharacterSurprisal());
describeSurprisalSource('words or characters, by language', () => byLanguage);
