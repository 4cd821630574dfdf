import { avgPool, conv2d, sumPool } from '@hillock/core'
import {
  type Connection,
  conv1d,
  conv3d,
  delayed,
  oneToOne,
  type Shape,
  sparse,
  type Wiring,
  wiring,
} from '@hillock/core/connections'
import { noise } from '../rig.ts'

/** What a product by a wiring is tried on. */
export interface Case {
  readonly wiring: Wiring
  /** Time steps of the input and of the output; the same where there are no lags. */
  readonly steps: readonly [input: number, output: number]
  readonly batch: number
}

export const sizes = ({ from, to }: Wiring) => [from.count * from.width, to.count * to.width] as const

/** Any table: sites that nothing reaches, that reach nothing, and that are reached twice. */
function anyWiring(
  seed: number,
  [from, to]: readonly [from: number, to: number],
  { diagonal = false, lags = 0 } = {},
): Wiring {
  const numbers = noise(400, seed)
  let at = 0
  const next = (n: number) => Math.floor(((numbers[at++ % numbers.length]! + 1) / 2) * n)
  const [inputs, outputs, slots] = [1 + next(5), 1 + next(5), 1 + next(4)]
  return wiring(
    {
      from: { count: inputs, width: from },
      to: { count: outputs, width: diagonal ? from : to },
      slots,
      diagonal,
    },
    (_, add) => {
      for (let pairs = next(5); pairs > 0; pairs--) add(next(inputs), next(slots), next(lags + 1))
    },
  )
}

// Around the widths of vectors and words.
const widths = [
  [1, 1],
  [1, 12],
  [3, 5],
  [5, 3],
  [8, 4],
  [31, 33],
  [32, 32],
  [33, 31],
  [2, 65],
  [64, 8],
] as const

/** Connections, and what they are from. */
export const connected: Readonly<Record<string, readonly [Connection, Shape]>> = {
  'conv2d 3x3': [conv2d(4, 3), [6, 5, 2]],
  'conv2d 5x5 of one channel': [conv2d(12, 5), [8, 8, 1]],
  'conv2d with strides, padding and dilation': [
    conv2d(5, [3, 2], { stride: [2, 1], padding: [2, 1], dilation: [1, 2] }),
    [7, 6, 3],
  ],
  'conv2d of the same size': [conv2d(3, [3, 4], { padding: 'same' }), [5, 6, 2]],
  'conv2d in groups': [conv2d(6, 3, { groups: 2, padding: 1 }), [4, 4, 4]],
  'conv2d of each channel alone': [conv2d(5, 3, { groups: 5 }), [5, 4, 5]],
  'conv2d of each channel to two': [conv2d(6, 2, { groups: 3 }), [3, 4, 3]],
  'conv2d of as many channels as a word has bits': [conv2d(32, 3, { padding: 1 }), [4, 4, 32]],
  'conv2d of more channels': [conv2d(40, 2), [3, 3, 64]],
  conv1d: [conv1d(3, 4, { stride: 3, padding: 1 }), [11, 2]],
  conv3d: [conv3d(2, 2), [3, 3, 3, 2]],
  sumPool: [sumPool(2), [5, 4, 3]],
  'avgPool of windows that overlap': [avgPool(2, { stride: 1, padding: 1 }), [4, 4, 33]],
  oneToOne: [oneToOne(), [37]],
  'sparse by fan-in': [sparse(9, { fanIn: 3 }), [35]],
  'sparse by pairs': [
    sparse(3, {
      pairs: [
        [4, 0],
        [0, 2],
        [1, 2],
        [1, 2],
      ],
    }),
    [5],
  ],
  'a convolution that is late': [delayed(conv2d(4, 2), { steps: 2 }), [4, 3, 3]],
  'inputs that are late, each by its own': [delayed(oneToOne(), { perInput: [0, 2, 1, 0, 3] }), [5]],
  'synapses that are late, each by its own': [
    delayed(sparse(3, { fanIn: 2 }), { perSynapse: [0, 1, 2, 3, 1, 0] }),
    [4],
  ],
}

const over = (wiring: Wiring, steps: number, batch: number, more = 0): Case => ({
  wiring,
  steps: [steps, steps + more],
  batch,
})

function* makeCases(): Generator<[title: string, given: Case]> {
  for (const [i, width] of widths.entries()) {
    const [steps, batch] = [
      [5, 3],
      [4, 7],
      [33, 2],
      [70, 1],
    ][i % 4] as [number, number]
    yield [`from sites of ${width[0]} to ${width[1]}`, over(anyWiring(i, width), steps, batch)]
    yield [`in ${width[0]} channels apart`, over(anyWiring(i + 50, width, { diagonal: true }), steps, batch)]
    yield [
      `from sites of ${width[0]} to ${width[1]} with lags`,
      over(anyWiring(i + 100, width, { lags: 4 }), steps, batch, (i % 3) * 3 - 3),
    ]
    yield [
      `in ${width[0]} channels apart with lags`,
      over(anyWiring(i + 150, width, { diagonal: true, lags: 4 }), steps, batch, (i % 3) * 3 - 3),
    ]
  }
  for (const [title, [connection, from]] of Object.entries(connected))
    yield [title, over(connection.connect(from).wiring!, 6, 2)]
  yield ['conv2d of one step', over(conv2d(5, 3).connect([4, 5, 2]).wiring!, 1, 12)]
  yield ['conv2d of one step of few samples', over(conv2d(4, 3).connect([4, 5, 2]).wiring!, 1, 3)]
  yield ['avgPool of one step', over(avgPool(2).connect([4, 5, 3]).wiring!, 1, 34)]
  yield ['conv2d of no steps', over(conv2d(4, 3).connect([4, 4, 2]).wiring!, 0, 3)]
  yield ['conv2d of no samples', over(conv2d(4, 3).connect([4, 4, 2]).wiring!, 3, 0)]
}

let made: (readonly [title: string, given: Case])[] | undefined

/** What products by wirings are tried on, made when first asked for. */
export function cases(): readonly (readonly [title: string, given: Case])[] {
  made ??= [...makeCases()]
  return made
}
