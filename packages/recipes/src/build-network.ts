import { HillockError, type Network, network, neurons, type SessionOptions, sequential } from '@hillock/core'
import type { Connection } from '@hillock/core/connections'
import { inputsOf } from '@hillock/core/encoders'
import { choices } from '@hillock/core/errors'
import type { Input, Population } from '@hillock/core/network'
import { sizeOf } from '@hillock/core/options'
import { buildEncoder, buildLoss, buildNeuron, type OwnParts } from './build.ts'
import { buildConnection, type ConnectionSpec, isWindowed, type Shared } from './connections.ts'
import { isNeuron, type Part, type Recipe } from './recipe.ts'
import { stepShape } from './recordings.ts'

/** What examples have, images but in these data sets. */
const imageSize = 784
const sizes: Readonly<Record<string, number>> = {
  'yin-yang': 4,
  tones: 4000,
  randman: 2000,
  'pattern-generation': 20_000,
  'store-recall': 96_000,
  'mackey-glass': 120,
  'evidence-accumulation': 90_000,
}

/** How many values an example has, before any has been read. */
export function expectedInputs(recipe: Pick<Recipe, 'dataset' | 'steps'>): number {
  const { name, shape } = recipe.dataset
  const step = stepShape(recipe)
  if (step !== undefined) return recipe.steps * sizeOf(step)
  return shape === undefined ? (sizes[name] ?? imageSize) : sizeOf(shape)
}

/**
 * The network of a recipe. Throws HILLOCK_RECIPE if a name is unknown, if nothing reads a layer, or if connections that share weights differ;
 * HILLOCK_PLUGIN if only a package can have a name; HILLOCK_OPTION if a part does not take one of its options; HILLOCK_SHAPE if examples do not have
 * the recipe's shape; and what `neuron`, `sequential` and `network` throw.
 */
export function buildNetwork(recipe: Recipe, inputs: number, own: OwnParts = {}): Network {
  const { network: parts } = recipe
  const shape = shapeOf(recipe, inputs)
  const shared: Shared = new Map()
  if (parts.every((part) => (isNeuron(part) ? part.name : part.from) === undefined))
    return sequential(
      shape,
      parts.map((part) => (isNeuron(part) ? buildNeuron(part, own) : buildConnection(part, shared))),
    )
  return network(shape, (input) => write(parts, input, own))
}

/** All that a session of a recipe takes but its learner and its backend; `features`: values of an example. Throws as `buildNetwork` does. */
export const recipeParts = (
  recipe: Recipe,
  features: number,
  own: OwnParts = {},
): Pick<SessionOptions, 'network' | 'encoder' | 'loss' | 'steps'> => ({
  network: buildNetwork(recipe, inputsOf(buildEncoder(recipe, own), features, recipe.steps), own),
  encoder: buildEncoder(recipe, own),
  loss: buildLoss(recipe),
  steps: recipe.steps,
})

/** Names of the layers of a recipe, in its order. */
export const layerNames = (parts: readonly Part[]): string[] =>
  parts.filter(isNeuron).map(({ name }, i) => name ?? `layer${i + 1}`)

/** The recipe's own shape, or that of a row of it; or else, for windows, that of a square image. */
function shapeOf(recipe: Recipe, inputs: number): number | readonly number[] {
  const { dataset, encoder, network } = recipe
  const step = stepShape(recipe)
  const shape = step ?? (encoder.rows ? dataset.shape?.slice(1) : dataset.shape)
  if (shape !== undefined && shape.length > 0) {
    const size = sizeOf(shape)
    if (size === inputs) return shape
    const found = `${step ? 'a step of a recording' : "the recipe's 'dataset.shape'"} is of ${size} values, and examples have ${inputs}`
    const hint = step ? "use the encoder 'spikes'" : 'give the shape of one example, channels last'
    throw new HillockError('HILLOCK_SHAPE', found, { hint })
  }
  const side = Math.round(Math.sqrt(inputs))
  const image = side * side === inputs && network.some((part) => !isNeuron(part) && isWindowed(part))
  return image ? [side, side, 1] : inputs
}

/** The last neurons, by all that they come from. */
function write(parts: readonly Part[], input: Input, own: OwnParts): Population {
  const names = layerNames(parts)
  const known = new Map<string, Input | Population>([['input', input]])
  const read = new Set<string>()
  let below: Input | Population = input
  let belowName = 'input'
  const shared: Shared = new Map()
  let sources: { from: (Input | Population)[]; connections: Connection[] }[] = []

  function sourceOf(name: string, at: number): Input | Population {
    read.add(name)
    const found = known.get(name)
    if (found !== undefined) return found
    const message = `the recipe: 'network.${at}.from' is wrong: there is no layer '${name}' before it`
    throw new HillockError('HILLOCK_RECIPE', message, { hint: choices(name, [...known.keys()]) })
  }

  function add(part: ConnectionSpec, at: number): void {
    const connection = buildConnection(part, shared)
    if (part.from === undefined && sources.length > 0) {
      sources.at(-1)!.connections.push(connection)
      return
    }
    const from = [part.from ?? belowName].flat().map((name) => sourceOf(name, at))
    sources.push({ from, connections: [connection] })
  }

  for (const [at, part] of parts.entries()) {
    if (!isNeuron(part)) {
      add(part, at)
      continue
    }
    const name = names[known.size - 1]!
    if (known.has(name)) {
      const message = `the recipe: 'network.${at}.name' is wrong: there is a layer '${name}' already`
      throw new HillockError('HILLOCK_RECIPE', message, { hint: 'rename one of them' })
    }
    const texts = sources.map(({ connections, from }) => [...connections, from] as const)
    below = neurons(buildNeuron(part, own), ...texts, { name })
    belowName = name
    known.set(name, below)
    sources = []
  }
  if (below === input || sources.length > 0) {
    const hint = 'write a connection, then its neurons, and so on'
    throw new HillockError('HILLOCK_SHAPE', 'the last part is a connection without neurons', { hint })
  }
  const unread = names.slice(0, -1).find((name) => !read.has(name))
  if (unread === undefined) return below as Population
  const hint = `name it in the 'from' of a later connection, or remove it`
  throw new HillockError('HILLOCK_RECIPE', `the recipe: nothing reads the layer '${unread}'`, { hint })
}
