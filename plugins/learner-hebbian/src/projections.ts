import { HillockError, type Layer } from '@hillock/core'
import type { Wiring } from '@hillock/core/backend'
import type { Source, SourcePart } from '@hillock/core/network'

/** Weights between what spikes and the neurons of a layer. */
export interface Projection {
  /** Name of the weights. */
  readonly name: string
  /** Rows and columns of the weights: inputs of a place, and neurons of a place. */
  readonly shape: readonly [rows: number, columns: number]
  /** What spikes: the input, a layer, or the neurons themselves one step before. */
  readonly from: number | 'input' | 'itself'
  /** Max pools in front of the weights, from `from` on. */
  readonly pools: readonly Wiring[]
  /** How many values come to the weights. */
  readonly inputs: number
  /** Which of them reach which place. Undefined where there is one place that sees them all. */
  readonly wiring: Wiring | undefined
  /** Name of the biases, one for each column. */
  readonly bias: string | undefined
}

/**
 * What drives a layer. Throws HILLOCK_UNSUPPORTED if weights do not lie between spikes and neurons, or a column of them is not the weights of one
 * neuron, or of one channel.
 */
export function projectionsOf(layer: Layer): Projection[] {
  const { name, size, sources, neuron } = layer
  const made = sources.map((source) => projectionOf(layer, source))
  const { recurrence } = neuron
  if (recurrence === undefined) return made
  if (recurrence.to === 'itself' || !recurrence.diagonal)
    refuse(
      `${name} is recurrent with a part of a matrix`,
      "use recurrent(neuron) with the defaults: to: 'layer', diagonal: true",
    )
  if (recurrence.quantized)
    refuse(`${name} has recurrent weights of few bits`, 'train with bptt, or remove quantized(...)')
  if (made[0]!.wiring !== undefined)
    refuse(`${name} is a recurrent convolution`, 'use recurrent neurons behind dense(...)')
  const own = { from: 'itself', pools: [], inputs: size, wiring: undefined, bias: undefined } as const
  return [...made, { name: `${name}.recurrent`, shape: [size, size], ...own }]
}

function refuse(found: string, hint: string): never {
  throw new HillockError('HILLOCK_UNSUPPORTED', `hebbian: ${found}`, { hint })
}

function projectionOf({ name }: Layer, { from, parts }: Source): Projection {
  const own = parts.at(-1)!
  const pools = parts.slice(0, -1).map(({ connection, link: { largest, wiring } }): Wiring => {
    if (largest && wiring) return wiring
    return refuse(
      `${name} has ${connection.kind} in front of ${own.connection.kind}`,
      'only maxPool(...) makes spikes of spikes: use that, or put neurons between them',
    )
  })
  checkWeights(name, own)
  const [rows, columns] = own.link.weights as [number, number]
  const wiring = own.link.wiring && !seesAll(own.link.wiring) ? own.link.wiring : undefined
  const last = pools.at(-1)
  return {
    name: own.weight!,
    shape: [rows, columns],
    from,
    pools,
    inputs: last ? last.to.count * last.to.width : wiring ? wiring.from.count * wiring.from.width : rows,
    wiring,
    bias: own.bias,
  }
}

/** Throws HILLOCK_UNSUPPORTED unless each neuron, or each channel, has a column of weights of its own. */
function checkWeights(name: string, { connection, link, weight }: SourcePart): void {
  const hint = 'use dense(...) or conv2d(...) in front of the neurons, or train the network with stdp or bptt'
  const { wiring, normalized, quantized } = link
  const { groups = 1 } = connection as { readonly groups?: number }
  if (weight === undefined) refuse(`${name} is driven by ${connection.kind}, without weights to learn`, hint)
  if (connection.shared) refuse(`${name} shares its weights`, 'write a connection for each source, without share(...)')
  if (normalized || quantized) refuse(`${name} is ${normalized ? 'normalized' : 'quantized'}`, hint)
  if (wiring === undefined) return
  if (wiring.lag) refuse(`${name} has delays`, hint)
  // Where no weight is used twice, a column is not one neuron's.
  const ofEach = wiring.to.count > 1 && wiring.slots === wiring.site.length
  if (wiring.diagonal || groups > 1 || ofEach)
    refuse(`${name} has ${connection.kind}, whose columns are not of one channel`, hint)
}

/** Whether there is one place that all of the input reaches, in its order: a matrix. */
function seesAll({ from, to, slots, site, slot }: Wiring): boolean {
  return (
    to.count === 1 &&
    slots === from.count &&
    site.length === slots &&
    site.every((own, k) => own === k && slot[k] === k)
  )
}
