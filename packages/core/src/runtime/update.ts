import type { Tensor } from '../backend.ts'
import type { TrainingProgress } from '../optimizers/lr-schedule.ts'
import { type Optimizer, stepValues, updateTensors } from '../optimizers/optimizer.ts'
import { addTo } from './added.ts'
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
    const setup = stepValues(optimizer, progress.update + 1, optimizer.lrSchedule?.at(progress))
    // Of weights that stand in several layers gradients add up.
    const sums = new Map<string, Tensor>()
    for (const [name, gradient] of layers.flatMap(({ gradients }) => [...gradients])) {
      const sum = sums.get(name)
      if (sum) addTo(runtime, sum, gradient)
      else sums.set(name, gradient)
    }
    for (const [name, gradient] of sums) {
      const { shape } = gradient
      const weight = runtime.tensor(name, shape)
      const moments = Object.fromEntries(
        Object.keys(state)
          .filter((moment) => moment !== 'weight')
          .map((moment) => [moment, runtime.tensor(`${name}/${moment}`, shape)]),
      )
      updateTensors(backend, optimizer, { weight, gradient, moments }, setup)
    }
  })
  for (const { layer } of layers) await runtime.refresh(layer)
}
