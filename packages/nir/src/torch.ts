import { HillockError, type Network, type SavedTensor, type Snapshot } from '@hillock/core'
import type { Conv } from '@hillock/core/connections'
import { suggestion } from '@hillock/core/errors'
import { lastingOf, type SourcePart } from '@hillock/core/network'
import { checkOptions, is, sizeOf } from '@hillock/core/options'
import { convRows, denseRows } from './layout.ts'
import { channelsFirst, type Order, orderOf } from './order.ts'
import { type Get, missing, type Values, wanted } from './torch-dict.ts'
import { readNeurons } from './torch-neurons.ts'

/** Which torch module belongs to which layer. */
export interface TorchModules {
  /** For the names before `.weight` and `.bias` here those of a state dict: `{ layer1: 'fc1', layer2: 'fc2' }`; batch norm is 'layer1.norm'. */
  readonly weights: Readonly<Record<string, string>>
  /** For layers the modules of their neurons, if these hold anything: `{ layer1: 'lif1' }`. Default: none. */
  readonly neurons?: Readonly<Record<string, string>>
}

/** The snapshot from a state dict, and the tensors that were not used. */
export interface TorchWeights {
  /** Values of all that the network can learn: `createSession({ network, snapshot, ... })`. */
  readonly snapshot: Snapshot
  /** Names of the state dict that say nothing to this network: membranes, counters, modules that were not named. */
  readonly unused: readonly string[]
}

/**
 * The weights of a torch state dict for a network that is written here the same: of `nn.Sequential`, snnTorch, SpikingJelly and Norse, saved by
 * `safetensors.torch.save_file(net.state_dict(), ...)` and read by `readSafetensors(bytes).tensors`. Matrices [out, in] are transposed, also behind
 * a flattened image, whose channels come first in torch; kernels [out, in, height, width] become rows. Of neurons, parameters that are learnt
 * here (`beta`, `threshold`) are taken over, and those that are not are compared, as is `reset_mechanism_val`; the bias of a recurrence joins
 * that of the input.
 *
 * Throws HILLOCK_SHAPE if a tensor is missing or has another shape, or if only one side has a bias; HILLOCK_OPTION if the network does not have one
 * of the names, or if the parameters or the reset of its neurons are not those of the file.
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
    const hint = 'use dense, conv1d, conv2d and batchNorm, or put the weights into the snapshot yourself'
    throw new HillockError('HILLOCK_UNSUPPORTED', `torch has no ${connection.kind} to take '${weight}' from`, { hint })
  }
  if (bias !== undefined)
    values.set(bias, wanted(get, `${module}.bias`, [units], 'or make the connection with bias: false'))
  else if (get(`${module}.bias`)?.values.some((value) => value !== 0)) {
    const hint = 'make the connection with bias: true'
    throw new HillockError('HILLOCK_SHAPE', `the state dict has '${module}.bias', but the hillock layer has no bias`, {
      hint,
    })
  }
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
    throw new HillockError('HILLOCK_OPTION', 'torchWeights needs a network and tensors', { hint: problem })
  checkOptions('torchWeights', modules, { weights: areModules, neurons: areModules }, ['weights'])
}
