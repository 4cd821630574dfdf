import {
  type Conv,
  checkOptions,
  HillockError,
  is,
  type Layer,
  lastingOf,
  leaky,
  type Network,
  type SavedTensor,
  type Snapshot,
  type SourcePart,
  suggestion,
} from '@hillock/core'
import { sizeOf } from './hdf5/tree.ts'
import { convRows, denseRows } from './layout.ts'
import { channelsFirst, type Order, orderOf } from './order.ts'

/** Which module of torch is what here. */
export interface TorchModules {
  /** For the names before `.weight` and `.bias` here those of a state dict: `{ layer1: 'fc1', layer2: 'fc2' }`; batch norm is 'layer1.norm'. */
  readonly weights: Readonly<Record<string, string>>
  /** For layers the modules of their neurons, if these hold anything: `{ layer1: 'lif1' }`. Default: none. */
  readonly neurons?: Readonly<Record<string, string>>
}

/** What a state dict gave, and what of it was left. */
export interface TorchWeights {
  /** Values of all that the network can learn: `createSession({ network, snapshot, ... })`. */
  readonly snapshot: Snapshot
  /** Names of the state dict that say nothing to this network: membranes, counters, modules that were not named. */
  readonly unused: readonly string[]
}

/** What snnTorch calls resets by, in `reset_mechanism_val`. */
const resets = ['subtract', 'zero', 'none'] as const

/**
 * The weights of a torch state dict for a network that is written here the same: of `nn.Sequential`, snnTorch, SpikingJelly and Norse, saved by
 * `safetensors.torch.save_file(net.state_dict(), ...)` and read by `readSafetensors(bytes).tensors`. Matrices [out, in] are transposed, also behind
 * a flattened image, whose channels come first in torch; kernels [out, in, height, width] become rows. Of neurons, parameters that are learnt
 * here (`beta`, `threshold`) are taken over, and those that are not are compared, as is `reset_mechanism_val`; the bias of a recurrence joins
 * that of the input.
 *
 * Throws HILLOCK_SHAPE for a tensor that is missing or of another shape, and for biases that only one side has; HILLOCK_OPTION for a name that the
 * network does not have, and for neurons whose parameters or reset are not those of the file.
 */
export function torchWeights(
  network: Network,
  tensors: ReadonlyMap<string, SavedTensor>,
  modules: TorchModules,
): TorchWeights {
  checkArguments(network, tensors, modules)
  const { weights, neurons = {} } = modules
  const used = new Set<string>()
  const values = new Map<string, ArrayLike<number>>()
  const get = (name: string): SavedTensor | undefined => {
    const found = tensors.get(name)
    if (found !== undefined) used.add(name)
    return found
  }
  const known = new Set<string>()
  for (const layer of network.layers) {
    for (const { from, parts } of layer.sources) {
      let shape = from === 'input' ? network.shape : network.layers[from]!.shape
      for (const part of parts) {
        const name = part.weight?.replace(/\.weight$/, '')
        if (name !== undefined) {
          known.add(name)
          const module = weights[name] ?? missing(`the module of '${name}'`, `give weights: { ${name}: 'fc1' }`)
          readPart(part, shape, module, get, values)
        }
        shape = part.link.to
      }
    }
    readNeurons(layer, neurons[layer.name], weights[layer.name], get, values)
  }
  checkNames('weights', Object.keys(weights), [...known])
  checkNames(
    'neurons',
    Object.keys(neurons),
    network.layers.map(({ name }) => name),
  )
  const wanted = network.layers.flatMap(lastingOf)
  const snapshot = new Map(
    wanted.map(({ name, shape }) => {
      const found = values.get(name) ?? missing(`'${name}'`, `name the module that has it`)
      return [name, { shape, values: Float32Array.from(found) }]
    }),
  )
  return { snapshot, unused: [...tensors.keys()].filter((name) => !used.has(name)) }
}

type Get = (name: string) => SavedTensor | undefined
type Values = Map<string, ArrayLike<number>>

/** Weights, biases and statistics of a connection. */
function readPart(part: SourcePart, from: readonly number[], module: string, get: Get, values: Values): void {
  const { connection, link, weight, bias, statistics } = part
  const units = link.to.at(-1)!
  if (statistics !== undefined) {
    values.set(weight!, wanted(get, `${module}.weight`, link.weights))
    if (bias !== undefined) values.set(bias, wanted(get, `${module}.bias`, link.weights))
    values.set(statistics.mean, wanted(get, `${module}.running_mean`, link.weights))
    values.set(statistics.variance, wanted(get, `${module}.running_var`, link.weights))
    return
  }
  // Norse's recurrent cells hold the weights of their input.
  const name = get(`${module}.input_weights`) ? `${module}.input_weights` : `${module}.weight`
  if (/^conv\dd$/.test(connection.kind)) {
    const { channels, kernel, groups } = connection as Conv
    const within = from.at(-1)! / groups
    values.set(
      weight!,
      convRows(wanted(get, name, [channels, within, ...kernel]), { channels, within, kernel, groups }),
    )
  } else if (connection.kind === 'dense') {
    const inputs = sizeOf(from)
    const order: Order = from.length > 1 ? orderOf(channelsFirst(from)) : undefined
    values.set(weight!, denseRows(wanted(get, name, [units, inputs]), units, inputs, order))
  } else {
    const hint = 'take dense, conv1d, conv2d and batchNorm, or put the weights into the snapshot yourself'
    throw new HillockError('HILLOCK_UNSUPPORTED', `torch has no ${connection.kind} to take '${weight}' from`, { hint })
  }
  if (bias !== undefined)
    values.set(bias, wanted(get, `${module}.bias`, [units], 'or make the connection with bias: false'))
  else if (get(`${module}.bias`)?.values.some((value) => value !== 0)) {
    const hint = 'make the connection with bias: true'
    throw new HillockError('HILLOCK_SHAPE', `the state dict has '${module}.bias', and here is no bias for it`, { hint })
  }
}

/** What modules of neurons hold. */
function readNeurons(
  layer: Layer,
  module: string | undefined,
  input: string | undefined,
  get: Get,
  values: Values,
): void {
  const { name, neuron, size } = layer
  if (neuron.recurrence !== undefined) readRecurrence(layer, module ?? input, get, values)
  const params = Object.entries(neuron.params).filter(([param]) => param !== 'recurrent')
  for (const [param, own] of params) {
    const found = module === undefined ? undefined : get(`${module}.${param}`)
    const learnt = neuron.learn.includes(param)
    const here = typeof own === 'number' ? [own] : Array.from(own)
    if (found === undefined) {
      if (learnt) missing(`'${param}' of ${name}`, `name its module: neurons: { ${name}: 'lif1' }`)
      continue
    }
    const given = Array.from(found.values)
    if (learnt) {
      const count = here.length
      if (given.length !== count && given.length !== 1) misfit(`${module}.${param}`, found.shape, [count])
      values.set(`${name}.${param}`, given.length === count ? given : new Array<number>(count).fill(given[0]!))
      continue
    }
    const at = (list: readonly number[], n: number) => Math.fround(list[list.length === 1 ? 0 : n]!)
    const other = Array.from({ length: size }, (_, n) => n).find((n) => at(given, n) !== at(here, n))
    if (other === undefined) continue
    const hint = `give ${neuron.name} the values of the state dict, or let it learn '${param}'`
    const differ = `'${module}.${param}' is ${at(given, other)}, and '${param}' of ${name} is ${at(here, other)}`
    throw new HillockError('HILLOCK_OPTION', differ, { hint })
  }
  if (module !== undefined) checkReset(layer, module, get)
}

/** `reset_mechanism_val` of snnTorch is 0 for subtract, 1 for zero, 2 for none. */
function checkReset({ name, neuron }: Layer, module: string, get: Get): void {
  const reset = resets[get(`${module}.reset_mechanism_val`)?.values[0] ?? -1]
  const factor = get(`${module}.graded_spikes_factor`)?.values
  if (factor?.some((value) => value !== 1)) {
    const hint = 'multiply the weights of the next layer by it'
    throw new HillockError('HILLOCK_OPTION', `'${module}.graded_spikes_factor' is ${factor[0]}`, { hint })
  }
  const own = resets.find((one) => leaky({ reset: one }).definition.equations === neuron.definition.equations)
  if (reset === undefined || own === undefined || own === reset) return
  const found = `'${module}' resets by '${reset}', and ${name} by '${own}'`
  throw new HillockError('HILLOCK_OPTION', found, { hint: `write leaky({ reset: '${reset}' })` })
}

/** The weights of a recurrence: of snnTorch `recurrent.weight` and `.bias`, or `recurrent.V`; of Norse `recurrent_weights`. */
function readRecurrence(
  { name, neuron, size, sources }: Layer,
  module: string | undefined,
  get: Get,
  values: Values,
): void {
  if (neuron.recurrence!.to === 'itself') {
    const found = get(`${module}.recurrent.V`) ?? get(`${module}.V`)
    if (found === undefined) return
    const { values: given } = found
    if (given.length !== size && given.length !== 1) misfit(`${module}.recurrent.V`, found.shape, [size])
    values.set(`${name}.recurrent`, given.length === size ? given : new Float32Array(size).fill(given[0]!))
    return
  }
  const own = get(`${module}.recurrent_weights`) ? `${module}.recurrent_weights` : `${module}.recurrent.weight`
  values.set(`${name}.recurrent`, denseRows(wanted(get, own, [size, size]), size, size))
  const bias = get(`${module}.recurrent.bias`)?.values
  const at = sources
    .flatMap(({ parts }) => parts)
    .find((part) => part.bias !== undefined && part.link.to.at(-1) === size)
  if (bias === undefined || bias.every((value) => value === 0)) return
  if (at === undefined) {
    const hint = 'make the connection of its input with bias: true'
    throw new HillockError(
      'HILLOCK_SHAPE',
      `the state dict has '${module}.recurrent.bias', and ${name} has no bias for it`,
      { hint },
    )
  }
  values.set(
    at.bias!,
    Array.from(values.get(at.bias!)!, (value, i) => value + bias[i]!),
  )
}

/** The values of a tensor that must be there, in this shape. */
function wanted(
  get: Get,
  name: string,
  shape: readonly number[],
  hint = 'look at the names of the state dict',
): ArrayLike<number> {
  const found = get(name) ?? missing(`'${name}'`, hint)
  if (String(found.shape) !== String(shape)) misfit(name, found.shape, shape)
  return found.values
}

function missing(what: string, hint: string): never {
  throw new HillockError('HILLOCK_SHAPE', `torchWeights: ${what} is missing`, { hint })
}

function misfit(name: string, found: readonly number[], shape: readonly number[]): never {
  const hint = 'write the network as it is in torch'
  throw new HillockError(
    'HILLOCK_SHAPE',
    `'${name}' of the state dict has shape [${found}], and the network wants [${shape}]`,
    { hint },
  )
}

function checkNames(option: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const hint = suggestion(unknown, known) ?? `there is ${known.join(', ')}`
  throw new HillockError('HILLOCK_OPTION', `torchWeights: ${option} has '${unknown}', and the network has not`, {
    hint,
  })
}

const areModules = (value: unknown): string | undefined =>
  is.record(value) ??
  (Object.values(value as object).every((one) => typeof one === 'string') ? undefined : "give names: { layer1: 'fc1' }")

function checkArguments(network: Network, tensors: ReadonlyMap<string, SavedTensor>, modules: TorchModules): void {
  const problem =
    is.made('a network: sequential(...)', 'layers', 'shape')(network) ??
    (tensors instanceof Map &&
    [...tensors.values()].every((one) => Array.isArray(one?.shape) && ArrayBuffer.isView(one.values))
      ? undefined
      : 'give the tensors of a file: readSafetensors(bytes).tensors')
  if (problem !== undefined)
    throw new HillockError('HILLOCK_OPTION', 'torchWeights: a network and tensors are wanted', { hint: problem })
  checkOptions('torchWeights', modules, { weights: areModules, neurons: areModules }, ['weights'])
}
