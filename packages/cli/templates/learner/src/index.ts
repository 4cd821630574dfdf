import { adam, type Learner, type Optimizer } from '@hillock/core'
import {
  activityOf,
  adjoints,
  carryError,
  feedbackWeights,
  forward,
  type LayerPass,
  layerGradients,
  outputError,
  update,
} from '@hillock/core/learner'
import { checkOptions, is } from '@hillock/core/options'

export interface TemplateNameOptions {
  readonly optimizer?: Optimizer
}

/**
 * A rule to begin with: the error of the output reaches every hidden layer by fixed random weights (Nokland 2016), and no layer is
 * credited for more than its own step. Whatever a learner keeps from step to step it keeps in `runtime.tensor`.
 */
export function templateName(options: TemplateNameOptions = {}): Learner {
  checkOptions('templateName', options, { optimizer: is.optimizer })
  const { optimizer = adam() } = options
  return {
    name: 'template-name',
    async step(runtime, batch) {
      const passes = forward(runtime, batch, { learn: true })
      const output = passes.at(-1) as LayerPass
      const { loss, correct, signals } = await outputError(runtime, output, batch.labels)
      const error = Object.values(signals)[0]!
      const layers = passes.map((pass) => {
        // the learning signal of this layer, [T, B, N]: this is the place for a rule of your own
        const weights = pass === output ? undefined : feedbackWeights(runtime, pass.layer, output.layer.size)
        const signal = weights === undefined ? signals : { spike: carryError(runtime, [{ error, weights }]) }
        return layerGradients(runtime, pass, adjoints(runtime, pass, signal, { window: 1 }))
      })
      await update(runtime, optimizer, await Promise.all(layers), batch.progress)
      return { loss, correct, activity: activityOf(runtime, passes) }
    },
  }
}
