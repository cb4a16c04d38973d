import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from '@retentive/core';
import { createRetentionProjection, DECAYS, type Decay } from '@retentive/memory';
import { mean, readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { cutTurns, type RetainedTurn } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { type Chance, createChance } from './chance.ts';
import { turnsOfLines } from './talk.ts';
import type { RetentionTask, TaskInput } from './task.ts';

const TASK = 'rock-paper-scissors';
const NAMES = ['rock', 'paper', 'scissors'];
/** Rounds with each favourite: the second half of an opponent has another one than the first. */
const ROUNDS = 750;
/** Rounds after the switch that the memory has to notice it. */
const GRACE = 50;
/** Rounds that the memory holds. */
const KEPT = 60;
/** How often an opponent throws the favourite, the next and the last, in percent: those of SirLLM's players. */
const HABIT = [50, 31, 19];
const SWITCHES = 6;

const sequenceSchema = z.object({ dominant: z.string(), moves: z.string() });

/** An opponent's throws, 0 rock, 1 paper, 2 scissors, and the favourite after the switch. */
interface Opponent {
  readonly moves: readonly number[];
  readonly favourite: number;
}

/** What beats a move. */
const counterOf = (move: number): number => (move + 1) % 3;

const throwOf = (favourite: number, { below }: Chance): number => {
  const at = below(100);
  if (at < (HABIT[0] as number)) return favourite;
  return (favourite + (at < (HABIT[0] as number) + (HABIT[1] as number) ? 1 : 2)) % 3;
};

const generatedOpponents = (seed: number): readonly Opponent[] => {
  const chance = createChance(seed);
  return Array.from({ length: SWITCHES }, (_, index) => {
    const first = index % 3;
    const favourite = (first + 1 + Math.floor(index / 3)) % 3;
    const half = (one: number): readonly number[] =>
      Array.from({ length: ROUNDS }, () => throwOf(one, chance));
    return { moves: [...half(first), ...half(favourite)], favourite };
  });
};

/** The recorded players, each turning into each other one after 750 rounds. @throws FILE_INVALID */
const recordedOpponents = async (file: string): Promise<readonly Opponent[]> => {
  const players = (await collect(readJsonl(file, sequenceSchema))).map(({ dominant, moves }) => ({
    favourite: NAMES.indexOf(dominant),
    moves: [...moves].map((move) => 'ABC'.indexOf(move)),
  }));
  return players.flatMap((first) =>
    players
      .filter(({ favourite }) => favourite !== first.favourite)
      .map(({ favourite, moves }) => ({
        moves: [...first.moves.slice(0, ROUNDS), ...moves.slice(ROUNDS, 2 * ROUNDS)],
        favourite,
      })),
  );
};

/** Chooses the next throw, knowing the rounds so far. */
type Player = (round: number) => number;

const countering = (counts: readonly number[]): number => {
  const most = Math.max(...counts);
  return counterOf(counts.indexOf(most));
};

/** Counters what is thrown most in the rounds that the memory still holds. */
const createRemembering = (
  turns: readonly RetainedTurn[],
  moves: readonly number[],
  decay: Decay,
  { surprisal }: TaskInput,
): Player => {
  const price = Math.max(...turns.map(({ tokens }) => tokens));
  const projection = createRetentionProjection({ surprisal, decay, capacity: KEPT * price });
  const held = new Set<number>();
  let heard = 0;
  const counts = [0, 0, 0];
  const note = (place: number, by: 1 | -1): void => {
    const move = moves[place] as number;
    counts[move] = (counts[move] as number) + by;
    if (by === 1) held.add(place);
    else held.delete(place);
  };
  return (round) => {
    for (; heard < round; heard += 1) {
      const chunks = turns[heard]?.chunks ?? [];
      note(heard, 1);
      for (const { chunk } of projection.onChunks(chunks, [])) {
        if (held.has(chunk.position)) note(chunk.position, -1);
      }
    }
    return countering(counts);
  };
};

const winShare = ({ moves }: Opponent, player: Player): number => {
  const won = moves.map((move, round) => (player(round) === counterOf(move) ? 1 : 0));
  return mean(won.slice(ROUNDS + GRACE)) ?? 0;
};

/**
 * Rock, paper, scissors against an opponent who has another favourite from round 750 on. The player counters what is
 * thrown most in the rounds still held (60 of 1,500), each a message; share of rounds won from 50 rounds after the
 * switch. `informed` knows the favourite; `everything` counts all rounds and so finds the switch too late; `recent`
 * counts the last 60. Without --data the opponents are generated.
 */
export const ROCK_PAPER_SCISSORS_TASK: RetentionTask = {
  name: TASK,
  about: 'share of rounds won from 50 rounds after an opponent switched its favourite',
  async measure(input) {
    const { data, seed, tokenizer } = input;
    const file = data === undefined ? undefined : join(data, 'sirllm-rps', 'sequences.jsonl');
    const opponents =
      file !== undefined && existsSync(file) ? await recordedOpponents(file) : generatedOpponents(seed);
    const chance = createChance(seed);
    const won = new Map<string, number[]>();
    const play = (policy: string, opponent: Opponent, player: Player): void => {
      const own = won.get(policy) ?? [];
      won.set(policy, own);
      own.push(winShare(opponent, player));
    };
    for (const opponent of opponents) {
      const { moves, favourite } = opponent;
      const lines = moves.map((move, round) => ({
        text: `In round ${round + 1} I throw ${NAMES[move]}.`,
        speaker: 'opponent',
      }));
      const turns = cutTurns({ id: TASK, turns: turnsOfLines(TASK, lines) }, tokenizer);
      const countFrom = (from: number, to: number): readonly number[] =>
        NAMES.map((_, move) => moves.slice(Math.max(0, from), to).filter((other) => other === move).length);
      play('retentive', opponent, createRemembering(turns, moves, DECAYS['sirllm-game'], input));
      play('retentive:slow-decay', opponent, createRemembering(turns, moves, DECAYS.slow, input));
      play('informed', opponent, () => counterOf(favourite));
      play('everything', opponent, (round) => countering(countFrom(0, round)));
      play('recent', opponent, (round) => countering(countFrom(round - KEPT, round)));
      play('random', opponent, () => chance.below(3));
    }
    return [...won].map(
      ([policy, shares]): TaskRow => ({ task: TASK, policy, metric: 'won', value: mean(shares) ?? null }),
    );
  },
};
