import { HillockError } from '@hillock/core'
import * as z from 'zod/mini'
import { connectionSchemas, count, initializer, quantized } from './connections.ts'
import { withNewNames } from './new-names.ts'
import { asked, pair, plainOrObject, strictObject, table, withOptions } from './objects.ts'

/** Words that are shown: nothing in them may steer a terminal. */
const words = z.string().check(z.minLength(1), z.regex(/^\P{Cc}*$/u, 'it holds control characters'))
const numbers = z.union([z.number(), z.array(z.number())])

const end = z.union([z.number(), z.string()])
const byWord = strictObject({
  from: z.optional(end),
  above: z.optional(end),
  to: z.optional(end),
  below: z.optional(end),
  whole: z.optional(z.boolean()),
})

/** What stands beside equations. */
const declarations = {
  params: z.optional(table(numbers)),
  bounds: z.optional(table(z.union([pair(end), byWord]))),
  state: z.optional(table(z.union([numbers, z.string()]))),
}

/** One by its name, or one of one's own where there are equations. */
const named = withOptions({
  name: words,
  equations: z.optional(z.string()),
  ...declarations,
  inputs: z.optional(z.array(z.string()).check(z.minLength(1))),
})

/** How spikes of a layer come back to its own neurons. */
const recurrent = strictObject({
  weight: z.optional(initializer),
  diagonal: z.optional(z.boolean()),
  to: z.optional(z.enum(['layer', 'itself'])),
  current: z.optional(z.string()),
  quantized: z.optional(quantized),
})

const neuron = withOptions({
  neuron: z.union([z.string(), named]),
  surrogate: z.optional(withOptions({ name: z.string() })),
  learn: z.optional(z.array(z.string())),
  record: z.optional(z.array(z.string())),
  recurrent: z.optional(recurrent),
  quantized: z.optional(quantized),
  /** What connections call it that come from it. Default: 'layer1', 'layer2', ... in their order. */
  name: z.optional(z.string()),
})

const part = z.union([...connectionSchemas, neuron], {
  error: 'neither a connection, as { "dense": 64 }, nor a neuron, as { "neuron": "lif" }',
})

/** How many examples are made at most. */
const made = z.int().check(z.minimum(1), z.maximum(1e6))

/** How recordings become spikes: options of `frames`, whose steps and seed are those of the run. */
const frames = strictObject({
  dt: z.optional(z.number()),
  clip: z.optional(z.boolean()),
  polarity: z.optional(z.boolean()),
  pool: z.optional(count),
  denoise: z.optional(z.number()),
  crop: z.optional(pair(count)),
  shift: z.optional(z.number()),
  drop: z.optional(z.number()),
})

const dataset = strictObject({
  name: z.string(),
  /** Of recordings alone. */
  frames: z.optional(frames),
  /** Whether the training examples are put in a random order, drawn by the seed, before any are taken. */
  order: z.optional(z.enum(['given', 'random'])),
  /** At most so many training examples, the first ones; those held back for validation are among them. */
  limit: z.optional(count),
  /** The part of them, the last ones, that is held back for validation. */
  validation: z.optional(z.number().check(z.gt(0), z.lt(1))),
  /** Subtracts `mean` from every value, then divides by `deviation`. */
  normalize: z.optional(strictObject({ mean: z.number(), deviation: z.number().check(z.gt(0)) })),
  /** Puts the values of every image in another order, drawn once: the same for all images, and for every seed. */
  permuted: z.optional(z.boolean()),
  /** Of an example, channels last: [28, 28, 1]. Default, where there are windows over images: a square with one channel. */
  shape: z.optional(z.array(count).check(z.minLength(1), z.maxLength(4))),
  /** Moves training images by up to so many pixels, differently in each epoch. */
  shift: z.optional(count),
  /** Sizes of a generated data set. */
  train: z.optional(made),
  test: z.optional(made),
})

const optimizer = withOptions({ name: z.string(), lrSchedule: z.optional(withOptions({ name: z.string() })) })

/** Keeps firing rates of hidden layers within bounds. */
const regularize = strictObject({
  low: z.optional(z.number()),
  high: z.optional(z.number()),
  strength: z.optional(z.number()),
})

const options = withOptions({ name: z.string() })

const range = pair(z.number()).check(z.refine(([low, high]) => low <= high, 'give the lower number first'))

/** One by its name, or one of one's own where there are equations. */
const encoder = withOptions({
  name: words,
  equations: z.optional(z.string()),
  ...declarations,
  /** The least and the greatest value that it takes. */
  range: z.optional(range),
  /** Shows an example row by row, one a step. */
  rows: z.optional(z.boolean()),
})

const learner = withOptions(
  {
    name: z.string(),
    optimizer: z.optional(optimizer),
    regularize: z.optional(regularize),
    /** Where each layer learns by a rule of its own: one for each. */
    layers: z.optional(z.array(withOptions({ rule: z.string() }))),
  },
  plainOrObject,
)

/**
 * What computes, unless the command line says: its name, with a variant behind a colon where it has several, and its options. None of them
 * may be a path, since a backend may run what it finds there, and a recipe is data alone.
 */
export const backendSchema = withOptions(
  { name: words },
  z.union([z.number(), z.boolean(), z.string().check(z.regex(/^[\w-]*$/))]),
  'a number, true or false, or a word of letters, digits and -',
)

/** Everything about a run but its seed. */
export const recipeSchema = strictObject({
  name: words,
  description: words,
  /** Where the system comes from. */
  source: words,
  dataset,
  /** Time steps T. */
  steps: count,
  encoder,
  network: z.array(part).check(z.minLength(2)),
  loss: options,
  learner,
  backend: z.optional(backendSchema),
  epochs: count,
  batchSize: count,
  dropLast: z.optional(z.boolean()),
})

/** A recipe: data, network, encoder, loss, learner and training, as JSON. */
export type Recipe = z.infer<typeof recipeSchema>
/** The data set of a recipe. */
export type DatasetSpec = z.infer<typeof dataset>
/** A part of a network: a connection or neurons. */
export type Part = Recipe['network'][number]
export type Options = z.infer<typeof options>
/** The learner of a recipe. */
export type LearnerSpec = Recipe['learner']
/** The backend of a recipe. */
export type BackendSpec = z.infer<typeof backendSchema>
/** Neurons of a recipe. */
export type NeuronSpec = z.infer<typeof neuron>
export type OptimizerSpec = z.infer<typeof optimizer>

/** Whether a part of a network is neurons, rather than a connection. */
export const isNeuron = (part: Part): part is NeuronSpec => 'neuron' in part

/**
 * Checks a recipe; what hillock 0.1 called otherwise has the names of today in the result. Throws HILLOCK_RECIPE if something is wrong,
 * naming the first place, and what was meant by an unknown name.
 */
export function parseRecipe(value: unknown, where = 'the recipe'): Recipe {
  const { success, data, error } = recipeSchema.safeParse(withNewNames(value, where), asked)
  if (success) return data
  const issue = innermost(error.issues[0]!)
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const [unknown] = issue.keys as [string]
    const found = `${where} has no '${[...issue.path, unknown].join('.')}'`
    throw new HillockError('HILLOCK_RECIPE', found, { hint: issue.message })
  }
  const message = `${where}: ${path === '' ? 'it' : `'${path}'`} is wrong: ${issue.message}`
  throw new HillockError('HILLOCK_RECIPE', message, { hint: '`hillock recipes --json` shows whole recipes' })
}

type Issue = z.core.$ZodIssue

/** Of a union's failures that of what was meant: the one that lacks nothing, or else the only one of the same kind of value. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const near = issue.errors.flatMap(([first]) =>
    first && (first.path.length > 0 || first.code === 'unrecognized_keys') ? [first] : [],
  )
  const meant = near.find(({ input }) => input !== undefined)
  const best = meant ?? (near.length === 1 ? near[0] : undefined)
  return best === undefined ? issue : innermost({ ...best, path: [...issue.path, ...best.path] })
}
