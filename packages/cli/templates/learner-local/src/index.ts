import { HillockError, type Learner, type Optimizer, sgd } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import {
  activityOf,
  type Batch,
  checkDense,
  forward,
  type LayerPass,
  layerGradients,
  outputError,
  overTime,
  type Runtime,
  type Tensor,
  update,
} from '@hillock/core/learner'
import { checkOptions, is } from '@hillock/core/options'

export interface TemplateNameOptions {
  readonly optimizer?: Optimizer
  /** How often a hidden neuron should fire: below it grows, above it shrinks. Default: 0.2. */
  readonly usual?: number
}

/** What a neuron makes of what comes in, [T, B, N]: this is the place for a rule of your own. Downward, as a gradient. */
const rule = kernels({
  name: 'rule',
  equations: 'change = spike - wanted',
  inputs: ['spike', 'wanted'],
  params: [],
  state: {},
  outputs: ['change'],
  record: [],
})

/**
 * A local rule to begin with: a synapse changes by what comes in times how far its own neuron is from what is wanted of it, a firing rate in hidden
 * layers and the class in the last. No error is sent back. Whatever a learner keeps from step to step it keeps in `runtime.tensor`.
 */
export function templateName(options: TemplateNameOptions = {}): Learner {
  checkOptions('templateName', options, { optimizer: is.optimizer, usual: is.number(0, 1) })
  const { optimizer = sgd({ rate: 3e-4 }), usual = 0.2 } = options
  return {
    name: 'template-name',
    async step(runtime, batch) {
      checkNetwork(runtime)
      const passes = forward(runtime, batch, { training: true })
      const output = passes.at(-1) as LayerPass
      const { loss, correct } = await outputError(runtime, output, batch.labels)
      const layers = passes.map((pass) => {
        const wanted =
          pass === output ? taught(runtime, pass, batch) : runtime.fixed([1, batch.size, pass.layer.size], usual)
        const input = overTime(runtime, rule, batch.steps, { spike: pass.spikes, wanted })
        return layerGradients(runtime, pass, { currents: { input }, perRow: {} })
      })
      await update(runtime, optimizer, await Promise.all(layers), batch.progress)
      return { loss, correct, activity: activityOf(runtime, passes) }
    },
  }
}

/** 1 for the class of each example, 0 for the others, at every step: [1, B, N]. */
function taught(runtime: Runtime, { layer: { size } }: LayerPass, { labels, size: count }: Batch): Tensor {
  const wanted = runtime.temporary([1, count, size])
  runtime.backend.write(
    wanted,
    Float32Array.from({ length: count * size }, (_, i) => (i % size === labels[Math.floor(i / size)] ? 1 : 0)),
  )
  return wanted
}

/** Throws HILLOCK_UNSUPPORTED for what this rule says nothing of: other connections than dense ones, parameters of neurons. */
function checkNetwork({ network }: Runtime): void {
  checkDense('template-name', network)
  const layer = network.layers.find(({ neuron }) => neuron.learn.length > 0)
  if (layer === undefined) return
  const hint = "leave 'learn' out"
  throw new HillockError('HILLOCK_UNSUPPORTED', `template-name: the neurons of ${layer.name} learn`, { hint })
}
