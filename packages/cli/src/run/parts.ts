import type { Encoder, Learner, Loss, Network, Neuron } from '@hillock/core'
import { inputsOf } from '@hillock/core/encoders'
import {
  buildEncoder,
  buildLoss,
  buildNetwork,
  encoders,
  expectedInputs,
  type Factory,
  isForeign,
  isNeuron,
  type LearnerSpec,
  learnerOptions,
  neurons,
  type OwnParts,
  type Recipe,
} from '@hillock/recipes'
import { isInstalled, loadPlugin } from '../plugins/plugins.ts'

/** What a recipe names, loaded and built; the network still has to be told how many values an example has. */
export interface RunParts {
  readonly network: (features: number) => Network
  readonly encoder: Encoder
  readonly loss: Loss
  readonly learner: Learner
  /** The learner's factory by its name, as `runRecipe` takes it. */
  readonly learners: Readonly<Record<string, Factory<Learner>>>
  /** What of it is not hillock's own. */
  readonly own: OwnParts
}

/** Everything that a recipe names. Throws HILLOCK_PLUGIN if a package is missing, and what building the parts throws. */
export async function loadParts(recipe: Recipe): Promise<RunParts> {
  const own = await loadOwn(recipe)
  const encoder = buildEncoder(recipe, own)
  const make = (await loadPlugin('learner', recipe.learner.name)) as Factory<Learner>
  const equipment = {
    network: (features: number) => buildNetwork(recipe, inputsOf(encoder, features, recipe.steps), own),
    encoder,
    loss: buildLoss(recipe),
    learner: make(learnerOptions(recipe.learner) as never),
    learners: { [recipe.learner.name]: make },
    own,
  }
  // what is wrong with it is found now, not when its data have come
  equipment.network(expectedInputs(recipe))
  return equipment
}

/** The neurons and encoders of a recipe that are not hillock's own. Throws HILLOCK_PLUGIN if one is missing, naming its packages. */
export async function loadOwn({ network, encoder }: Pick<Recipe, 'network' | 'encoder'>): Promise<OwnParts> {
  const used = network.flatMap((part) => {
    if (!isNeuron(part)) return []
    const { neuron } = part
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
export const buildLearner = async (spec: LearnerSpec): Promise<Learner> =>
  (await loadPlugin('learner', spec.name))(learnerOptions(spec) as Record<string, unknown>) as Learner
