import { constant, createSession, crossEntropy, dense, lif, reference, sequential } from '@hillock/core'
import { bptt } from '@hillock/learner-bptt'
import { callable, flag, made, other, whole, word } from '../../src/wrong-values.ts'
import type { Factory } from './kinds.ts'

const session = createSession({
  network: sequential(2, [dense(2), lif()]),
  encoder: constant(),
  learner: bptt(),
  loss: crossEntropy(),
  steps: 2,
})

const examples = { images: Float32Array.of(0, 1, 1, 0), labels: Uint8Array.of(0, 1), count: 2, features: 2, classes: 2 }
const spoilt = [
  { ...examples, labels: undefined },
  { ...examples, labels: Uint8Array.of(0, 2) },
  { ...examples, labels: [0, 0.5] },
  { ...examples, labels: [0, '1'] },
  { ...examples, images: [0, 1, 1, 0] },
  { ...examples, images: Float32Array.of(0, 1, 1) },
  { ...examples, images: Float32Array.of(0, 1, 1, Number.NaN) },
  { ...examples, count: 3 },
  { ...examples, count: '2' },
  { ...examples, features: 3 },
]
const batchSize = whole(2)
const training = {
  epochs: whole(1),
  batchSize,
  dropLast: flag,
  test: word('each', 'last'),
  augment: { ...callable, right: (images: Float32Array) => images },
  onBatch: callable,
  signal: made(new AbortController().signal),
}

/** What a session is asked for, one after the other: a call that is refused leaves it as it was. */
export const methods: Readonly<Record<string, Factory>> = {
  train: {
    takes: [
      made(
        { train: examples },
        { trian: examples },
        { train: null },
        { train: examples, test: 1 },
        ...spoilt.map((train) => ({ train })),
      ),
      { options: training },
    ],
    needs: 1,
    call: async (...args: Parameters<typeof session.train>) => {
      for await (const _ of session.train(...args));
    },
  },
  evaluate: { takes: [made(examples, ...spoilt), { options: { batchSize } }], needs: 1, call: session.evaluate },
  predict: {
    takes: [
      other(examples.images, () => false, Float32Array.of(1), [0, 1, 1, 0], Float32Array.of(0, Number.NaN)),
      { options: { batchSize } },
    ],
    needs: 1,
    call: session.predict,
  },
  observe: { takes: [made(examples, ...spoilt), callable], needs: 2, call: session.observe },
  stream: { takes: [{ options: { batch: whole(2) } }], call: session.stream },
  'stream().step': {
    takes: [
      other(Float32Array.of(0, 1), () => false, Float32Array.of(1), [0, 1], Float32Array.of(0, Number.NaN)),
      { options: { steps: whole(3) } },
    ],
    needs: 1,
    call: session.stream().step,
  },
  use: { takes: [made(reference(), reference, 'wasm')], needs: 1, call: session.use },
}
