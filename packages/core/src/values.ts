import type { Backend, Tensor } from './backend.ts'
import type { Compiled } from './equations/compile.ts'
import { evaluateSchedule, evaluateSetup, type ParamValue } from './kernel.ts'

/** What a scan is given besides its inputs: everything that follows from parameters and time alone. */
export interface ScanValues {
  readonly setup: Readonly<Record<string, number | Tensor>>
  readonly schedule: Readonly<Record<string, Tensor>>
  readonly initial: Readonly<Record<string, number | Tensor>>
}

/** Computes setup, schedule and initial values in f64 and puts those that differ per neuron or step on the backend; `free` ends those. */
export function uploadValues(
  backend: Backend,
  compiled: Compiled,
  params: Readonly<Record<string, ParamValue>>,
  { steps, from = 0, size }: { readonly steps: number; readonly from?: number; readonly size: number },
): ScanValues & { free(): void } {
  const tensors: Tensor[] = []
  const upload = (values: ArrayLike<number>, shape: readonly number[]): Tensor => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    tensors.push(tensor)
    return tensor
  }
  const setup: Record<string, number | Tensor> = {}
  const initial: Record<string, number | Tensor> = {}
  for (const [name, value] of Object.entries(evaluateSetup(compiled, params, size))) {
    const bound = typeof value === 'number' ? value : upload(value, [size])
    if (name.startsWith('init:')) initial[name.slice('init:'.length)] = bound
    else setup[name] = bound
  }
  const schedule: Record<string, Tensor> = {}
  for (const [name, { perNeuron, values }] of Object.entries(evaluateSchedule(compiled, params, steps, size, from))) {
    schedule[name] = upload(values, perNeuron ? [steps, size] : [steps])
  }
  return {
    setup,
    schedule,
    initial,
    free() {
      for (const tensor of tensors.splice(0)) backend.free(tensor)
    },
  }
}
