import {
  type Backend,
  type Encoder,
  firingRate,
  HillockError,
  type Learner,
  type Loss,
  type Network,
  type Neuron,
  reference,
} from '@hillock/core'
import { buildEncoder, buildLoss, buildNetwork, buildOptimizer, type OwnParts } from './build.ts'
import { encoders, type Factory, neurons } from './names.ts'
import { isForeign } from './packages.ts'
import { isInstalled, loadPlugin } from './plugins.ts'
import type { LearnerSpec, NeuronSpec, Recipe } from './recipe.ts'

/** What a recipe names, loaded and built; the network still has to be told its inputs. */
export interface Equipment {
  readonly network: (inputs: number) => Network
  readonly encoder: Encoder
  readonly loss: Loss
  readonly learner: Learner
}

/** Everything that a recipe names. Throws HILLOCK_PLUGIN for a package that is missing, and what building the parts throws. */
export async function equip(recipe: Recipe): Promise<Equipment> {
  const own = await loadOwn(recipe)
  const equipment = {
    network: (inputs: number) => buildNetwork(recipe, inputs, own),
    encoder: buildEncoder(recipe, own),
    loss: buildLoss(recipe),
    learner: await buildLearner(recipe.learner),
  }
  // what is wrong with it is found now, not when its data have come
  equipment.network(1)
  return equipment
}

/** The neurons and encoders of a recipe that are not hillock's own. Throws HILLOCK_PLUGIN for one that is missing, naming its packages. */
export async function loadOwn({ network, encoder }: Pick<Recipe, 'network' | 'encoder'>): Promise<OwnParts> {
  const used = network.flatMap((part) => {
    if ('dense' in part) return []
    const { neuron } = part as NeuronSpec
    return typeof neuron === 'string' ? [neuron] : neuron.equations === undefined ? [neuron.name] : []
  })
  return {
    neurons: await loadForeign<Neuron>('neuron', used, Object.keys(neurons)),
    encoders: await loadForeign<Encoder>(
      'encoder',
      encoder.equations === undefined ? [encoder.name] : [],
      Object.keys(encoders),
    ),
  }
}

async function loadForeign<T>(
  kind: 'neuron' | 'encoder',
  names: readonly string[],
  known: readonly string[],
): Promise<Record<string, Factory<T>>> {
  const foreign = names.filter((name) => !known.includes(name) && (isInstalled(kind, name) || isForeign(name, known)))
  const loaded = foreign.map(async (name) => [name, (await loadPlugin(kind, name, known)) as Factory<T>] as const)
  return Object.fromEntries(await Promise.all(loaded))
}

/** Loads the learner's plugin and gives it its options. Throws HILLOCK_PLUGIN, and what the plugin throws. */
export async function buildLearner({ name, optimizer, regularize, ...options }: LearnerSpec): Promise<Learner> {
  const factory = await loadPlugin('learner', name)
  return factory({
    ...options,
    ...(optimizer && { optimizer: buildOptimizer(optimizer) }),
    ...(regularize && { regularize: firingRate(regularize as object) }),
  }) as Learner
}

/** What computes unless told: `wasm` where it is installed, else the reference. */
export const defaultBackend = (): string => (isInstalled('backend', 'wasm') ? 'wasm' : 'reference')

/** A backend by its name. Throws HILLOCK_PLUGIN, HILLOCK_USAGE for threads that it does not take, or not so many, and what it throws itself. */
export async function makeBackend(name: string, threads: number | undefined): Promise<Backend> {
  const make = name === 'reference' ? () => reference() : await loadPlugin('backend', name, ['reference'])
  let backend: Backend
  try {
    backend = (await make(threads === undefined ? {} : { threads })) as Backend
  } catch (cause) {
    throw threads === undefined ? cause : tooMany(threads, cause)
  }
  if (threads !== undefined && !('threads' in backend)) {
    await backend.dispose()
    const hint = 'leave --threads out, or choose a backend that runs on several'
    throw new HillockError('HILLOCK_USAGE', `the backend '${name}' takes no number of threads`, { hint })
  }
  return backend
}

/** The number of threads is all that a backend is given here. */
function tooMany(threads: number, cause: unknown): unknown {
  const { code, message, hint } = cause as Partial<HillockError>
  if (code !== 'HILLOCK_OPTION' && code !== 'HILLOCK_RANGE') return cause
  return new HillockError('HILLOCK_USAGE', `--threads ${threads}: ${message?.split('\n')[0]}`, { hint, cause })
}

/** How many threads a backend says that it runs on. */
export const threadsOf = (backend: Backend): number =>
  'threads' in backend && typeof backend.threads === 'number' ? backend.threads : 1
