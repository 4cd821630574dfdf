import { createSession } from '@hillock/core'
import { expect, test } from '@jest/globals'
import { createStepper } from '../src/stepper.ts'
import { learners, sessionOf, type Workload } from '../src/workloads.ts'

const tiny: Workload = {
  name: 'tiny',
  about: '',
  sizes: [4, 3, 2],
  steps: 2,
  batch: 2,
  probability: 0.5,
  surrogate: 'boxcar',
  start: { trained: 0 },
  peers: [],
}
const examples = {
  images: new Float32Array(16).fill(0.5),
  labels: Uint8Array.of(0, 1, 0, 1),
  count: 4,
  features: 4,
  classes: 2,
}

const steppers = () => {
  const session = createSession(sessionOf(tiny, learners.bptt()))
  return { session, stepper: createStepper(session, { train: examples, test: examples }, tiny.batch) }
}

test('trains one batch at a time, over the end of an epoch, and rests in between', async () => {
  const { session, stepper } = steppers()
  const seen = []
  for (let i = 0; i < 5; i++) {
    const { epoch, batch } = await stepper.step()
    seen.push([epoch, batch])
  }
  expect(seen).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [3, 1],
  ])
  const before = await session.snapshot()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await session.snapshot()).toEqual(before)
  await stepper.stop()
})

test('passes errors on to who asked', async () => {
  const session = createSession(sessionOf(tiny, { name: 'broken', step: () => Promise.reject(new Error('no')) }))
  const stepper = createStepper(session, { train: examples, test: examples }, tiny.batch)
  await expect(stepper.step()).rejects.toThrow('no')
})
