import { type Optimizer, stepValues, updateTensors } from '../optimizers/optimizer.ts'
import type { TrainingProgress } from '../optimizers/schedule.ts'
import type { LayerGradients } from './backward.ts'
import type { Runtime } from './contract.ts'

/** Lets an optimizer change the parameters by their gradients, and keeps its moments ('layer1.weight/m') with them. */
export async function update(
  runtime: Runtime,
  optimizer: Optimizer,
  layers: readonly LayerGradients[],
  progress: TrainingProgress,
): Promise<void> {
  const { backend } = runtime
  const { state } = optimizer.definition
  runtime.timed('update', () => {
    const setup = stepValues(optimizer, progress.step + 1, optimizer.schedule?.at(progress))
    for (const { gradients } of layers) {
      for (const [name, gradient] of gradients) {
        const { shape } = gradient
        const weight = runtime.tensor(name, shape)
        const moments = Object.fromEntries(
          Object.keys(state)
            .filter((moment) => moment !== 'weight')
            .map((moment) => [moment, runtime.tensor(`${name}/${moment}`, shape)]),
        )
        updateTensors(backend, optimizer, { weight, gradient, moments }, setup)
      }
    }
  })
  for (const { layer } of layers) await runtime.refresh(layer)
}
