import * as core from '@hillock/core'
import { z } from 'zod'
import { strictObject } from './objects.ts'

export const count = z.int().min(1)

export const initializer = z.union([
  z.string(),
  strictObject({ uniform: z.union([z.number(), z.tuple([z.number(), z.number()])]) }),
  strictObject({ normal: z.union([z.number(), z.tuple([z.number(), z.number()])]) }),
  strictObject({ constant: z.number() }),
])

const delay = z
  .int()
  .min(0)
  .max(2 ** 16)

const weights = {
  weight: initializer.optional(),
  bias: z.union([z.boolean(), initializer]).optional(),
  /** How many steps later spikes arrive. */
  delayed: strictObject({
    steps: delay.optional(),
    perInput: z.array(delay).optional(),
    perSynapse: z.array(delay).optional(),
  }).optional(),
}

/** The name of a layer that comes before, or of several, or 'input'. Default: the layer below. */
const from = { from: z.union([z.string(), z.array(z.string()).min(1)]).optional() }

/** How much of an image a window may take in; recipes of others are read, and tables grow with it. */
const most = 128
const wholes = (least: number) => z.union([z.int().min(least).max(most), z.array(z.int().min(least).max(most)).min(1)])

const conv = {
  kernel: wholes(1).optional(),
  stride: wholes(1).optional(),
  padding: z.union([wholes(0), z.literal('same')]).optional(),
  dilation: wholes(1).optional(),
  groups: count.optional(),
  ...weights,
  ...from,
}
const pool = { stride: wholes(1).optional(), padding: wholes(0).optional(), ...from }
const units = count.max(2 ** 16)

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
    fanIn: count.optional(),
    density: z.number().optional(),
    pairs: z.array(z.tuple([z.int(), z.int()])).optional(),
    seed: z.int().min(0).optional(),
    ...weights,
    ...from,
  }),
  strictObject({ dropout: z.number(), each: z.enum(['example', 'step']).optional(), ...from }),
  strictObject({
    batchNorm: z.literal(true),
    threshold: z.number().optional(),
    steps: count.optional(),
    bias: z.boolean().optional(),
    momentum: z.number().optional(),
    epsilon: z.number().optional(),
    ...from,
  }),
  strictObject({ oneToOne: z.literal(true), ...weights, ...from }),
  strictObject({ flatten: z.literal(true), ...from }),
  strictObject({ identity: z.literal(true), ...from }),
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

/** The connection that a recipe says. Throws HILLOCK_OPTION for options that it does not take. */
export function buildConnection(spec: ConnectionSpec): core.Connection {
  const kind = kindOf(spec)
  const { [kind]: value, from: _, delayed, ...options } = spec as Options
  const made = makers[kind]!(value as never, options)
  return delayed === undefined ? made : core.delayed(made, delayed as core.Delays)
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
