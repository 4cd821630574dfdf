import { HillockError } from '@hillock/core'
import { z } from 'zod'
import { connectionSchemas, count, initializer } from './connections.ts'
import { plainOrObject, strictObject, withOptions } from './objects.ts'

/** Words that are shown: nothing in them may steer a terminal. */
const words = z
  .string()
  .min(1)
  .regex(/^\P{Cc}*$/u, 'it holds control characters')
const numbers = z.union([z.number(), z.array(z.number())])

const end = z.union([z.number(), z.string()])
const byWord = strictObject({
  from: end.optional(),
  above: end.optional(),
  to: end.optional(),
  below: end.optional(),
  whole: z.boolean().optional(),
})

/** What stands beside equations. */
const declarations = {
  params: z.record(z.string(), numbers).optional(),
  bounds: z.record(z.string(), z.union([z.tuple([end, end]), byWord])).optional(),
  state: z.record(z.string(), z.union([numbers, z.string()])).optional(),
}

/** One by its name, or one of one's own where there are equations. */
const named = withOptions({
  name: words,
  equations: z.string().optional(),
  ...declarations,
  inputs: z.array(z.string()).min(1).optional(),
})

/** How spikes of a layer come back to its own neurons. */
const recurrent = strictObject({
  weight: initializer.optional(),
  diagonal: z.boolean().optional(),
  to: z.enum(['layer', 'itself']).optional(),
  current: z.string().optional(),
})

const neuron = withOptions({
  neuron: z.union([z.string(), named]),
  surrogate: withOptions({ name: z.string() }).optional(),
  learn: z.array(z.string()).optional(),
  record: z.array(z.string()).optional(),
  recurrent: recurrent.optional(),
  /** What connections call it that come from it. Default: 'layer1', 'layer2', ... in their order. */
  name: z.string().optional(),
})

const part = z.union([...connectionSchemas, neuron], {
  error: 'neither a connection, as { "dense": 64 }, nor a neuron, as { "neuron": "lif" }',
})

const dataset = strictObject({
  name: z.string(),
  /** Whether the training examples are put in a random order, drawn by the seed, before any are taken. */
  order: z.enum(['given', 'random']).optional(),
  /** At most so many training examples, the first ones; those held back for validation are among them. */
  limit: count.optional(),
  /** The part of them, the last ones, that is held back for validation. */
  validation: z.number().gt(0).lt(1).optional(),
  /** Subtracts `mean` from every value, then divides by `deviation`. */
  normalize: strictObject({ mean: z.number(), deviation: z.number().gt(0) }).optional(),
  /** Of an example, channels last: [28, 28, 1]. Default, where there are windows over images: a square with one channel. */
  shape: z.array(count).min(1).max(4).optional(),
  /** Moves training images by up to so many pixels, differently in each epoch. */
  shift: count.optional(),
  /** Sizes of a data set that is made on the spot. */
  train: count.max(1e6).optional(),
  test: count.max(1e6).optional(),
})

const optimizer = withOptions({ name: z.string(), schedule: withOptions({ name: z.string() }).optional() })

/** Keeps firing rates of hidden layers within bounds. */
const regularize = strictObject({
  low: z.number().optional(),
  high: z.number().optional(),
  strength: z.number().optional(),
})

const options = withOptions({ name: z.string() })

const range = z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, 'give the lower number first')

/** One by its name, or one of one's own where there are equations. */
const encoder = withOptions({
  name: words,
  equations: z.string().optional(),
  ...declarations,
  /** The least and the greatest value that it takes. */
  range: range.optional(),
  /** Shows an example row by row, one a step. */
  rows: z.boolean().optional(),
})

const learner = withOptions(
  {
    name: z.string(),
    optimizer: optimizer.optional(),
    regularize: regularize.optional(),
    /** Where each layer learns by a rule of its own: one for each. */
    layers: z.array(withOptions({ rule: z.string() })).optional(),
  },
  plainOrObject,
)

/**
 * What computes, unless the command line says: its name, with a variant behind a colon where it has several, and its options. None of them
 * may be a path, since a backend may run what it finds there, and a recipe is data alone.
 */
export const backendSchema = withOptions(
  { name: words },
  z.union([z.number(), z.boolean(), z.string().regex(/^[\w-]*$/)]),
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
  network: z.array(part).min(2),
  loss: options,
  learner,
  backend: backendSchema.optional(),
  epochs: count,
  batchSize: count,
  dropLast: z.boolean().optional(),
})

export type Recipe = z.infer<typeof recipeSchema>
export type DatasetSpec = z.infer<typeof dataset>
export type Part = Recipe['network'][number]
export type Options = z.infer<typeof options>
export type LearnerSpec = Recipe['learner']
export type BackendSpec = z.infer<typeof backendSchema>
export type NeuronSpec = z.infer<typeof neuron>
export type OptimizerSpec = z.infer<typeof optimizer>

export const isNeuron = (part: Part): part is NeuronSpec => 'neuron' in part

/** Checks a recipe. Errors: HILLOCK_RECIPE naming the first place that is wrong, and what was meant by an unknown name. */
export function parseRecipe(value: unknown, where = 'the recipe'): Recipe {
  const { success, data, error } = recipeSchema.safeParse(value, { reportInput: true })
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
