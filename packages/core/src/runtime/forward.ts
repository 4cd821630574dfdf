import type { RandomKey, Tensor } from '../backend.ts'
import { activeMaskName } from '../equations/active-mask.ts'
import { alarmName } from '../equations/alarm.ts'
import type { Kernel } from '../kernel.ts'
import type { Layer, Source } from '../network/layer.ts'
import type { Neuron } from '../neuron.ts'
import { didYouMean } from '../options.ts'
import { stream } from '../random/index.ts'
import { optionError, unsupportedError } from '../refusals.ts'
import type { ScanValues } from '../values.ts'
import type { Carry } from './carry.ts'
import { currentOf, type Given } from './connections.ts'
import type { Runtime } from './contract.ts'
import type { Ends } from './late.ts'
import type { Batch, Kept, LayerPass } from './pass.ts'
import { matricesOf, productsOf } from './recurrence.ts'

/** A span of time, by default all of it, and what is made of it. */
export interface ForwardOptions {
  /** Keep the states that the backward scan needs. */
  readonly learn?: boolean
  /** It is a part of training, without `learn`, too: values are dropped. Default: false. */
  readonly training?: boolean
  /** Names of states and recorded values to keep of a layer. Throws HILLOCK_OPTION if its neurons do not give one of them. */
  readonly keep?: (layer: Layer) => readonly string[]
  /** Look for NaN and infinity in what neurons compute. Default: true. */
  readonly watch?: boolean
  /** The first step of the span, a multiple of 16 where neurons draw random numbers. Default: 0. */
  readonly from?: number
  /** Steps of the span. Default: all that follow. */
  readonly steps?: number
  /** Where the network stands before the span. Default: where its neurons start. */
  readonly carry?: Carry | undefined
  /** Takes where it stands after the span. */
  readonly into?: Carry | undefined
}

/**
 * Runs a batch through the network, over all of its time or a span of it: for each layer one map of all T * B rows, then one scan over time.
 * Parts that go on from each other, and single steps, give what the whole gives.
 */
export function forward(runtime: Runtime, batch: Batch, options: ForwardOptions = {}): LayerPass[] {
  const { from = 0, steps = batch.steps - from } = options
  const span = steps === batch.steps ? batch : spanOf(runtime, batch, from, steps)
  if (span !== batch && (options.learn || options.training)) checkWhole(runtime)
  return runtime.timed('forward', () => {
    const passes: LayerPass[] = []
    for (const layer of runtime.network.layers) passes.push(forwardLayer(runtime, layer, passes, span, options))
    return passes
  })
}

/** Throws HILLOCK_UNSUPPORTED if the network learns from statistics of all of its time. */
function checkWhole({ network }: Runtime): void {
  const layer = network.layers.find(({ sources }) =>
    sources.some(({ parts }) => parts.some(({ link }) => link.normalized)),
  )
  if (layer === undefined) return
  const hint = 'use a learner that runs all time steps at once: bptt() without recompute'
  throw unsupportedError(`${layer.name}: batchNorm learns from all of the time, not a part of it`, hint)
}

/** The batch of a span of time. */
function spanOf(runtime: Runtime, batch: Batch, from: number, steps: number): Batch {
  return { ...batch, input: sliced(runtime, batch.input, from, steps), steps, from: (batch.from ?? 0) + from }
}

/** Some time steps; what is the same at every step stays as it is. */
export function sliced(runtime: Runtime, tensor: Tensor, from: number, steps: number): Tensor {
  const [all, ...rest] = tensor.shape
  if (all === 1) return tensor
  const slice = runtime.temporary([steps, ...rest], tensor.kind)
  runtime.backend.slice(tensor, from, slice)
  return slice
}

function forwardLayer(
  runtime: Runtime,
  layer: Layer,
  before: readonly LayerPass[],
  batch: Batch,
  options: ForwardOptions,
): LayerPass {
  const { neuron, size } = layer
  const training = options.learn || options.training
  const ends: Ends = { before: options.carry?.[layer.index], after: options.into?.[layer.index] }
  const given = ({ from }: Source): Given => {
    if (from === 'input') return { output: batch.input, activeMask: undefined }
    const { spikes, activeMask } = before[from]!
    return { output: spikes, activeMask }
  }
  const made = neuron.definition.inputs.map(
    (name) => [name, currentOf(runtime, layer, name, given, batch, training, ends)] as const,
  )
  const currents = Object.fromEntries(made.map(([name, { current }]) => [name, current]))
  const fed = made.flatMap(([, { fed }]) => fed)
  const shape = [batch.steps, batch.size, size]
  // Spikes that are a state, too, are read as numbers.
  const isState = Object.hasOwn(neuron.definition.state, 'spike')
  const spikes = runtime.temporary(shape, neuron.binary && !isState ? 'spikes' : 'real')
  const kept: Record<string, Tensor> = {}
  for (const name of new Set([
    ...(options.learn ? statesRead(layer) : []),
    ...outputsRead(runtime, layer),
    ...keptNames(layer, options.keep?.(layer) ?? []),
  ])) {
    kept[name] = name === 'spike' ? spikes : runtime.temporary(shape)
  }
  const products = options.learn ? productsOf(runtime, layer, batch) : {}
  const kernel = watchedKernel(runtime, layer, batch, options.learn)
  const has = (output: string) => output in kernel.program.outputs
  const activeMask = has(activeMaskName) ? runtime.temporary(shape, 'spikes') : undefined
  const alarm = has(alarmName) && options.watch !== false ? runtime.temporary([1, batch.size, size]) : undefined
  const outputs = {
    spike: spikes,
    ...kept,
    ...products,
    ...(activeMask && { [activeMaskName]: activeMask }),
    ...(alarm && { [alarmName]: alarm }),
  }
  const within = (states: Carry[number] | undefined) =>
    states && Object.fromEntries(Object.entries(states).filter(([name]) => kernel.states.includes(name)))
  const [initial, final] = [within(ends.before), within(ends.after)]
  const pass: LayerPass = {
    layer,
    batch,
    input: fed[0]!.values[0]!,
    fed,
    currents,
    spikes,
    activeMask,
    kept: withOldNames(layer, kept),
    products,
    ...(initial && { initial }),
  }
  scanLayer(runtime, kernel, pass, outputs, final)
  if (options.watch === false) return pass
  if (alarm) runtime.watch(alarm, `${layer.name} (${neuron.name}) computes with NaN or infinity`, pass)
  if (!neuron.binary) runtime.watch(spikes, `what ${layer.name} (${neuron.name}) gives is not finite`, pass)
  return pass
}

/** The program of a layer's neurons, watched. */
export function watchedKernel(runtime: Runtime, layer: Layer, { steps, from }: Batch, learn?: boolean): Kernel {
  const { finiteTimeVarying } = runtime.values(layer, steps, from)
  return layer.neuron.kernels.watched({ learn, finiteTimeVarying })
}

/** Runs a layer's neurons over time, from their currents to the outputs that are asked for. */
export function scanLayer(
  runtime: Runtime,
  kernel: Kernel,
  { layer, batch, currents, initial }: Pick<LayerPass, 'layer' | 'batch' | 'currents' | 'initial'>,
  outputs: Readonly<Record<string, Tensor>>,
  final?: Readonly<Record<string, Tensor>>,
): void {
  runtime.backend.scan(kernel, {
    steps: batch.steps,
    batch: batch.size,
    size: layer.size,
    inputs: currents,
    ...valuesOf(runtime, { layer, batch, ...(initial && { initial }) }),
    outputs,
    ...(final && { final }),
    ...noiseOf(runtime, layer, batch),
    ...matricesOf(runtime, layer),
  })
}

/** The values that a layer's neurons run with. */
export function valuesOf(
  runtime: Runtime,
  { layer, batch, initial }: Pick<LayerPass, 'layer' | 'batch' | 'initial'>,
): ScanValues {
  const values = runtime.values(layer, batch.steps, batch.from)
  return initial === undefined ? values : { ...values, initial: { ...values.initial, ...initial } }
}

/** Names the random numbers that a layer's neurons draw. */
export function noiseOf(
  { seed }: Runtime,
  { place, draws }: Layer,
  { progress, from = 0, sample = 0 }: Batch,
): { readonly random?: RandomKey } {
  return draws === 0 ? {} : { random: { seed, stream: stream.noise, step: progress.update, place, from, sample } }
}

/** States that the backward program reads. */
function statesRead({ neuron }: Layer): string[] {
  return neuron.kernels.reverse().program.nodes.flatMap(({ op, name }) => (op === 'state' ? [name!] : []))
}

/** What the loss reads of the last layer besides its spikes. */
function outputsRead({ loss, network }: Runtime, layer: Layer): string[] {
  return layer === network.layers.at(-1) && loss.reads !== 'spike' ? [loss.reads] : []
}

/** The name of what a layer gives out: 'spike', a state or a recorded value. Throws HILLOCK_OPTION if it is another. The error names `reader`. */
export function outputName({ name: layer, neuron }: Layer, name: string, reader?: string): string {
  const { state, record, equations } = neuron.definition
  const known = ['spike', ...Object.keys(state), ...record]
  if (known.includes(name)) return name
  const set = [...equations.matchAll(/^\s*(\w+)\s*=[^=]/gm)].some(([, left]) => left === name)
  const hint = set ? `give the neurons record: ['${name}']` : didYouMean(name, known, `there is ${known.join(', ')}`)
  throw optionError(`${reader ? `${reader}: ` : ''}${layer} (${neuron.name}) has no output '${name}'`, hint)
}

/** Lets what was kept be read by its names of 0.1, too. */
function withOldNames({ neuron }: Layer, kept: Record<string, Tensor>): Kept {
  for (const [name, value] of Object.entries(kept)) {
    const kind = Object.hasOwn(neuron.definition.state, name) ? 'state' : 'record'
    Object.defineProperty(kept, `${kind}:${name}`, { value })
  }
  return kept
}

/** Names of what can be kept of a layer besides its spikes. */
export const keepable = ({ definition: { state, record } }: Neuron): string[] =>
  [...new Set([...Object.keys(state), ...record])].filter((name) => name !== 'spike')

/** Further outputs to keep. Throws HILLOCK_OPTION if one is unknown. */
function keptNames({ name: layer, neuron }: Layer, given: readonly string[]): readonly string[] {
  const known = keepable(neuron)
  const names = given.map((name) => name.replace(/^(state|record):/, ''))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return names
  const hint = didYouMean(unknown, known, `there is ${known.join(', ') || 'nothing else than the spikes'}`)
  throw optionError(`forward: ${layer} (${neuron.name}) keeps no '${unknown}'`, hint)
}
