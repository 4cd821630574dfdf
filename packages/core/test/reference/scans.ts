import type { Backend } from '../../src/backend.ts'
import type { Definition } from '../../src/equations/definition.ts'
import { evaluateSetup, kernels, type ParamValue } from '../../src/kernel.ts'
import { stream } from '../../src/random/index.ts'

export interface Layer {
  readonly steps: number
  readonly batch: number
  readonly size: number
  readonly input: readonly number[]
  readonly params?: Readonly<Record<string, ParamValue>>
}

/** One forward scan with random numbers of seed 5; the values of every output. */
export async function scan(
  backend: Backend,
  definition: Definition,
  { steps, batch, size, input, params = {} }: Layer,
): Promise<Record<string, number[]>> {
  const put = (values: ArrayLike<number>, shape: readonly number[]) => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    return tensor
  }
  const { compiled, forward } = kernels(definition)
  const setup = Object.entries(evaluateSetup(compiled, params, size)).map(
    ([name, value]) => [name, typeof value === 'number' ? value : put(value, [size])] as const,
  )
  const outputs = Object.keys(forward.program.outputs).map(
    (name) => [name, backend.alloc([steps, batch, size])] as const,
  )
  backend.scan(forward, {
    steps,
    batch,
    size,
    inputs: { input: put(input, [input.length / (batch * size), batch, size]) },
    setup: Object.fromEntries(setup),
    timeVarying: {},
    initial: Object.fromEntries(forward.states.map((name) => [name, 0])),
    outputs: Object.fromEntries(outputs),
    random: { seed: 5, stream: stream.encoding, step: 2, place: 3 },
  })
  const values: Record<string, number[]> = {}
  for (const [name, tensor] of outputs) values[name] = Array.from(await backend.read(tensor))
  return values
}
