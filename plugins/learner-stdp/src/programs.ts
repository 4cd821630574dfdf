import { evaluateSetup, evaluateTimeVarying, type Kernels, kernels } from '@hillock/core/backend'
import type { Runtime, Tensor } from '@hillock/core/learner'
import type { Definition } from '@hillock/core/neurons'

/** Equations of plasticity; compiled when first run. */
export type PlasticityProgram = () => Kernels

interface Text {
  readonly name: string
  readonly equations: string
  readonly inputs: readonly string[]
  readonly params?: readonly string[]
  readonly state?: Definition['state']
  readonly outputs?: readonly string[]
}

export function program({ name, equations, inputs, params = [], state = {}, outputs = [] }: Text): PlasticityProgram {
  let made: Kernels | undefined
  return () => {
    made ??= kernels({ name, equations, inputs, params, state, outputs, record: [] })
    return made
  }
}

type Params = Readonly<Record<string, number>>
type Tensors = Readonly<Record<string, Tensor>>

/** Runs a program over time. Returns its outputs, [T, B, N]. */
export function runOverTime(
  runtime: Runtime,
  equations: PlasticityProgram,
  params: Params,
  { steps, batch, size }: { readonly steps: number; readonly batch: number; readonly size: number },
  inputs: Tensors,
): Tensors {
  const { compiled, forward, definition } = equations()
  const timeVarying: Record<string, Tensor> = {}
  for (const [name, { values }] of Object.entries(evaluateTimeVarying(compiled, params, steps, 1))) {
    timeVarying[name] = runtime.temporary([steps])
    runtime.backend.write(timeVarying[name], values)
  }
  const [setup, initial]: [Record<string, number>, Record<string, number>] = [{}, {}]
  for (const [name, value] of Object.entries(evaluateSetup(compiled, params, 1))) {
    ;(name in definition.state ? initial : setup)[name] = value as number
  }
  const outputs = Object.fromEntries(
    definition.outputs.map((name) => [name, runtime.temporary([steps, batch, size])] as const),
  )
  runtime.backend.scan(forward, { steps, batch, size, inputs, setup, timeVarying, initial, outputs })
  return outputs
}

/** Runs a program once; its states are overwritten. */
export function runOnce(
  { backend }: Runtime,
  equations: PlasticityProgram,
  params: Params,
  inputs: Tensors,
  states: Tensors,
): void {
  const { compiled, forward } = equations()
  const setup = evaluateSetup(compiled, params, 1) as Record<string, number>
  backend.map(forward, { inputs, states, setup })
}
