import type { Backend } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import { stream } from '@hillock/core/random'
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

type Reads = Promise<ArrayLike<number>>[]

/** Some steps of a small training, call by call: it draws, runs a layer and learns. Gives all that it reads, and at each turn so far. */
function* training(backend: Backend, seed: number, size: number): Generator<Reads, Reads> {
  const reads: Reads = []
  const lasting = holding(backend)
  const weights = lasting.put(
    [inputs, size],
    noise(inputs * size, seed).map((x) => Math.round(8 * x) / 8),
  )
  yield reads
  for (let step = 0; step < 4; step++) {
    const held = holding(backend)
    const share = held.put(
      [1, batch, inputs],
      noise(batch * inputs, seed + step).map((x) => x / 2 + 0.5),
    )
    const input = held.put([steps, batch, inputs], undefined, 'spikes')
    const random = { seed, stream: stream.encoding, step, place: 0 }
    const over = { steps, batch, setup: {}, timeVarying: {} }
    backend.scan(draw.forward, {
      ...over,
      size: inputs,
      inputs: { input: share },
      initial: {},
      random,
      outputs: { spike: input },
    })
    yield reads
    const current = held.put([steps, batch, size])
    backend.matmul(input, weights, current)
    yield reads
    const spike = held.put([steps, batch, size], undefined, 'spikes')
    const state = held.put([steps, batch, size])
    const outputs = { spike, v: state }
    backend.scan(integrate.forward, { ...over, size, inputs: { input: current }, initial: { v: 0 }, outputs })
    reads.push(backend.read(spike))
    yield reads
    const [g, count] = [held.put([inputs, size]), held.put([size])]
    backend.matmul(input, state, g, { transposeA: true })
    backend.sum(spike, count)
    reads.push(backend.read(count), backend.read(weights))
    yield reads
    backend.map(descend.forward, { inputs: { g }, states: { w: weights }, setup: {} })
    // What was read above is of before, and lives on in what is read alone.
    held.free()
    yield reads
  }
  reads.push(backend.read(weights))
  lasting.free()
  return reads
}

/** What a training reads when it waits for what it reads. */
async function alone(sequence: ReturnType<typeof training>): Promise<ArrayLike<number>[]> {
  for (;;) {
    const { value, done } = sequence.next()
    const read = await Promise.all(value)
    if (done) return read
  }
}

/** What trainings read that take turns, a call of each, and wait for nothing. */
function inTurns(sequences: readonly ReturnType<typeof training>[]): Promise<ArrayLike<number>[][]> {
  const reads: Reads[] = []
  for (let left = sequences.length; left > 0; ) {
    sequences.forEach((sequence, i) => {
      if (reads[i]) return
      const { value, done } = sequence.next()
      if (!done) return
      reads[i] = value
      left--
    })
  }
  return Promise.all(reads.map((each) => Promise.all(each)))
}

function expectReads(found: readonly ArrayLike<number>[][], wanted: readonly ArrayLike<number>[][]): void {
  wanted.forEach((reads, i) => {
    reads.forEach((values, k) => {
      expectSame(`read ${k + 1} of training ${i + 1}`, found[i]![k]!, values)
    })
  })
}

/** Calls of several at once on one backend do not get in each other's way. */
export const busy: Part = (check) => {
  for (const [name, widths] of [
    ['two trainings', [13, 13]],
    ['trainings of different widths', [13, 40, 5]],
  ] as const) {
    check(`${name} in turns read what they read one after the other`, async (backend) => {
      const make = () => widths.map((width, i) => training(backend, 5 * i, width))
      const wanted = []
      for (const sequence of make()) wanted.push(await alone(sequence))
      expectReads(await inTurns(make()), wanted)
    })
  }

  check('trainings that pause at different times read what they read alone', async (backend) => {
    const pausing = async (sequence: ReturnType<typeof training>, pauses: number) => {
      for (;;) {
        const { value, done } = sequence.next()
        if (done) return Promise.all(value)
        for (let i = 0; i < pauses; i++) await new Promise((resolve) => setTimeout(resolve))
      }
    }
    const make = () => [0, 1, 2].map((i) => training(backend, 5 * i, 13))
    const wanted = []
    for (const sequence of make()) wanted.push(await alone(sequence))
    expectReads(await Promise.all(make().map(pausing)), wanted)
  })
}
