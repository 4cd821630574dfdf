import { checkOptions, checkValue, is } from '../options.ts'
import { generator, stream } from '../random/index.ts'
import { optionError, shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { checkPairs, weightsOf, wiring } from '../wiring.ts'
import { type Connection, type Shape, startsOf, type WeightOptions, weightChecks } from './connection.ts'

/** Options of `sparse`. One of `fanIn`, `density` and `pairs` is given. */
export interface SparseOptions extends WeightOptions {
  /** How many inputs each neuron has, from 1. */
  readonly fanIn?: number
  /** What share of the inputs each neuron has, from 0 to 1: rounded to a number, and at least one. */
  readonly density?: number
  /** The synapses, [input, neuron] each. There may be several of one pair. */
  readonly pairs?: readonly (readonly [input: number, neuron: number])[]
  /**
   * Which inputs are drawn, from 0 and below 2^32: the same seed draws the same.
   * @default 0
   */
  readonly seed?: number
}

/**
 * Some of the inputs to each of `units` neurons, with a weight for each synapse: [synapses, 1], neuron by neuron, and by input within a neuron.
 * Weights start as in torch.nn.Linear, by the mean number of inputs. Throws HILLOCK_OPTION if an option is unknown or wrong, or if not exactly
 * one of `fanIn`, `density` and `pairs` is given. Its `connect` throws HILLOCK_SHAPE if there are fewer inputs, or pairs lie beyond the layers.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 * import { sparse } from '@hillock/core/connections'
 *
 * sequential(784, [sparse(100, { density: 0.1, seed: 3 }), lif(), dense(10), lif()])
 * ```
 */
export function sparse(units: number, options: SparseOptions): Connection {
  checkValue('sparse', 'units', units, is.whole(1))
  checkOptions('sparse', options, {
    ...weightChecks,
    fanIn: is.whole(1),
    density: is.number(0, 1),
    pairs: (value) => (Array.isArray(value) && value.every(isPair) ? undefined : 'give a list of [input, neuron]'),
    seed: is.whole(0, 2 ** 32 - 1),
  })
  const { fanIn, density, pairs, seed = 0 } = options
  if ([fanIn, density, pairs].filter((given) => given !== undefined).length !== 1) {
    const hint = 'give one of them: sparse(100, { fanIn: 10 })'
    throw optionError("sparse takes one of 'fanIn', 'density' and 'pairs'", hint)
  }
  return {
    kind: 'sparse',
    text: fanIn !== undefined ? `sparse fan-in ${fanIn}` : pairs ? 'sparse' : `sparse ${percent(density ?? 0)} %`,
    ...startsOf(options),
    connect(from) {
      const inputs = sizeOf(from)
      const count = fanIn ?? Math.max(1, Math.round((density ?? 0) * inputs))
      checkPairs('sparse', pairs?.length ?? count * units)
      const lists = pairs ? listed(pairs, from, units) : drawn(seed, inputs, units, count)
      const synapses = lists.reduce((sum, { length }) => sum + length, 0)
      let slot = 0
      const table = wiring(
        { from: { count: inputs, width: 1 }, to: { count: units, width: 1 }, slots: Math.max(1, synapses) },
        (q, add) => {
          for (const input of lists[q]!) add(input, slot++)
        },
      )
      const fans = { fanIn: Math.max(1, synapses / units), fanOut: Math.max(1, synapses / inputs) }
      return { to: [units], wiring: table, weights: weightsOf(table), fans }
    },
  }
}

const percent = (share: number) => Number((100 * share).toPrecision(3))

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 0)

/** The inputs of each neuron, in order. */
function listed(pairs: readonly (readonly [number, number])[], from: Shape, units: number): number[][] {
  const lists = Array.from({ length: units }, (): number[] => [])
  for (const [input, neuron] of pairs) {
    if (input >= sizeOf(from) || neuron >= units) {
      const hint = `inputs go from 0 to ${sizeOf(from) - 1}, neurons from 0 to ${units - 1}`
      throw shapeError(`sparse: there is no pair [${input}, ${neuron}]`, hint)
    }
    lists[neuron]!.push(input)
  }
  for (const list of lists) list.sort((a, b) => a - b)
  return lists
}

/** `count` of the inputs for each neuron, each set of them equally likely (Floyd's algorithm). */
function drawn(seed: number, inputs: number, units: number, count: number): number[][] {
  if (count > inputs) {
    const found = `sparse: ${count} inputs for each neuron, and the layer below has ${inputs} neurons`
    throw shapeError(found, `give a 'fanIn' of at most ${inputs}`)
  }
  const random = generator(seed, stream.topology)
  return Array.from({ length: units }, () => {
    const chosen = new Set<number>()
    for (let last = inputs - count; last < inputs; last++) {
      const input = random.integer(last + 1)
      chosen.add(chosen.has(input) ? last : input)
    }
    return [...chosen].sort((a, b) => a - b)
  })
}
