import type { Tensor } from '../backend.ts'
import type { Layer, Source } from '../network/layer.ts'
import { addBias } from './added.ts'
import { carry } from './connections.ts'
import type { Runtime } from './contract.ts'
import { carryError, feedbackWeights } from './feedback.ts'
import { isDelayed } from './late.ts'
import { inLastSteps } from './over-time.ts'
import type { LayerPass } from './pass.ts'
import type { CarryTo } from './through.ts'

/** Options of `sendBack`. */
export interface SendBackOptions {
  /** 'random': to every layer by fixed random weights of its own. 'symmetric': down the transposed weights, from layer to layer. */
  readonly feedback: 'random' | 'symmetric'
  /** Standard deviation of the random weights. Default: 1 / sqrt(neurons of the layer). */
  readonly deviation?: number | undefined
  /** [N], added to what the layer of this index gets, for every step and sample. Default: nothing. */
  readonly bias?: (index: number) => Tensor | undefined
}

/**
 * Sends an error of the output to every layer below it. Returns their learning signals, [T, B, N] or [1, B, N], by the index of the layer.
 * `errors` are of what the output layer gave out, [T, B, C] or [1, B, C], or of its currents, by their names.
 *
 * Random feedback reaches each layer directly, by weights [C, N] (Nokland 2016; Bellec et al. 2020). Symmetric feedback goes back through all
 * connections between the output and a layer as if the neurons between them were linear; what several layers read gets the sum.
 */
export function sendBack(
  runtime: Runtime,
  passes: readonly LayerPass[],
  errors: Readonly<Record<string, Tensor>>,
  { feedback, deviation, bias }: SendBackOptions,
): ReadonlyMap<number, Tensor> {
  const output = passes.at(-1)!
  const hidden = passes.slice(0, -1).map(({ layer }) => layer)
  const heard = Object.entries(errors).filter(([name]) => !isOfInput(output.layer, name))
  if (feedback === 'random') {
    const terms = (layer: Layer) => {
      const weights = feedbackWeights(runtime, layer, output.layer.size, deviation)
      return heard.map(([, error]) => ({ error, weights }))
    }
    return new Map(
      hidden.map((layer) => [layer.index, carryError(runtime, terms(layer), { bias: bias?.(layer.index) })]),
    )
  }
  const { steps } = output.batch
  const between = passes.flatMap(({ fed }) => fed.filter(({ source }) => source.from !== 'input'))
  const step = between.some(({ source }) => dependsOnTime(source))
  const given = Object.fromEntries(
    heard.map(([name, error]) => [
      name,
      step && error.shape[0] !== steps ? inLastSteps(runtime, error, steps, steps) : error,
    ]),
  )
  const sent = new Map<number, Tensor>()
  runtime.timed('backward', () => {
    for (const { layer, fed } of passes.toReversed()) {
      for (const own of fed) {
        const { source } = own
        if (source.from === 'input') continue
        const error = sent.get(layer.index) ?? given[source.current] ?? Object.values(given)[0]!
        const way = step ? { ...own, activeMask: undefined } : { source }
        sent.set(source.from, carry(runtime, way, error, { into: sent.get(source.from) }))
      }
    }
    for (const [index, signal] of sent) {
      const more = bias?.(index)
      if (more) addBias(runtime, signal, more)
    }
  })
  return sent
}

/** Options of `sendDown`. */
export interface SendDownOptions extends Pick<CarryTo, 'feedback' | 'reach'> {
  /** [N], added to what the layer of this index gets, for every step and sample. Default: nothing. */
  readonly bias?: ((index: number) => Tensor | undefined) | undefined
}

/**
 * Sends the errors of a layer's currents, by their names, to the layers that it reads, and adds them to what is `sent`: [T, B, N] by the index of
 * the layer. An error that is the same at every step may be [1, B, N].
 */
export function sendDown(
  runtime: Runtime,
  { fed, batch: { steps } }: LayerPass,
  errors: Readonly<Record<string, Tensor>>,
  sent: Map<number, Tensor>,
  { bias, feedback, reach }: SendDownOptions = {},
): void {
  runtime.timed('backward', () => {
    const froms = fed.map(({ source }) => source.from)
    for (const own of fed) {
      const { source } = own
      const { from, current } = source
      if (from === 'input') continue
      const error = errors[current]!
      const still = error.shape[0] !== steps
      const spread = still && dependsOnTime(source)
      const into = sent.get(from)
      // What several add to is computed everywhere.
      const alone = !into && froms.indexOf(from) === froms.lastIndexOf(from)
      const way = still && !spread ? { source } : alone && !still ? own : { ...own, activeMask: undefined }
      const given = spread ? inLastSteps(runtime, error, steps, steps) : error
      sent.set(from, carry(runtime, way, given, { ...(into ? { into } : { bias: bias?.(from) }), feedback, reach }))
    }
  })
}

/** Whether it is a current of the layer that the network's input alone drives. */
function isOfInput({ sources }: Layer, name: string): boolean {
  const own = sources.filter(({ current }) => current === name)
  return own.length > 0 && own.every(({ from }) => from === 'input')
}

/** Whether what goes back through it differs from step to step even where the error does not. */
const dependsOnTime = (source: Source): boolean =>
  isDelayed(source) ||
  source.parts.some(({ link: { largest, dropped, normalized } }) => largest || dropped || normalized)
