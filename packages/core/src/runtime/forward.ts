import type { RandomKey, Tensor } from '../backend.ts'
import { alarmName } from '../equations/alarm.ts'
import { neededName } from '../equations/needed.ts'
import { HillockError } from '../errors.ts'
import type { Kernel } from '../kernel.ts'
import { type Layer, weightNames } from '../network.ts'
import type { TrainingProgress } from '../optimizers/schedule.ts'
import { didYouMean } from '../options.ts'
import { stream } from '../random/index.ts'
import type { ScanValues } from '../values.ts'
import type { Runtime } from './runtime.ts'

/** Encoded input with what is to be learnt about it. */
export interface Batch {
  /** [T, B, inputs], or [1, B, inputs] for a constant current. */
  readonly input: Tensor
  readonly labels: ArrayLike<number>
  readonly steps: number
  readonly size: number
  /** Of a part of a longer batch: the step that its first one is, a multiple of 16; 0. */
  readonly from?: number
  /** Of a part of a larger batch: the sample that its first one is. Default: 0. */
  readonly sample?: number
  /** Where training stands; what learning-rate schedules go by. */
  readonly progress: TrainingProgress
}

/** What was kept of a layer, by name: [T, B, N]. */
export interface Kept {
  readonly [name: string]: Tensor
  /** @deprecated Names of 0.1: write `kept.v`. */
  readonly [name: `${'state' | 'record'}:${string}`]: Tensor
}

/** What a layer did with a batch. */
export interface LayerPass {
  readonly layer: Layer
  readonly batch: Batch
  /** What came in: [T, B, inputs] or [1, B, inputs]. */
  readonly input: Tensor
  /** The currents, by name: [T, B, N] or [1, B, N]. */
  readonly currents: Readonly<Record<string, Tensor>>
  /** What went out: [T, B, N]; of a learner that runs step by step the mean over time, [1, B, N]. */
  readonly spikes: Tensor
  /** Where the adjoint of the spikes has an effect, as spikes [T, B, N]; undefined where that is everywhere, or nothing is learnt. */
  readonly needed: Tensor | undefined
  /** What was kept of states and recorded values, by name: [T, B, N]. */
  readonly kept: Kept
  /** States before the first step, where they were not the neurons' own: [B, N]. */
  readonly initial?: Readonly<Record<string, Tensor>>
}

export interface ForwardOptions {
  /** Keep the states that the backward scan needs. */
  readonly learn?: boolean
  /** Names of states and recorded values to keep of a layer. Throws HILLOCK_OPTION for one that its neurons do not give. */
  readonly keep?: (layer: Layer) => readonly string[]
  /** Look for NaN and infinity in what neurons compute. Default: true. */
  readonly watch?: boolean
  /** States before the first step, [B, N], in place of the neurons' own. */
  readonly initial?: (layer: Layer) => Readonly<Record<string, Tensor>>
}

/** Runs a batch through the network: for each layer one map of all T * B rows, then one scan over time. */
export function forward(runtime: Runtime, batch: Batch, options: ForwardOptions = {}): LayerPass[] {
  return runtime.timed('forward', () => {
    const { passes } = runtime
    passes.length = 0
    for (const layer of runtime.network.layers) {
      passes.push(forwardLayer(runtime, layer, passes.at(-1)?.spikes ?? batch.input, batch, options))
    }
    return [...passes]
  })
}

function forwardLayer(runtime: Runtime, layer: Layer, input: Tensor, batch: Batch, options: ForwardOptions): LayerPass {
  const { backend } = runtime
  const { neuron, size } = layer
  const rows = [input.shape[0]!, batch.size, size]
  const currents: Record<string, Tensor> = {}
  for (const name of neuron.definition.inputs) {
    const { weight, bias } = weightNames(layer, name)
    const current = runtime.temporary(rows)
    const weights = runtime.tensor(weight, [layer.inputs, size])
    backend.matmul(
      input,
      weights,
      current,
      layer.connection.bias === null ? {} : { bias: runtime.tensor(bias, [size]) },
    )
    currents[name] = current
  }
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
  const initial = options.initial?.(layer)
  const kernel = watchedKernel(runtime, layer, batch, options.learn)
  const has = (output: string) => output in kernel.program.outputs
  const needed = has(neededName) ? runtime.temporary(shape, 'spikes') : undefined
  const alarm = has(alarmName) && options.watch !== false ? runtime.temporary([1, batch.size, size]) : undefined
  const outputs = {
    spike: spikes,
    ...kept,
    ...(needed && { [neededName]: needed }),
    ...(alarm && { [alarmName]: alarm }),
  }
  scanLayer(runtime, kernel, { layer, batch, currents, initial }, outputs)
  if (alarm) runtime.watch(alarm, `${layer.name} (${neuron.name}) computes with NaN or infinity`, layer)
  return { layer, batch, input, currents, spikes, needed, kept: withOldNames(layer, kept), ...(initial && { initial }) }
}

/** The program of a layer's neurons, watched. */
export function watchedKernel(runtime: Runtime, layer: Layer, { steps, from }: Batch, learn?: boolean): Kernel {
  const { finiteSchedule } = runtime.values(layer, steps, from)
  return layer.neuron.kernels.watched({ learn, finiteSchedule })
}

/** Runs a layer's neurons over time, from their currents to the outputs that are asked for. */
export function scanLayer(
  runtime: Runtime,
  kernel: Kernel,
  {
    layer,
    batch,
    currents,
    initial,
  }: Pick<LayerPass, 'layer' | 'batch' | 'currents'> & { readonly initial?: LayerPass['initial'] | undefined },
  outputs: Readonly<Record<string, Tensor>>,
): void {
  runtime.backend.scan(kernel, {
    steps: batch.steps,
    batch: batch.size,
    size: layer.size,
    inputs: currents,
    ...valuesOf(runtime, { layer, batch, initial }),
    outputs,
    random: noiseOf(runtime, layer, batch),
  })
}

/** The values that a layer's neurons run with. */
export function valuesOf(
  runtime: Runtime,
  {
    layer,
    batch,
    initial,
  }: Pick<LayerPass, 'layer' | 'batch'> & { readonly initial?: LayerPass['initial'] | undefined },
): ScanValues {
  const values = runtime.values(layer, batch.steps, batch.from)
  return initial === undefined ? values : { ...values, initial: { ...values.initial, ...initial } }
}

/** Names the random numbers that a layer's neurons draw. */
export const noiseOf = ({ seed }: Runtime, { place }: Layer, { progress, from = 0, sample = 0 }: Batch): RandomKey => ({
  seed,
  stream: stream.noise,
  step: progress.step,
  place,
  from,
  sample,
})

/** States that the backward program reads. */
function statesRead({ neuron }: Layer): string[] {
  return neuron.kernels.reverse().program.nodes.flatMap(({ op, name }) => (op === 'state' ? [name!] : []))
}

/** What the loss reads of the last layer besides its spikes. */
function outputsRead({ loss, network }: Runtime, layer: Layer): string[] {
  return layer === network.layers.at(-1) && loss.reads !== 'spike' ? [loss.reads] : []
}

/** The name of what a layer gives out: 'spike', a state or a recorded value. Throws HILLOCK_OPTION for another; `reader` says there who wants it. */
export function outputName({ name: layer, neuron }: Layer, name: string, reader?: string): string {
  const { state, record, equations } = neuron.definition
  const known = ['spike', ...Object.keys(state), ...record]
  if (known.includes(name)) return name
  const set = [...equations.matchAll(/^\s*(\w+)\s*=[^=]/gm)].some(([, left]) => left === name)
  const hint = set ? `give the neurons record: ['${name}']` : didYouMean(name, known, `there is ${known.join(', ')}`)
  throw new HillockError(
    'HILLOCK_OPTION',
    `${reader ? `${reader}: ` : ''}${layer} (${neuron.name}) gives out no '${name}'`,
    { hint },
  )
}

/** Lets what was kept be read by its names of 0.1, too. */
function withOldNames({ neuron }: Layer, kept: Record<string, Tensor>): Kept {
  for (const [name, value] of Object.entries(kept)) {
    const kind = Object.hasOwn(neuron.definition.state, name) ? 'state' : 'record'
    Object.defineProperty(kept, `${kind}:${name}`, { value })
  }
  return kept
}

/** Further outputs to keep. Throws HILLOCK_OPTION for one that there is not. */
function keptNames({ name: layer, neuron }: Layer, given: readonly string[]): readonly string[] {
  const known = Object.keys(neuron.kernels.forward.program.outputs).filter((name) => name !== 'spike')
  const names = given.map((name) => name.replace(/^(state|record):/, ''))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return names
  const hint = didYouMean(unknown, known, `there is ${known.join(', ') || 'nothing else than the spikes'}`)
  throw new HillockError('HILLOCK_OPTION', `forward: ${layer} (${neuron.name}) keeps no '${unknown}'`, { hint })
}
