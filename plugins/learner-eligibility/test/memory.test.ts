import { wasm } from '@hillock/backend-wasm'
import { type Backend, crossEntropy, dense, leakyIntegrator, lif, reference, sequential } from '@hillock/core'
import { type Batch, createRuntime, type Tensor } from '@hillock/core/learner'
import { thorough } from '@hillock/testing'
import { describe, expect, jest, test } from '@jest/globals'
import { type EligibilityOptions, eligibility } from '../src/index.ts'

jest.setTimeout(120_000)

const [batch, inputs] = [4, 20]
const labels = Uint8Array.of(0, 2, 1, 2)

/** A backend, and how much of it is in use, by its own count. */
interface Counted {
  readonly backend: Backend
  readonly used: () => number
}

function countedReference(): Counted {
  const backend = reference()
  const live = new Map<Tensor, number>()
  const counting: Backend = {
    ...backend,
    alloc(shape, kind) {
      const tensor = backend.alloc(shape, kind)
      live.set(
        tensor,
        shape.reduce((product, n) => product * n, 1),
      )
      return tensor
    },
    free(tensor) {
      live.delete(tensor)
      backend.free(tensor)
    },
  }
  return { backend: counting, used: () => [...live.values()].reduce((sum, size) => sum + size, 0) }
}

async function countedWasm(): Promise<Counted> {
  const backend = await wasm({ threads: 1 })
  return { backend, used: backend.usedBytes }
}

/** The most that was in use in a training step, and how many tensors lived then and at the end; a constant current comes in. */
async function peaks(make: () => Counted | Promise<Counted>, options: EligibilityOptions, steps: number) {
  const { backend, used } = await make()
  const network = sequential(inputs, [dense(16), lif(), dense(8), lif(), dense(3), leakyIntegrator()])
  let [peak, live, most] = [0, 0, 0]
  const watching: Backend = {
    ...backend,
    alloc(shape, kind) {
      const tensor = backend.alloc(shape, kind)
      live++
      peak = Math.max(peak, used())
      most = Math.max(most, live)
      return tensor
    },
    free(tensor) {
      live--
      backend.free(tensor)
    },
  }
  const loss = crossEntropy({ on: 'v', reduce: 'each' })
  const runtime = createRuntime({ network, backend: watching, loss, seed: 1 })
  const input = runtime.temporary([1, batch, inputs])
  runtime.backend.write(
    input,
    Float32Array.from({ length: batch * inputs }, (_, i) => (i % 7) / 7),
  )
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const given: Batch = { input, labels, steps, size: batch, progress }
  await eligibility(options).step(runtime, given)
  runtime.endStep()
  await runtime.dispose()
  return { peak, most, live }
}

describe.each([
  ['reference', countedReference],
  ['wasm', countedWasm],
])('%s', (_, make) => {
  const longest = thorough.found ? 10_000 : 2000
  test(`online, a step takes the same memory for 100, 500 and ${longest} steps in time`, async () => {
    const online: EligibilityOptions = { mode: 'online' }
    const short = await peaks(make, online, 100)
    expect(short.peak).toBeGreaterThan(0)
    for (const steps of [500, longest]) expect(await peaks(make, online, steps)).toEqual(short)
  })

  test('where every step is kept it takes more', async () => {
    const [short, long] = [await peaks(make, {}, 100), await peaks(make, {}, 1000)]
    expect(long.peak).toBeGreaterThan(5 * short.peak)
  })
})
