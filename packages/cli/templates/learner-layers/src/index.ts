import { adam, type Learner, type Metrics, type Optimizer } from '@hillock/core'
import {
  activityOf,
  adjoints,
  carryError,
  errorOf,
  feedbackWeights,
  forward,
  type LayerPass,
  layerGradients,
  outputError,
  type Runtime,
  type Signals,
  update,
} from '@hillock/core/learner'
import { checkOptions, is } from '@hillock/core/options'

export interface TemplateNameOptions {
  readonly optimizer?: Optimizer
}

/**
 * A rule to begin with that has a loss for each layer: fixed random weights read the spikes of a hidden layer out, which learns from the loss of that
 * alone (Kaiser, Mostafa and Neftci 2020). Reports the losses by the layers' names.
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
      const gradients = []
      const layers: Record<string, Metrics> = {}
      for (const pass of passes) {
        // the loss of this layer, and its derivative by what the layer gave out: this is the place for a rule of your own
        const own = pass === output ? { loss, signals } : await readOut(runtime, pass, output)
        gradients.push(await layerGradients(runtime, pass, adjoints(runtime, pass, own.signals)))
        layers[pass.layer.name] = { loss: own.loss }
      }
      await update(runtime, optimizer, gradients, batch.progress)
      return { loss, correct, activity: activityOf(runtime, passes), layers }
    },
  }
}

/** The loss of what random weights read out of a layer's spikes, and its derivative by them. */
async function readOut(
  runtime: Runtime,
  { layer, batch, spikes }: LayerPass,
  output: LayerPass,
): Promise<{ readonly loss: number; readonly signals: Signals }> {
  const { backend, loss: judge } = runtime
  const classes = output.layer.size
  const weights = feedbackWeights(runtime, layer, classes)
  const seen = judge.over === 'sum' ? runtime.temporary([batch.size, layer.size]) : spikes
  if (seen !== spikes) backend.sum(spikes, seen)
  const values = runtime.temporary([...seen.shape.slice(0, -1), classes])
  backend.matmul(seen, weights, values, { transposeB: true })
  const { loss, signals } = errorOf(runtime, output, await backend.read(values), batch.labels)
  const error = Object.values(signals)[0]!
  return { loss, signals: { spike: carryError(runtime, [{ error, weights }]) } }
}
