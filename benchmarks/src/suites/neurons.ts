import type { Backend, Neuron } from '@hillock/core'
import { evaluateSetup } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'

/** A neuron's scans over time, forward and backward, over inputs drawn once. */
export function scansOf(
  { kernels, params, definition }: Neuron,
  backend: Backend,
  [steps, batch, size]: readonly [number, number, number],
  fill: (scale: number) => Tensor,
): { readonly forward: () => void; readonly backward: () => void } {
  const [setup, initial]: Record<string, number>[] = [{}, {}]
  for (const [name, value] of Object.entries(evaluateSetup(kernels.compiled, params, size))) {
    ;(name in definition.state ? initial : setup)![name] = value as number
  }
  const whole = () => backend.alloc([steps, batch, size])
  const states = Object.fromEntries(Object.keys(definition.state).map((name) => [name, whole()]))
  const shared = { steps, batch, size, inputs: { input: fill(0.4) }, setup: setup!, timeVarying: {}, initial: initial! }
  const outputs = { spike: backend.alloc([steps, batch, size], 'spikes'), ...states }
  const signals = { spike: fill(1) }
  const adjoint = whole()
  const forward = () => backend.scan(kernels.forward, { ...shared, outputs })
  forward()
  const back = { ...shared, states, signals, outputs: { input: adjoint } }
  return { forward, backward: () => backend.reverse(kernels.reverse(), back) }
}
