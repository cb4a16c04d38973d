import { type BoundaryScorer, combineScorers } from './boundary-scorer.ts';
import { createHardMarkers } from './scorers/hard-markers.ts';
import { createInitiative } from './scorers/initiative.ts';
import { createLexicalDepth } from './scorers/lexical-depth.ts';
import { logNormalPrior } from './segment-units.ts';

/** Tokens that a segment tends to, and the spread of its logarithm: a paragraph, or a handful of chat turns. */
const LENGTH_TARGET = 48;
const LENGTH_SPREAD = 0.6;

/** Weight of words against marks: marks are set by hand, likeness of a few words is noise in good part. */
const DEPTH_WEIGHT = 0.5;

/** Length prior of documents and of topics in a chat: one for both. */
export const defaultLengthPrior = logNormalPrior(LENGTH_TARGET, LENGTH_SPREAD);

/** What finds boundaries where nothing else is said: marks, who asks, and valleys of lexical likeness. No model. */
export const createDefaultBoundaries = (): BoundaryScorer =>
  combineScorers('boundaries:1', [
    [createHardMarkers(), 1],
    [createInitiative(), 1],
    [createLexicalDepth(), DEPTH_WEIGHT],
  ]);
