import { type Backend, kernels, stream } from '@hillock/core'
import { expectSame } from '../assert.ts'
import { holding, noise } from '../rig.ts'
import type { Part } from './part.ts'

const integrate = kernels({
  name: 'integrate',
  equations: 'v = 0.5 * v + input\nspike = heaviside(v - 0.25)\nv = v - 0.5 * spike',
  inputs: ['input'],
  params: [],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
})
const draw = kernels({
  name: 'draw',
  equations: 'spike = uniform() < input',
  inputs: ['input'],
  params: [],
  state: {},
  outputs: ['spike'],
  record: [],
})
const descend = kernels({
  name: 'descend',
  equations: 'w = w - 0.125 * g',
  inputs: ['g'],
  params: [],
  state: { w: 0 },
  outputs: [],
  record: [],
})

const [steps, batch, inputs] = [6, 5, 21]

/** Some steps of a small training, call by call: it draws, runs a layer, learns, and reads without waiting for what is read. */
function* training(backend: Backend, seed: number, size: number): Generator<void, Promise<ArrayLike<number>[]>> {
  const reads: Promise<ArrayLike<number>>[] = []
  const lasting = holding(backend)
  const weights = lasting.put(
    [inputs, size],
    noise(inputs * size, seed).map((x) => Math.round(8 * x) / 8),
  )
  yield
  for (let step = 0; step < 4; step++) {
    const held = holding(backend)
    const share = held.put(
      [1, batch, inputs],
      noise(batch * inputs, seed + step).map((x) => x / 2 + 0.5),
    )
    const input = held.put([steps, batch, inputs], undefined, 'spikes')
    const random = { seed, stream: stream.encoding, step, place: 0 }
    const over = { steps, batch, setup: {}, schedule: {} }
    backend.scan(draw.forward, {
      ...over,
      size: inputs,
      inputs: { input: share },
      initial: {},
      random,
      outputs: { spike: input },
    })
    yield
    const current = held.put([steps, batch, size])
    backend.matmul(input, weights, current)
    yield
    const spike = held.put([steps, batch, size], undefined, 'spikes')
    const state = held.put([steps, batch, size])
    const outputs = { spike, 'state:v': state }
    backend.scan(integrate.forward, { ...over, size, inputs: { input: current }, initial: { v: 0 }, outputs })
    reads.push(backend.read(spike))
    yield
    const [g, count] = [held.put([inputs, size]), held.put([size])]
    backend.matmul(input, state, g, { transposeA: true })
    backend.sum(spike, count)
    reads.push(backend.read(count), backend.read(weights))
    yield
    backend.map(descend.forward, { inputs: { g }, states: { w: weights }, setup: {} })
    // What was read above is of before, and lives on in what is read alone.
    held.free()
    yield
  }
  reads.push(backend.read(weights))
  lasting.free()
  return Promise.all(reads)
}

/** Runs sequences of calls in turns, a call of each; gives what each reads. */
async function inTurns(sequences: readonly ReturnType<typeof training>[]): Promise<ArrayLike<number>[][]> {
  const reads: Promise<ArrayLike<number>[]>[] = []
  while (reads.filter(Boolean).length < sequences.length) {
    sequences.forEach((sequence, i) => {
      if (reads[i] !== undefined) return
      const next = sequence.next()
      if (next.done) reads[i] = next.value
    })
  }
  return Promise.all(reads)
}

/** Calls of several at once on one backend do not get in each other's way. */
export const busy: Part = (check) => {
  for (const [name, wide] of [
    ['two trainings', 13],
    ['two trainings of different widths', 40],
  ] as const) {
    check(`${name} in turns give what they give one after the other`, async (backend) => {
      const make = [() => training(backend, 1, 13), () => training(backend, 5, wide)]
      const wanted = []
      for (const one of make) wanted.push(...(await inTurns([one()])))
      const found = await inTurns(make.map((one) => one()))
      wanted.forEach((reads, i) => {
        reads.forEach((values, k) => {
          expectSame(`read ${k + 1} of training ${i + 1}`, found[i]![k]!, values)
        })
      })
    })
  }

  check('sequences that wait at different times give what they give alone', async (backend) => {
    const run = async (seed: number, patience: number) => {
      const sequence = training(backend, seed, 13)
      for (;;) {
        const next = sequence.next()
        if (next.done) return next.value
        for (let i = 0; i < patience; i++) await new Promise((resolve) => setTimeout(resolve))
      }
    }
    const alone = [await run(1, 0), await run(5, 0), await run(9, 0)]
    const together = await Promise.all([run(1, 0), run(5, 1), run(9, 2)])
    alone.forEach((reads, i) => {
      reads.forEach((values, k) => {
        expectSame(`read ${k + 1} of sequence ${i + 1}`, together[i]![k]!, values)
      })
    })
  })
}
