import type { Encoder } from '../encoders/encoder.ts'
import type { Loss } from '../losses/loss.ts'
import { isProduct, type Layer, type Source, type SourcePart } from '../network/layer.ts'
import type { Neuron } from '../neuron.ts'
import { optionError } from '../refusals.ts'
import { xxh32 } from '../safetensors/checksum.ts'
import { show } from '../show.ts'
import type { ExampleSource, Examples, Images, Targeted } from './examples.ts'
import type { Run, SessionState } from './session-state.ts'
import { isSource } from './source.ts'

export function runOf(
  work: SessionState,
  data: Images | ExampleSource,
  options: { batchSize: number; dropLast: boolean },
): Run {
  const { network, encoder, learner, runtime, seed, steps } = work
  const { inputs, layers } = network
  return {
    seed,
    ...options,
    examples: data.count,
    data: digest(data),
    steps,
    encoder: told(encoder),
    inputs,
    layers: layers.length,
    ...Object.fromEntries(layers.map((layer) => [layer.name, toldLayer(layer)])),
    loss: toldLoss(runtime.loss),
    learner: learner.name,
  }
}

/** Throws HILLOCK_OPTION, naming the first thing that differs, unless training goes on as the run that was stopped within an epoch. */
export function checkSameRun(stopped: Run, now: Run): void {
  const name = Object.keys(stopped).find((name) => stopped[name] !== now[name])
  if (name === undefined) return
  const words: Record<string, string> = {
    data: 'the digest of the training examples',
    examples: 'the number of training examples',
  }
  const found = `${words[name] ?? `'${name}'`} was ${show(stopped[name])} when training stopped within an epoch, here it is ${show(now[name])}`
  const hint = 'keep that setting, or restart the epoch: createSession with counters: { ...counters, position: 0 }'
  throw optionError(found, hint)
}

/**
 * A digest of images and labels, in their order: 40 hexadecimal digits, 8 of each quarter of the images and 8 of the labels, or of the targets
 * and the mask; those of nothing where there are neither. Of a source 16 digits, of its id and its labels: nothing is read for it. It tells examples apart that were swapped by mistake; it is no protection against forgery.
 *
 * @example
 * ```ts
 * import { digest } from '@hillock/core'
 *
 * digest({ images: new Float32Array(8), labels: [0, 1] })
 * ```
 */
export function digest(
  examples:
    | Pick<Images, 'images'>
    | Pick<Examples, 'images' | 'labels'>
    | Pick<Targeted, 'images' | 'targets' | 'mask'>
    | ExampleSource,
): string {
  if (isSource(examples)) return digestOfSource(examples)
  const { images } = examples
  const { labels = [], targets, mask = [] } = examples as Partial<Examples & Targeted>
  const wanted = targets ? [...Array.from(targets), ...Array.from(mask)] : labels
  const quarter = Math.ceil(images.length / 4)
  const parts = [0, 1, 2, 3].map((i) => images.subarray(i * quarter, (i + 1) * quarter))
  return [...parts, Float64Array.from(wanted)].map(hash).join('')
}

const digestOfSource = ({ id, labels }: ExampleSource): string =>
  [new TextEncoder().encode(id), Float64Array.from(labels)].map(hash).join('')

const hash = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  xxh32(new Uint8Array(buffer, byteOffset, byteLength))
    .toString(16)
    .padStart(8, '0')

/** A few words for people, and a digest of all that there is. */
const digested = (words: string, all: unknown): string =>
  `${words} ${hash(new TextEncoder().encode(JSON.stringify(all)))}`

const listed = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${show(value)}`)
    .join(', ')

function told({ name, definition, params, ...model }: Encoder | Neuron): string {
  const { equations, inputs, state, bounds, surrogate } = definition
  const values = Object.values(params).map((value) => (typeof value === 'number' ? value : Array.from(value)))
  const learn = 'learn' in model ? model.learn : []
  return digested(`${name}(${listed(params)})`, [
    equations,
    inputs,
    Object.keys(params),
    values,
    state,
    bounds,
    surrogate,
    learn,
    ...('recurrence' in model ? [model.recurrence] : []),
    ...('rows' in model ? ['rows'] : []),
  ])
}

function toldLayer({ index, sources, neuron, size }: Layer): string {
  const below = index === 0 ? 'input' : index - 1
  const [first] = sources[0]!.parts
  const isPlain = sources.every(({ from, parts: [own, more] }) => from === below && isDense(own!) && more === undefined)
  const words = isPlain
    ? `dense ${size}${first!.bias === undefined ? ' without bias' : ''}`
    : digested(sources.map(toldSource).join(' and '), [sources.map(({ from, current }) => [from, current])])
  return `${words}, ${told(neuron)}`
}

const isDense = ({ link }: SourcePart): boolean => link.wiring === undefined && isProduct(link) && !link.quantized

const toldSource = ({ parts }: Source): string => parts.map(toldPart).join(', ')

function toldPart({ connection, link, weight, bias }: SourcePart): string {
  const { start, site, slot, lag, slots } = link.wiring ?? {}
  const tables = [start, site, slot, lag].map((table) => table && hash(table))
  const { to, weights, constant, largest, dropped, normalized, quantized } = link
  const more = [dropped, normalized, quantized].filter((one) => one)
  return digested(connection.kind, [to, weights, constant, largest, weight, bias, slots, tables, ...more])
}

const toldLoss = ({ name, reads, over, options = { reads, over } }: Loss): string => `${name}(${listed(options)})`
