export { makeQuestion, makeTurn, wordTokenizer } from '../../../packages/memory/test/evaluation/make-turn.ts';
