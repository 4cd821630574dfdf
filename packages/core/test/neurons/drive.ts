import { evaluateSetup } from '../../src/kernel.ts'
import type { Neuron } from '../../src/neuron.ts'
import { oracle } from '../../src/reference/oracle.ts'

/** Drives neurons with a current for each step, one or one of each neuron; gives all that comes out, [T * N]. */
export async function drive(
  { kernels, params }: Neuron,
  current: readonly (number | readonly number[])[],
): Promise<Record<string, number[]>> {
  const device = oracle()
  const steps = current.length
  const size = current.flat().length / steps
  const input = device.alloc([steps, 1, size])
  device.write(input, current.flat())
  const { forward, compiled } = kernels
  const outputs = Object.keys(forward.program.outputs).map((name) => [name, device.alloc([steps, 1, size])] as const)
  const setup = evaluateSetup(compiled, params, 1) as Record<string, number>
  device.scan(forward, {
    steps,
    batch: 1,
    size,
    inputs: { input },
    setup,
    timeVarying: {},
    initial: Object.fromEntries(forward.states.map((name) => [name, setup[name]!])),
    outputs: Object.fromEntries(outputs),
  })
  const read = outputs.map(async ([name, tensor]) => [name, Array.from(await device.read(tensor))] as const)
  return Object.fromEntries(await Promise.all(read))
}

/** The steps at which a neuron fired. */
export const times = (spikes: readonly number[] | undefined): number[] =>
  spikes!.flatMap((spike, t) => (spike === 1 ? [t] : []))
export const steady = (current: number, steps: number): number[] => new Array<number>(steps).fill(current)
export const pulse = (steps: number): number[] => [1, ...steady(0, steps - 1)]
