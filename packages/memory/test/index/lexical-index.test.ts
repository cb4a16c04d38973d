import { createLexicalIndex, type LexicalIndex } from '../../src/index/lexical-index.ts';
import { describeLexicalIndex } from '../../src/testing/lexical-conformance.ts';

/** A wrapper that adds nothing: it must be as good an index as what it wraps. */
const passThrough = (inner: LexicalIndex): LexicalIndex => ({
  get size() {
    return inner.size;
  },
  get averageLength() {
    return inner.averageLength;
  },
  add: (document) => inner.add(document),
  remove: (ordinal, terms) => inner.remove(ordinal, terms),
  inverseDocumentFrequency: (term) => inner.inverseDocumentFrequency(term),
  partOf: (ordinal, terms) => inner.partOf(ordinal, terms),
  search: (terms, without) => inner.search(terms, without),
  top: (terms, limit, options) => inner.top(terms, limit, options),
});

describeLexicalIndex('in memory', createLexicalIndex);
describeLexicalIndex('pass-through', (options) => passThrough(createLexicalIndex(options)));
