import type { BoundaryScorer, BoundaryUnit } from '../boundary-scorer.ts';

/**
 * Log-odds of each marker. Only their order and rough size matter: structure that a writer made by hand beats words, a
 * heading stays with what it heads, and a cut inside a sentence or a code block is a last resort.
 */
const ODDS = {
  heading: 6,
  numbered: 4,
  fenceEdge: 2,
  declaration: 0.5,
  blankLine: 1.5,
  speakerTurn: 1,
  otherSpeaker: 0.5,
  lineEnd: 0.3,
  listItem: -0.3,
  insideCode: -3,
  insideTurn: -1.5,
  leadIn: -2,
  underHeading: -8,
  insideSentence: -6,
  roleInDump: -2,
} as const;

const FENCE = /^\s{0,3}(?:`{3,}|~{3,})/u;
const HEADING = /^\s{0,3}(?:#{1,6}\s\S|={4,}\s)/u;
/** Article 5, § 3.2, Section 4 (a), Artikel 7, 3.2.1 Title; a bare "5." is an item of a list. */
const NUMBERED =
  /^\s{0,8}(?:§+\s*\d|(?:article|section|clause|chapter|part|schedule|annex|appendix|art\.|sec\.|artikel|artículo|chapitre|kapitel)\s+(?:\d|[IVXLC]+\b)|第[\d一二三四五六七八九十百零]+[条章节節編]|\d+(?:\.\d+)+\.?\s+\S)/iu;
const LIST_ITEM = /^\s*(?:[-*+•]\s|\d{1,3}[.)]\s|[a-z][.)]\s)/u;
/** "Ana: …", "[12:04] Ben: …", "SPEAKER 1: …", "<ben> …", or a role in a dump of a chat. */
const SPEAKER =
  /^\s*(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*[-–]?\s*)?(?:\p{Lu}[\p{L}\p{N}.'’_-]*(?:\s\p{Lu}?[\p{L}\p{N}.'’_-]*){0,2}:\s|<[\p{L}\p{N}_-]+>\s)/u;
const ROLE = /['"]role['"]\s*:\s*['"]/u;
const DECLARATION =
  /^(?:export\s|(?:async\s+)?function\b|class\b|interface\b|type\s+\w+\s*=|const\s+\w+\s*=|def\b|async\s+def\b|fn\b|pub\s|impl\b|struct\b|enum\b|func\b|public\b|private\b|static\b|@\w|CREATE\s|SELECT\s)/u;

const endsLine = (text: string): boolean => /\n\s*$/u.test(text);
const endsParagraph = (text: string): boolean => /\n[^\S\n]*\n\s*$/u.test(text);
const endsInColon = (text: string): boolean => /[:：]\s*$/u.test(text);

/** A line of code without a fence around it in sight: a source file, or the rest of a long block. */
const isCode = (text: string): boolean => /[{};]\s*$|^\s*[})\]]/u.test(text);

/** A heading of Markdown or of a numbered section; or, as in plain text, a short line by itself without a stop. */
const isTitle = (text: string): boolean =>
  HEADING.test(text) ||
  NUMBERED.test(text) ||
  (endsParagraph(text) && text.trim().length <= 60 && /^[\p{Lu}\p{N}][^\n.!?:;,。！？]*$/u.test(text.trim()));

const insideCode = (before: string, after: string): number =>
  DECLARATION.test(after) || endsParagraph(before) ? ODDS.declaration : ODDS.insideCode;

const betweenLines = (before: string, after: string): number => {
  if (isCode(before) && isCode(after)) return insideCode(before, after);
  if (HEADING.test(after)) return ODDS.heading;
  if (NUMBERED.test(after)) return ODDS.numbered;
  if (isTitle(before)) return ODDS.underHeading;
  if (endsInColon(before)) return ODDS.leadIn;
  const paragraph = endsParagraph(before);
  const speaker = SPEAKER.test(after) ? ODDS.speakerTurn : 0;
  const item = LIST_ITEM.test(after) && !paragraph ? ODDS.listItem : 0;
  return speaker + item + (paragraph ? ODDS.blankLine : ODDS.lineEnd);
};

const betweenUnits = (before: BoundaryUnit, after: BoundaryUnit, fenced: boolean): number => {
  if (before.continues) return ROLE.test(after.text) ? ODDS.roleInDump : ODDS.insideSentence;
  if (fenced) return insideCode(before.text, after.text);
  if (before.speaker !== after.speaker) return ODDS.otherSpeaker;
  if (FENCE.test(after.text)) return endsInColon(before.text) ? ODDS.leadIn : ODDS.fenceEdge;
  if (FENCE.test(before.text)) return ODDS.fenceEdge;
  return endsLine(before.text) ? betweenLines(before.text, after.text) : 0;
};

/**
 * Marks that a writer set: headings, fences, blank lines, numbering of sections, speakers of a transcript, declarations
 * in code.
 */
export const createHardMarkers = (): BoundaryScorer => ({
  id: 'hard-markers:1',
  score(units) {
    let fenced = false;
    let inTurn = false;
    const scores: number[] = [];
    for (const [index, after] of units.entries()) {
      const before = units[index - 1];
      const opensLine = before === undefined || endsLine(before.text);
      if (opensLine) inTurn = SPEAKER.test(after.text);
      if (before !== undefined) {
        scores.push(betweenUnits(before, after, fenced) + (inTurn && !opensLine ? ODDS.insideTurn : 0));
      }
      if (FENCE.test(after.text)) fenced = !fenced;
    }
    return scores;
  },
});
