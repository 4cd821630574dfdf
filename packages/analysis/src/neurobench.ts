import { HillockError, type Images, type Network, type Session, type Snapshot } from '@hillock/core'
import type { LayerPass, Tensor } from '@hillock/core/learner'
import { lastingOf, parametersOf } from '@hillock/core/network'
import { checkOptions, is, sizeOf } from '@hillock/core/options'
import { type Matrix, matricesOf } from './synapses.ts'

/** Options of `neurobench`. */
export interface NeuroBenchOptions {
  /** Examples that go through the network at once: whether a call is spiking is said of a whole batch. Default: 100, or all if there are fewer. */
  readonly batchSize?: number
}

/** What NeuroBench 2.3 calls so (github.com/NeuroBench/neurobench, neurobench/metrics); hillock's own density and operations count otherwise. */
export interface NeuroBench {
  /** Bytes of weights, biases, statistics, and of the constants of neurons, 4 for each number. */
  readonly footprint: number
  /** Number of weights, biases and learnt parameters. */
  readonly parameterCount: number
  /** The share of weights that are 0, without biases; rounded to four places. */
  readonly connectionSparsity: number
  /** The share of zeros in the output of neurons, over layers and steps. The input and `linear` neurons do not count. */
  readonly activationSparsity: number
  /** Per example, over all of its steps. */
  readonly synapticOperations: {
    /** Weights that are not 0 times inputs that are not 0, where all inputs of a batch and step are -1, 0 or 1: additions. */
    readonly effectiveACs: number
    /** The same where some are not: products. */
    readonly effectiveMACs: number
    /** All weights times all inputs. */
    readonly dense: number
  }
  /** Membranes (the state `v`, else the first) that are not what they were the step before, for an example; in the first step all count. */
  readonly membraneUpdates: number
}

/**
 * The numbers that NeuroBench's harness gives for a network and examples (Yik et al. 2025): they equal its integers for the same network in torch.
 * Throws HILLOCK_OPTION if an option is wrong, and the errors of `session.observe`.
 */
export async function neurobench(
  session: Session,
  examples: Images,
  options: NeuroBenchOptions = {},
): Promise<NeuroBench> {
  checkArguments(session, examples, options)
  const { network } = session
  const { images, count, features } = examples
  const { batchSize = Math.min(100, count) } = options
  const snapshot = await session.snapshot()
  const matrices = matricesOf(network, snapshot)
  const sum = { acs: 0, macs: 0, dense: 0, updates: 0, zeros: 0 }
  for (let from = 0; from < count; from += batchSize) {
    const size = Math.min(batchSize, count - from)
    const batch = { images: images.subarray(from * features, (from + size) * features), count: size, features }
    await session.observe(batch, async (passes, backend) => {
      const read = async (tensor: Tensor) => backend.read(tensor)
      for (const { matrix, tensor, steps } of matrices.recurrent(passes))
        countCalls(sum, matrix, delayed(await read(tensor), tensor), steps, size)
      for (const { matrix, tensor, steps } of matrices.fed(passes))
        countCalls(sum, matrix, await read(tensor), steps, size)
      let [zeros, outputs] = [0, 0]
      for (const pass of passes.filter(isNeurons)) {
        const values = await read(pass.spikes)
        for (const value of values) if (value === 0) zeros++
        outputs += values.length
        sum.updates += await updatesOf(pass, read)
      }
      sum.zeros += outputs === 0 ? 0 : (zeros / outputs) * size
    })
  }
  return {
    ...sizesOf(network, snapshot),
    connectionSparsity: matrices.sparsity,
    activationSparsity: sum.zeros / count,
    synapticOperations: { effectiveACs: sum.acs / count, effectiveMACs: sum.macs / count, dense: sum.dense / count },
    membraneUpdates: sum.updates / count,
  }
}

type Sums = Record<'acs' | 'macs' | 'dense' | 'updates' | 'zeros', number>

/** Adds the operations of a connection in each step; what comes in is [T, B, N], or [1, B, N] where it is the same at every step. */
function countCalls(sum: Sums, { fanOut, all }: Matrix, values: ArrayLike<number>, steps: number, batch: number): void {
  const inputs = fanOut.length
  const call = batch * inputs
  for (let t = 0; t < steps; t++) {
    const at = values.length === call ? 0 : t * call
    let [operations, spiking] = [0, true]
    for (let i = 0; i < call; i++) {
      const value = values[at + i]!
      if (value === 0) continue
      operations += fanOut[i % inputs]!
      if (value !== 1 && value !== -1) spiking = false
    }
    sum[spiking ? 'acs' : 'macs'] += operations
    sum.dense += all * batch
  }
}

/** Values of the step before, zeros at first. */
function delayed(values: ArrayLike<number>, { shape }: Tensor): Float64Array {
  const row = shape[1]! * shape[2]!
  const earlier = new Float64Array(values.length)
  for (let i = row; i < values.length; i++) earlier[i] = values[i - row]!
  return earlier
}

/** How often a membrane is not what it was. */
async function updatesOf(
  { layer, kept, spikes }: LayerPass,
  read: (tensor: Tensor) => Promise<ArrayLike<number>>,
): Promise<number> {
  const states = Object.keys(layer.neuron.definition.state)
  const name = states.includes('v') ? 'v' : states[0]
  if (name === undefined) return 0
  const values = await read(kept[name]!)
  const row = spikes.shape[1]! * spikes.shape[2]!
  let updates = row
  for (let i = row; i < values.length; i++) if (values[i] !== values[i - row]) updates++
  return updates
}

/** `linear` neurons are no layer of neurons in torch. */
const isNeurons = ({ layer }: LayerPass): boolean => layer.neuron.definition.equations.trim() !== 'spike = input'

function sizesOf({ layers }: Network, snapshot: Snapshot): Pick<NeuroBench, 'footprint' | 'parameterCount'> {
  const count = (shape: readonly number[]) => sizeOf(shape)
  const sum = (shapes: readonly (readonly number[])[]) => shapes.reduce((total, shape) => total + count(shape), 0)
  const constants = layers.flatMap(({ neuron: { params, learn } }) =>
    Object.entries(params).flatMap(([name, value]) =>
      learn.includes(name) ? [] : [typeof value === 'number' ? 1 : value.length],
    ),
  )
  const lasting = layers.flatMap(lastingOf).map(({ name }) => snapshot.get(name)!.shape)
  const buffers = constants.reduce((total, length) => total + length, 0)
  return {
    footprint: 4 * (sum(lasting) + buffers),
    parameterCount: sum(layers.flatMap(parametersOf).map(({ shape }) => shape)),
  }
}

function checkArguments(session: Session, examples: Images, options: NeuroBenchOptions): void {
  const problem =
    is.made('a session: createSession(...)', 'network', 'observe', 'snapshot')(session) ??
    (ArrayBuffer.isView(examples?.images) ? undefined : 'give { images, count, features }, such as data.test')
  if (problem !== undefined)
    throw new HillockError('HILLOCK_OPTION', 'neurobench needs a session and examples', { hint: problem })
  checkOptions('neurobench', options, { batchSize: is.whole(1) })
}
