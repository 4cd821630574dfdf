import {
  type Backend,
  createSession,
  type Encoder,
  HillockError,
  type Learner,
  type Network,
  readSafetensors,
  type Session,
  type Snapshot,
  writeSafetensors,
} from '@hillock/core'
import { lastingOf } from '@hillock/core/network'
import { checkOptions, is } from '@hillock/core/options'
import { buildEncoder, buildLoss, type OwnParts } from './build.ts'
import { buildNetwork } from './build-network.ts'
import { areFactories } from './names.ts'
import { parseRecipe, type Recipe } from './recipe.ts'

/** A trained model to write to a file. */
export interface SavedModel {
  /** The recipe it was trained with. */
  readonly recipe: Recipe
  /** The seed it was trained with. */
  readonly seed: number
  /** The network. */
  readonly network: Network
  /** The encoder. */
  readonly encoder: Encoder
  /** Its weights, by name. */
  readonly weights: Snapshot
  /** What of its recipe is not hillock's own. */
  readonly own: OwnParts
  /** Names of tensors that the network does not use, except those that a learner keeps in a checkpoint. */
  readonly unused: readonly string[]
}

/** A saved network, ready to run. */
export interface LoadedNetwork {
  /** Data set, encoder, network, loss and learner: what of them is to be known to use the network. */
  readonly recipe: Recipe
  /** Ready to evaluate and observe; it does not learn. Tensors of the file that the network has no use for are in `session.unused`. */
  readonly session: Session
}

/** Writes a trained network to bytes, with everything needed to build it again. */
export function writeModel(
  network: Network,
  snapshot: Snapshot,
  about: { readonly recipe: Recipe; readonly seed: number; readonly epochs: number },
  versions: Readonly<Record<string, string>>,
): Uint8Array {
  const names = network.layers.flatMap((layer) => lastingOf(layer).map(({ name }) => name))
  const weights = new Map(names.map((name) => [name, snapshot.get(name)!]))
  return writeSafetensors(weights, {
    format: 'hillock 1',
    ...versions,
    recipe: JSON.stringify(about.recipe),
    seed: String(about.seed),
    epochs: String(about.epochs),
    inputs: String(network.inputs),
  })
}

/** The contents of a model file, before anything is built from it. */
export interface PackedModel {
  /** Name of the model. */
  readonly name: string
  /** The recipe it was trained with. */
  readonly recipe: Recipe
  /** The seed it was trained with. */
  readonly seed: number
  /** Inputs of the network. */
  readonly inputs: number
  /** Its tensors, by name. */
  readonly tensors: Snapshot
  /** Whether the file is a checkpoint, which training resumes from. */
  readonly isCheckpoint: boolean
}

/**
 * Reads the file of a model, or of a checkpoint, which holds one; nothing in it is trusted. Throws HILLOCK_DATA_DAMAGED if something in
 * it is wrong, HILLOCK_UNSUPPORTED if it is the file of another tool.
 */
export function unpackModel(bytes: Uint8Array, name = 'the model'): PackedModel {
  const { tensors, metadata } = ofFile(name, () => readSafetensors(bytes))
  if (metadata.format !== 'hillock 1') {
    const hint = 'give a model.safetensors that hillock wrote'
    const found = metadata.format === undefined ? 'says no format' : `says the format '${metadata.format.slice(0, 40)}'`
    throw new HillockError('HILLOCK_UNSUPPORTED', `${name} is not a model of hillock: it ${found}`, { hint })
  }
  const [seed, inputs] = [Number(metadata.seed), Number(metadata.inputs)]
  if (seed >>> 0 !== seed || inputs >>> 0 !== inputs) throw damaged(name, 'its seed or its inputs are not numbers')
  const isCheckpoint = metadata.batches !== undefined
  return { name, recipe: recipeOf(metadata, name), seed, inputs, tensors, isCheckpoint }
}

/** Builds a model. Throws HILLOCK_DATA_DAMAGED if its tensors do not fit its recipe, and the errors of `buildNetwork`. */
export function buildModel(
  { name, recipe, seed, inputs, tensors, isCheckpoint }: PackedModel,
  own: OwnParts = {},
): SavedModel {
  const [network, encoder] = [buildNetwork(recipe, inputs, own), buildEncoder(recipe, own)]
  const parameters = network.layers.flatMap(lastingOf)
  for (const { name: tensor, shape } of parameters) {
    const found = tensors.get(tensor)?.shape
    if (found?.join() === shape.join()) continue
    const what = found === undefined ? `lacks '${tensor}'` : `has '${tensor}' as [${found.join(', ')}]`
    throw damaged(name, `it ${what} where its recipe needs [${shape.join(', ')}]`)
  }
  const known = new Set(parameters.map(({ name }) => name))
  const unused = isCheckpoint ? [] : [...tensors.keys()].filter((tensor) => !known.has(tensor))
  return { recipe, seed, network, encoder, weights: tensors, own, unused }
}

/** Reads something of a file; what is wrong with it is told along with the file's name. */
export function ofFile<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof HillockError)) throw cause
    const [found] = cause.message.split('\n')
    throw new HillockError(cause.code, `${name}: ${found}`, { hint: cause.hint, cause })
  }
}

/** The recipe in a file's metadata. Throws HILLOCK_DATA_DAMAGED if it cannot be read. */
export function recipeOf({ recipe }: Readonly<Record<string, string>>, name: string): Recipe {
  try {
    return parseRecipe(JSON.parse(recipe ?? ''), 'its recipe')
  } catch (cause) {
    throw damaged(name, (cause as Error).message.split('\n')[0]!)
  }
}

/** A session wants a learner where nothing is learnt, too; the one in the model is not loaded. */
const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }

/** Puts a model to work. Throws the errors of `createSession`. */
export function sessionOf({ recipe, seed, network, encoder, weights }: SavedModel, backend?: Backend): Session {
  return createSession({
    network,
    learner,
    encoder,
    loss: buildLoss(recipe),
    steps: recipe.steps,
    seed,
    snapshot: weights,
    ...(backend && { backend }),
  })
}

/** Options of `loadNetwork`. */
export interface LoadOptions extends OwnParts {
  /** Default: the reference backend. */
  readonly backend?: Backend
}

/**
 * A network ready to use, from the bytes of the model.safetensors that `hillock train` wrote, and nothing else; in browsers too. Neurons
 * and encoders that are not hillock's own are passed too, by the names that the recipe has for them: `{ neurons: { 'my-neuron': myNeuron } }`.
 * Where the recipe says `dataset.normalize`, examples are to be normalized so.
 *
 * Throws HILLOCK_OPTION if an option is unknown, HILLOCK_DATA_DAMAGED if something in the file is wrong, HILLOCK_UNSUPPORTED if it is the file of
 * another tool, HILLOCK_PLUGIN if a neuron or an encoder is missing, naming its package, and what `neuron`, `encoder` and `sequential` throw.
 */
export function loadNetwork(bytes: Uint8Array, options: LoadOptions = {}): LoadedNetwork {
  checkOptions('loadNetwork', options, { backend: is.backend, neurons: areFactories, encoders: areFactories })
  const { backend, ...own } = options
  const model = buildModel(unpackModel(bytes), own)
  return { recipe: model.recipe, session: sessionOf(model, backend) }
}

function damaged(name: string, what: string, hint = 'train again with --out, or fetch the file again'): HillockError {
  return new HillockError('HILLOCK_DATA_DAMAGED', `${name} is not valid: ${what}`, { hint })
}
