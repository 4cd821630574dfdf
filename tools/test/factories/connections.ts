import { avgPool, lif } from '@hillock/core'
import { oneToOne } from '@hillock/core/connections'
import { flag, type Kind, made, number, other, text, whole, word } from '../../src/wrong-values.ts'
import { type Factory, nothing, optional, seeds, share } from './kinds.ts'

const weights = {
  weight: other('zeros', nothing, 'zero', { constant: '1' }, { constant: 1, uniform: 1 }),
  bias: other(false, (value) => value === true, 'zero', 0),
}
const isList = (value: unknown) => Array.isArray(value) && value.length === 1 && value[0] === 1
/** Whole numbers from `least`: one for all axes, or a list. */
const axes = (right: number, least: number, accepted = nothing as (value: unknown) => boolean): Kind => ({
  right,
  wrong: other(right, accepted, least - 1, right + 0.5, String(right), [right, least - 1], [right, 0.5], [[right]])
    .wrong,
})

const conv: Factory = {
  takes: [
    whole(3),
    axes(2, 1),
    {
      options: {
        ...weights,
        stride: axes(1, 1),
        padding: { ...axes(1, 0), wrong: [...axes(1, 0).wrong, 'valid'] },
        dilation: axes(1, 1),
        groups: whole(1),
      },
    },
  ],
  needs: 2,
}
const line: Factory = { ...conv, takes: [whole(3), axes(2, 1, isList), ...conv.takes.slice(2)] }
const pool: Factory = {
  takes: [axes(2, 1, isList), { options: { stride: axes(1, 1, isList), padding: axes(1, 0, isList) } }],
  needs: 1,
}
const steps = other([1, 2], (value) => Array.isArray(value) && (value.length === 0 || value[0] === 1), [1, -1], [0.5])

/** Connections of @hillock/core, and what makes neurons reach themselves. */
export const connections: Readonly<Record<string, Factory>> = {
  conv1d: {
    ...line,
    takes: [
      ...line.takes.slice(0, 2),
      {
        options: { ...weights, stride: axes(1, 1, isList), padding: axes(1, 0, isList), dilation: axes(1, 1, isList) },
      },
    ],
  },
  conv2d: conv,
  conv3d: conv,
  sumPool: pool,
  avgPool: pool,
  maxPool: pool,
  recurrent: {
    takes: [
      made(lif(), lif, 'lif', oneToOne()),
      { options: { weight: weights.weight, diagonal: flag, to: word('itself', 'layer'), current: text('input') } },
    ],
    needs: 1,
  },
  quantized: {
    takes: [
      other(lif(), nothing, lif, 'lif', avgPool(2)),
      {
        options: { bits: whole(4, { from: 2, to: 16 }), step: other(0.25, nothing, 0.3, -1, '1') },
        required: ['bits', 'step'],
      },
    ],
    needs: 2,
  },
  dropout: {
    takes: [number(0.5, { from: 0, below: 1 }), { options: { each: word('step', 'example') } }],
    needs: 1,
  },
  batchNorm: optional({
    threshold: number(0.5, { above: 0 }),
    steps: whole(1),
    bias: flag,
    momentum: number(0.5, { from: 0, to: 1 }),
    epsilon: number(0.1, { above: 0 }),
  }),
  flatten: { takes: [] },
  identity: { takes: [] },
  oneToOne: optional(weights),
  sparse: {
    takes: [
      whole(3),
      {
        options: {
          ...weights,
          density: number(0.5, share),
          seed: whole(1, seeds),
        },
        required: ['density'],
      },
    ],
    needs: 2,
  },
  delayed: {
    takes: [made(oneToOne(), oneToOne, 'dense', lif()), { options: { perInput: steps }, required: ['perInput'] }],
    needs: 2,
  },
}
