import model from 'wink-eng-lite-web-model';
import wink from 'wink-nlp';

/**
 * The tagger of English. Making one changes the model that all share, and each further one takes longer, so there is one
 * for the process: this module is only ever loaded by a dynamic import, and once.
 */
export const englishTagger = wink(model, ['sbd', 'pos']);
