import type { Backend, Tensor } from './backend.ts'
import { alarmName } from './equations/alarm.ts'
import type { Compiled } from './equations/compile.ts'
import { HillockError } from './errors.ts'
import { evaluateSetup, evaluateTimeVarying, type ParamValue } from './kernel.ts'

/** What a scan is given besides its inputs: everything that follows from parameters and time alone. */
export interface ScanValues {
  readonly setup: Readonly<Record<string, number | Tensor>>
  readonly timeVarying: Readonly<Record<string, Tensor>>
  readonly initial: Readonly<Record<string, number | Tensor>>
  /** Whether the time-varying values are finite: a branch that is not taken may be infinite, as 1 / t is at first. All else is finite. */
  readonly finiteTimeVarying: boolean
}

/**
 * Computes setup, time-varying and initial values in f64 and puts those that differ per neuron or step on the backend; `free` ends those.
 * Throws HILLOCK_NOT_FINITE if parameters give NaN or infinity; `where` says there whose they are.
 */
export function uploadValues(
  backend: Backend,
  compiled: Compiled,
  params: Readonly<Record<string, ParamValue>>,
  {
    steps,
    from = 0,
    size,
    where = compiled.definition.name,
  }: { readonly steps: number; readonly from?: number; readonly size: number; readonly where?: string },
): ScanValues & { free(): void } {
  const tensors: Tensor[] = []
  const upload = (values: ArrayLike<number>, shape: readonly number[]): Tensor => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    tensors.push(tensor)
    return tensor
  }
  // As a backend will hold them.
  const notFinite = (value: number) => !Number.isFinite(Math.fround(value))
  const setup: Record<string, number | Tensor> = {}
  const initial: Record<string, number | Tensor> = { [alarmName]: 0 }
  for (const [name, value] of Object.entries(evaluateSetup(compiled, params, size))) {
    const wrong = typeof value === 'number' ? [value].find(notFinite) : value.find(notFinite)
    const isState = Object.hasOwn(compiled.definition.state, name)
    if (wrong !== undefined) {
      refuse(
        where,
        isState || Object.hasOwn(params, name) ? `'${name}'` : 'what follows from the parameters',
        wrong,
        params,
      )
    }
    const bound = typeof value === 'number' ? value : upload(value, [size])
    ;(isState ? initial : setup)[name] = bound
  }
  const timeVarying: Record<string, Tensor> = {}
  let finiteTimeVarying = true
  for (const [name, { perNeuron, values }] of Object.entries(
    evaluateTimeVarying(compiled, params, steps, size, from),
  )) {
    if (values.some(notFinite)) finiteTimeVarying = false
    timeVarying[name] = upload(values, perNeuron ? [steps, size] : [steps])
  }
  return {
    setup,
    timeVarying,
    initial,
    finiteTimeVarying,
    free() {
      for (const tensor of tensors.splice(0)) backend.free(tensor)
    },
  }
}

function refuse(where: string, what: string, value: number, params: Readonly<Record<string, ParamValue>>): never {
  const shown = Object.entries(params).map(
    ([param, given]) => `${param} ${typeof given === 'number' ? given : '[...]'}`,
  )
  const hint = `its parameters: ${shown.join(', ')}`
  throw new HillockError('HILLOCK_NOT_FINITE', `${where}: ${what} is ${value}`, { hint })
}
