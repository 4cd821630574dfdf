import * as datasets from '@hillock/datasets'
import { made, number, other, whole } from '../../src/wrong-values.ts'
import { type Factory, nothing, optional, seeds, share } from './kinds.ts'

const million = { to: 1_000_000 }
/** How many examples are made, and from which seed. */
export const sizes = {
  seed: whole(1, seeds),
  train: whole(2, { from: 1, ...million }),
  validation: whole(2, { from: 0, ...million }),
  test: whole(2, { from: 1, ...million }),
}

/** Data sets that are generated. */
export const tasks: Readonly<Record<string, Factory>> = {
  yinYang: { takes: [{ options: sizes, given: ['train', 'test'] }] },
  randman: {
    takes: [
      {
        options: {
          ...sizes,
          classes: whole(2, { from: 2, to: 256 }),
          inputs: whole(2, { from: 1 }),
          steps: whole(9, { from: 1 }),
          dimensions: whole(1, { from: 1 }),
          alpha: number(2, { from: 0.5, to: 10 }),
        },
        given: ['train', 'test', 'classes'],
      },
    ],
  },
  tones: {
    takes: [
      {
        options: {
          ...sizes,
          bands: whole(2, { from: 1, to: 64 }),
          steps: whole(80, { from: 80 }),
          noise: number(0.3, { from: 0 }),
          threshold: number(3, { above: 0 }),
        },
        given: ['train', 'test', 'steps'],
      },
    ],
  },
  ...Object.fromEntries(
    ['nGlyphs', 'movingGlyphs'].map((name) => [
      name,
      {
        takes: [
          {
            options: {
              ...sizes,
              frames: made(datasets.frames({ steps: 3 })),
              threshold: number(0.4, { above: 0 }),
              noise: number(2.5, { from: 0 }),
            },
            given: ['train', 'test'],
          },
        ],
      },
    ]),
  ),
  patternGeneration: {
    takes: [
      {
        options: {
          seed: whole(1, seeds),
          steps: whole(50, { from: 5 }),
          inputs: whole(5, { from: 5 }),
          outputs: whole(1, { from: 1 }),
          train: whole(1, { from: 1, to: 1e6 }),
          rate: number(0.1, share),
        },
      },
    ],
  },
  storeRecall: {
    takes: [
      {
        options: {
          ...sizes,
          periods: whole(3, { from: 2 }),
          period: whole(2, { from: 1 }),
          group: whole(1, { from: 1 }),
          rate: number(0.1, share),
          delay: number(2, { from: 1 }),
        },
        given: ['train', 'test'],
      },
    ],
  },
  evidenceAccumulation: {
    takes: [
      {
        options: {
          ...sizes,
          cues: other(3, nothing, 2, 0, 1.5, -1),
          cue: whole(2, { from: 1 }),
          gap: whole(1, { from: 0 }),
          delay: whole(1, { from: 0 }),
          question: whole(2, { from: 1 }),
          chance: number(0.7, { from: 0.5, to: 1 }),
          group: whole(1, { from: 1 }),
          rate: number(0.1, share),
        },
        given: ['train', 'test'],
      },
    ],
  },
  gridWorld: optional({
    seed: whole(1, seeds),
    size: whole(4, { from: 2, to: 16 }),
    spread: number(0.5, { above: 0 }),
  }),
  mackeyGlass: {
    takes: [
      {
        options: {
          tau: whole(17, { from: 17, to: 30 }),
          start: number(0, { from: 0 }),
          train: number(1, { from: 1 / 75 }),
          test: number(1, { from: 1 / 75 }),
        },
      },
    ],
  },
  mackeyGlassSpans: {
    takes: [
      {
        options: {
          tau: whole(17, { from: 17, to: 30 }),
          start: number(0, { from: 0 }),
          // a part of fewer points than 120 is shorter than a span
          train: number(10, { from: 119.5 / 75 }),
          test: number(10, { from: 119.5 / 75 }),
          steps: whole(120, { from: 21, to: 750 }),
          stride: whole(10, { from: 1 }),
          warmUp: whole(20, { from: 0, to: 119 }),
        },
      },
    ],
  },
}
