import { type CheckedBackend, type Kernel, type Kernels, oracle } from '@hillock/core/backend'
import { elementary } from '@hillock/core/equations'
import { expectNear, expectSame } from '../assert.ts'
import { gradientName, play, type Run } from '../rig.ts'

/** Declares one test: a backend comes in, and nothing may be left on it. */
export type BackendCheck = (name: string, body: (backend: CheckedBackend) => Promise<void>) => void

/** A part of the suite for backends. */
export type Part = (
  check: BackendCheck,
  options: {
    readonly programs: number
    readonly create: () => Promise<CheckedBackend>
    /** Whether the backend stands behind a decorator, where a few of many like cases are enough. */
    readonly wrapped: boolean
  },
) => void

/** The kernels with exp and its kin written out, as every f32 machine computes them. */
function written(made: Kernels): Kernels {
  const write = (kernel: Kernel): Kernel => ({ ...kernel, program: elementary(kernel.program) })
  return { ...made, forward: write(made.forward), reverse: () => write(made.reverse()) }
}

/** Sums over time, the adjoints of setup values among them, may be taken in another order, so that their last bits differ. */
export function isSum(result: string, { kernels, inputs, summed = false }: Run): boolean {
  const name = gradientName(result)
  if (name === undefined || kernels.forward.states.includes(name)) return false
  const isInput = Object.hasOwn(inputs, name) || Object.hasOwn(kernels.forward.program.outputs, name)
  return !isInput || summed
}

/**
 * Plays a run on the backend and on the oracle rounded to f32. An exact backend gives its bits; another stays near it, save for one
 * value in fifty, where a membrane came within rounding of a threshold.
 */
export async function expectAgreement(backend: CheckedBackend, run: Run): Promise<void> {
  const found = await play(backend, run)
  const wanted = await play(oracle({ round: Math.fround }), { ...run, kernels: written(run.kernels) })
  for (const [name, values] of Object.entries(wanted)) {
    const what = `${run.kernels.definition.name} ${name}`
    if (!backend.supports.exact) expectNear(what, found[name] ?? [], values, 1e-4, Math.ceil(values.length / 50))
    else if (isSum(name, run)) expectNear(what, found[name] ?? [], values, 1e-5)
    else expectSame(what, found[name] ?? [], values)
  }
}
