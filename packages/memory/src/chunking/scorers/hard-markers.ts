import type { BoundaryScorer, BoundaryUnit } from '../boundary-scorer.ts';

/**
 * Log-odds of each marker. Only their order and rough size matter: structure that a writer made by hand beats words, a
 * heading stays with what it heads, and a cut inside a sentence or a code block is a last resort.
 */
const ODDS = {
  heading: 6,
  numbered: 4,
  fenceEdge: 2,
  declaration: 1.5,
  blankLine: 1.5,
  speakerTurn: 1,
  lineEnd: 0.3,
  listItem: -0.3,
  insideFence: -3,
  leadIn: -2,
  underHeading: -8,
  insideSentence: -6,
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

const isBlankEnd = (text: string): boolean => /\n[^\S\n]*\n\s*$/u.test(text);
const isTitle = (text: string): boolean =>
  HEADING.test(text) ||
  NUMBERED.test(text) ||
  // A short line of its own without a stop, before a blank line: headings of plain text.
  (isBlankEnd(text) && text.trim().length <= 60 && /^[\p{Lu}\p{N}][^\n.!?:;,。！？]*$/u.test(text.trim()));

const betweenLines = (before: BoundaryUnit, after: BoundaryUnit): number => {
  const heading = HEADING.test(after.text);
  if (heading) return ODDS.heading;
  if (NUMBERED.test(after.text)) return ODDS.numbered;
  if (isTitle(before.text)) return ODDS.underHeading;
  if (/[:：]\s*$/u.test(before.text)) return ODDS.leadIn;
  const speaker = SPEAKER.test(after.text) ? ODDS.speakerTurn : 0;
  const item = LIST_ITEM.test(after.text) && !isBlankEnd(before.text) ? ODDS.listItem : 0;
  return speaker + item + (isBlankEnd(before.text) ? ODDS.blankLine : ODDS.lineEnd);
};

/**
 * Marks that a writer set: headings, fences, blank lines, numbering of sections, speakers of a transcript, declarations
 * in code.
 */
export const createHardMarkers = (): BoundaryScorer => ({
  id: 'hard-markers:1',
  score(units) {
    const scores: number[] = [];
    let fenced = false;
    for (const [index, after] of units.entries()) {
      const before = units[index - 1];
      const fence = FENCE.test(after.text);
      if (before !== undefined) {
        if (before.continues) scores.push(ODDS.insideSentence + (ROLE.test(after.text) ? 4 : 0));
        else if (fenced)
          scores.push(
            DECLARATION.test(after.text) || isBlankEnd(before.text) ? ODDS.declaration - 1 : ODDS.insideFence,
          );
        else if (fence) scores.push(/[:：]\s*$/u.test(before.text) ? ODDS.leadIn : ODDS.fenceEdge);
        else if (FENCE.test(before.text)) scores.push(ODDS.fenceEdge);
        else if (before.speaker !== after.speaker) scores.push(0);
        else if (/\n\s*$/u.test(before.text)) scores.push(betweenLines(before, after));
        else scores.push(0);
      }
      if (fence) fenced = !fenced;
    }
    return scores;
  },
});
