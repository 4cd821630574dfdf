import * as core from '@hillock/core/connections'
import { HillockError } from '@hillock/core/errors'
import * as z from 'zod/mini'
import { pair, strictObject } from './objects.ts'

export const count = z.int().check(z.minimum(1))

export const initializer = z.union([
  z.string(),
  strictObject({ uniform: z.union([z.number(), pair(z.number())]) }),
  strictObject({ normal: z.union([z.number(), pair(z.number())]) }),
  strictObject({ constant: z.number() }),
])

/** Few bits of weights, or of the states of neurons. */
export const quantized = strictObject({ bits: z.int(), step: z.number() })

const delay = z.int().check(z.minimum(0), z.maximum(2 ** 16))

/** What tells shared weights from others, in the same recipe. */
const word = z.string().check(z.minLength(1))

const weights = {
  weight: z.optional(initializer),
  bias: z.optional(z.union([z.boolean(), initializer])),
  /** How many steps later spikes arrive. */
  delayed: z.optional(
    strictObject({
      steps: z.optional(delay),
      perInput: z.optional(z.array(delay)),
      perSynapse: z.optional(z.array(delay)),
    }),
  ),
  /** Connections of the same word have the same weights. */
  share: z.optional(word),
  quantized: z.optional(quantized),
}

/** The name of a layer that comes before, or of several, or 'input'. Default: the layer below. */
const from = { from: z.optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))])) }

/** How much of an image a window may take in; recipes of others are read, and tables grow with it. */
const most = 128
const wholes = (least: number) => {
  const one = z.int().check(z.minimum(least), z.maximum(most))
  return z.union([one, z.array(one).check(z.minLength(1))])
}

const conv = {
  kernel: z.optional(wholes(1)),
  stride: z.optional(wholes(1)),
  padding: z.optional(z.union([wholes(0), z.literal('same')])),
  dilation: z.optional(wholes(1)),
  groups: z.optional(count),
  ...weights,
  ...from,
}
const pool = { stride: z.optional(wholes(1)), padding: z.optional(wholes(0)), ...from }
const units = z.int().check(z.minimum(1), z.maximum(2 ** 16))

/** Connections: `{ "dense": 64 }`, `{ "conv2d": 12, "kernel": 5 }`, `{ "avgPool": 2 }`. */
export const connectionSchemas = [
  strictObject({ dense: count, ...weights, ...from }),
  strictObject({ conv1d: count, ...conv }),
  strictObject({ conv2d: count, ...conv }),
  strictObject({ conv3d: count, ...conv }),
  strictObject({ avgPool: wholes(1), ...pool }),
  strictObject({ sumPool: wholes(1), ...pool }),
  strictObject({ maxPool: wholes(1), ...pool }),
  strictObject({
    sparse: units,
    fanIn: z.optional(count),
    density: z.optional(z.number()),
    pairs: z.optional(z.array(pair(z.int()))),
    seed: z.optional(z.int().check(z.minimum(0))),
    ...weights,
    ...from,
  }),
  strictObject({ dropout: z.number(), each: z.optional(z.enum(['example', 'step'])), ...from }),
  strictObject({
    batchNorm: z.literal(true),
    threshold: z.optional(z.number()),
    steps: z.optional(count),
    bias: z.optional(z.boolean()),
    momentum: z.optional(z.number()),
    epsilon: z.optional(z.number()),
    ...from,
  }),
  strictObject({ oneToOne: z.literal(true), ...weights, ...from }),
  strictObject({ flatten: z.literal(true), ...from }),
  strictObject({ identity: z.literal(true), delayed: weights.delayed, ...from }),
] as const

export type ConnectionSpec = z.infer<(typeof connectionSchemas)[number]>

type Options = Record<string, unknown>
/** By the words of recipes; core checks what it is given. */
const makers: Readonly<Record<string, (value: never, options: Options) => core.Connection>> = {
  dense: (size: number, options) => core.dense(size, options),
  conv1d: (channels: number, { kernel, ...options }) => core.conv1d(channels, kernel as number, options),
  conv2d: (channels: number, { kernel, ...options }) => core.conv2d(channels, kernel as number, options),
  conv3d: (channels: number, { kernel, ...options }) => core.conv3d(channels, kernel as number, options),
  avgPool: (kernel: number, options) => core.avgPool(kernel, options),
  sumPool: (kernel: number, options) => core.sumPool(kernel, options),
  maxPool: (kernel: number, options) => core.maxPool(kernel, options),
  sparse: (size: number, options) => core.sparse(size, options),
  dropout: (share: number, options) => core.dropout(share, options),
  batchNorm: (_, options) => core.batchNorm(options),
  oneToOne: (_, options) => core.oneToOne(options),
  flatten: () => core.flatten(),
  identity: () => core.identity(),
}

const kindOf = (spec: ConnectionSpec): string => Object.keys(makers).find((kind) => Object.hasOwn(spec, kind))!

/** Whether it takes places and channels: the window of a convolution or of a pool. */
export const isWindowed = (spec: ConnectionSpec): boolean => /^conv|Pool$/.test(kindOf(spec))

/** The shared connections of a recipe, by their words. */
export type Shared = Map<string, { readonly connection: core.Connection; readonly text: string }>

/**
 * The connection that a recipe says. Throws HILLOCK_OPTION if it does not take one of its options, and HILLOCK_RECIPE if another of the same `share`
 * was written differently.
 */
export function buildConnection(spec: ConnectionSpec, shared: Shared): core.Connection {
  const kind = kindOf(spec)
  const {
    [kind]: value,
    from: _,
    share: word,
    delayed,
    quantized: few,
    ...options
  } = spec as Options & { share?: string }
  const make = () => {
    const whole = makers[kind]!(value as never, options)
    const made = few === undefined ? whole : core.quantized(whole, few as core.Quantized)
    return delayed === undefined ? made : core.delayed(made, delayed as core.Delays)
  }
  if (word === undefined) return make()
  const text = JSON.stringify([kind, value, delayed, few, Object.entries(options).sort()])
  const known = shared.get(word)
  if (known === undefined) {
    const connection = core.share(make())
    shared.set(word, { connection, text })
    return connection
  }
  if (known.text === text) return known.connection
  throw new HillockError('HILLOCK_RECIPE', `the recipe: connections that share '${word}' differ`, {
    hint: 'write the same connection with the same options each time, or another word',
  })
}

/** `64`, `12C5`, `P2`, with what it comes from where that is said. */
export function connectionText(spec: ConnectionSpec): string {
  const kind = kindOf(spec)
  const { [kind]: value, kernel, from: origin } = spec as Options
  const letter = { avgPool: 'P', sumPool: 'S', maxPool: 'M' }[kind]
  const sizes = (of: unknown) => [of].flat().join('x')
  const text =
    kind === 'dense'
      ? String(value)
      : kind.startsWith('conv')
        ? `${value}C${sizes(kernel)}`
        : letter !== undefined
          ? `${letter}${sizes(value)}`
          : value === true
            ? kind
            : `${kind} ${value}`
  return origin === undefined ? text : `${text} from ${[origin].flat().join(' and ')}`
}
