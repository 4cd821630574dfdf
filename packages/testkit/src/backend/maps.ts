import type { Backend } from '@hillock/core'
import { evaluateSetup, kernels, oracle } from '@hillock/core/backend'
import { elementary } from '@hillock/core/equations'
import type { Definition, ParamValue } from '@hillock/core/neurons'
import { sizeOf } from '@hillock/core/options'
import { expectNear, expectSame } from '../assert.ts'
import { noise } from '../rig.ts'
import type { Part } from './part.ts'

const adam: Definition = {
  name: 'adam',
  equations: `
    m = b1 * m + (1 - b1) * g
    s = b2 * s + (1 - b2) * g * g
    w = w - rate * m / (sqrt(s) + 0.0001) * exp(-0.1 * step)`,
  inputs: ['g'],
  params: ['b1', 'b2', 'rate', 'step'],
  state: { m: 0, s: 0, w: 0 },
  outputs: [],
  record: [],
}

async function update(backend: Backend, written: boolean, shape: readonly number[], rate: ParamValue) {
  const { compiled, forward } = kernels(adam)
  const count = sizeOf(shape)
  const put = (values: ArrayLike<number>) => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    return tensor
  }
  const states = { m: put(noise(count, 1)), s: put(noise(count, 2).map(Math.abs)), w: put(noise(count, 3)) }
  const inputs = { g: put(noise(count, 4)) }
  const owned = [...Object.values(states), ...Object.values(inputs)]
  const kernel = written ? { ...forward, program: elementary(forward.program) } : forward
  for (let step = 1; step <= 3; step++) {
    const values = evaluateSetup(compiled, { b1: 0.9, b2: 0.99, rate, step }, count)
    const setup = Object.entries(values).map(([name, value]) => {
      if (typeof value === 'number') return [name, value] as const
      const tensor = put(value)
      owned.push(tensor)
      return [name, tensor] as const
    })
    backend.map(kernel, { inputs, states, setup: Object.fromEntries(setup) })
  }
  const results: Record<string, ArrayLike<number>> = {}
  for (const [name, tensor] of Object.entries({ ...states, ...inputs }))
    results[name] = Array.from(await backend.read(tensor))
  for (const tensor of owned) backend.free(tensor)
  return results
}

/** Programs run once over arrays, in place: optimizers and their like. */
export const maps: Part = (check) => {
  for (const shape of [[1], [5], [3, 7], [2, 3, 33], [1030]]) {
    const count = sizeOf(shape)
    const rates: Record<string, ParamValue> = { 'shared by all': 0.1, 'of each element': noise(count, 5) }
    for (const [name, rate] of Object.entries(rates)) {
      check(`a map over [${shape}] with a parameter ${name}`, async (backend) => {
        const found = await update(backend, false, shape, rate)
        const wanted = await update(oracle({ round: Math.fround }), true, shape, rate)
        for (const [state, values] of Object.entries(wanted)) {
          if (backend.supports.exact) expectSame(state, found[state]!, values)
          else expectNear(state, found[state]!, values, 1e-5)
        }
      })
    }
  }
}
