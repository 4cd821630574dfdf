import { describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { constant } from '../../src/encoders/constant.ts'
import { crossEntropy } from '../../src/losses/cross-entropy.ts'
import { meanSquaredError } from '../../src/losses/mean-squared-error.ts'
import { negativeLogLikelihood } from '../../src/losses/negative-log-likelihood.ts'
import { sequential } from '../../src/network/sequential.ts'
import { neuron } from '../../src/neuron.ts'
import { lif } from '../../src/neurons/lif.ts'
import { linear } from '../../src/neurons/linear.ts'
import { reference } from '../../src/reference/backend.ts'
import { type ForwardOptions, forward } from '../../src/runtime/forward.ts'
import { createRuntime } from '../../src/runtime/runtime.ts'
import { createSession, type SessionOptions } from '../../src/session/session.ts'
import { data, toy, trained } from '../toy.ts'

const refusal = (text: string) => expect.objectContaining({ code: 'HILLOCK_OPTION', message: text })

/** Whatever it is given, for what TypeScript would not let pass. */
const any = (value: unknown) => value as never

describe('a loss that reads what the last layer does not give out', () => {
  test.each([
    ['set by the equations', { on: 'pre' }, "layer1 (lif) has no output 'pre'\ngive the neurons record: ['pre']"],
    ['misspelt', { on: 'vv' }, "layer1 (lif) has no output 'vv'\ndid you mean 'v'?"],
    ['unknown', { on: 'delayed' }, "layer1 (lif) has no output 'delayed'\nthere is spike, v"],
    ['of every object', { on: 'toString' }, "layer1 (lif) has no output 'toString'\nthere is spike, v"],
  ])('%s: is refused, by a session and by a runtime', (_, options, text) => {
    const network = sequential(12, [dense(3), lif()])
    for (const make of [crossEntropy, meanSquaredError, negativeLogLikelihood]) {
      const loss = make(options)
      const refused = refusal(`${loss.name}: ${text}`)
      expect(() => createSession({ ...toy(), network, loss })).toThrow(refused)
      expect(() => createRuntime({ network, backend: reference(), loss, seed: 0 })).toThrow(refused)
    }
  })

  test('a recorded name and a state are read', async () => {
    const network = sequential(12, [dense(3), lif({ record: ['pre'] })])
    for (const on of ['pre', 'v', 'spike']) {
      const session = createSession({ ...toy(), network, loss: crossEntropy({ on }) })
      expect((await session.evaluate(data.test)).loss).toBeGreaterThan(0)
    }
  })

  test('a name that equations only read is not set by them', () => {
    const own = neuron({ name: 'own', state: { v: 0 }, equations: 'v = input\nspike = 1 * (v == 3)' })
    const network = sequential(12, [dense(3), own()])
    expect(() => createSession({ ...toy(), network, loss: crossEntropy({ on: 'input' }) })).toThrow(
      refusal("crossEntropy: layer1 (own) has no output 'input'\nthere is spike, v"),
    )
  })
})

test('outputs to keep that there are none of are refused, and nothing is left behind', async () => {
  const keeping = (names: readonly string[]): SessionOptions['learner'] => ({
    name: 'keeping',
    async step(runtime, batch) {
      const options: ForwardOptions = { keep: ({ index }) => (index === 0 ? names : []) }
      const [pass] = forward(runtime, batch, options)
      expect(Object.keys(pass!.kept)).toEqual(names)
      return { loss: 0, correct: 0 }
    },
  })
  const network = sequential(12, [dense(3), lif({ record: ['pre'] }), dense(3), linear()])
  const session = (...names: string[]) => createSession({ ...toy(), network, learner: keeping(names) })
  await trained(session('v', 'pre'))
  for (const [name, hint] of [
    ['prr', "did you mean 'pre'?"],
    ['spike', 'there is v, pre'],
  ] as const) {
    const refusing = session(name)
    const before = refusing.backend.live
    await expect(trained(refusing)).rejects.toThrow(refusal(`forward: layer1 (lif) keeps no '${name}'\n${hint}`))
    expect(refusing.backend.live).toBe(before)
  }
})

describe('createSession refuses', () => {
  function bptt() {
    return toy().learner
  }
  test.each<[string, object, string]>([
    ['a misspelt option', { netwrok: toy().network }, "createSession has no option 'netwrok'\ndid you mean 'network'?"],
    [
      'a factory that was not called',
      { learner: bptt },
      "createSession: 'learner' is the function 'bptt'\ncall it: bptt()",
    ],
    [
      'an encoder that was not called',
      { encoder: constant },
      "createSession: 'encoder' is the function 'constant'\ncall it: constant()",
    ],
    [
      'a loss that was not called',
      { loss: crossEntropy },
      "createSession: 'loss' is the function 'crossEntropy'\ncall it: crossEntropy()",
    ],
    [
      'a backend that was not called',
      { backend: reference },
      "createSession: 'backend' is the function 'reference'\ncall it: reference()",
    ],
    [
      'a backend that was not awaited',
      { backend: Promise.resolve(reference()) },
      "createSession: 'backend' is a Promise\nawait it, as in `await wasm()`",
    ],
    [
      'a backend by its name',
      { backend: 'wasm' },
      "createSession: 'backend' is 'wasm'\ngive a backend: reference() or await wasm()",
    ],
    ['no learner', { learner: undefined }, "createSession: 'learner' is missing\ngive a learner, such as bptt()"],
    [
      'a list of layers',
      { network: [dense(3), lif()] },
      "createSession: 'network' is [an object, an object]\ngive a network: sequential(inputs, [dense(units), lif()])",
    ],
    ['steps as a text', { steps: '8' }, "createSession: 'steps' is '8'\ngive a whole number from 1"],
    [
      'a snapshot that was not awaited',
      { snapshot: Promise.resolve(new Map()) },
      "createSession: 'snapshot' is a Promise\nawait it, as in `await wasm()`",
    ],
    ['null as counters', { counters: null }, "createSession: 'counters' is null\ngive the counters of a session"],
  ])('%s', (_, change, message) => {
    expect(() => createSession({ ...toy(), ...change } as SessionOptions)).toThrow(refusal(message))
  })

  test('nothing at all', () => {
    expect(() => createSession(any(undefined))).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })

  test('tensors of a snapshot without values', async () => {
    const snapshot = new Map([...(await createSession(toy()).snapshot())].map(([name, { shape }]) => [name, { shape }]))
    expect(() => createSession({ ...toy(), snapshot: any(snapshot) })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_SHAPE', message: expect.stringContaining("'layer1.weight'") }),
    )
  })
})

describe('the calls of a session refuse', () => {
  const { signal } = new AbortController()
  test.each<[string, object | null, string]>([
    ['a misspelt option', { epoch: 3 }, "train has no option 'epoch'\ndid you mean 'epochs'?"],
    ['a batch by another name', { batchsize: 8 }, "train has no option 'batchsize'\ndid you mean 'batchSize'?"],
    ['a number for a flag', { dropLast: 1 }, "train: 'dropLast' is 1\ngive true or false"],
    ['another word', { test: 'never' }, "train: 'test' is 'never'\none of: each, last"],
    [
      'a controller for its signal',
      { signal: new AbortController() },
      "train: 'signal' is a AbortController\ngive the signal of an AbortController",
    ],
    [
      'options that are null',
      null,
      'train: the options are null\nwrite them by their names: { epochs, batchSize, dropLast, test, augment, onBatch, signal }',
    ],
  ])('in training %s', async (_, options, message) => {
    const session = createSession(toy())
    await expect(session.train(data, options as { signal: typeof signal }).next()).rejects.toThrow(refusal(message))
  })

  test('images that augment spoils', async () => {
    for (const augment of [() => new Float32Array(3), () => [], async (images: Float32Array) => images]) {
      await expect(trained(createSession(toy()), { augment: any(augment) })).rejects.toMatchObject({
        code: 'HILLOCK_SHAPE',
        message: expect.stringContaining('augment gave'),
      })
    }
  })

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'evaluate',
      () => createSession(toy()).evaluate(data.test, any({ batchsize: 3 })),
      "evaluate has no option 'batchsize'",
    ],
    ['predict', () => createSession(toy()).predict(data.test, any({ size: 3 })), "predict has no option 'size'"],
    ['observe', () => createSession(toy()).observe(data.test, any(undefined)), "observe: 'look' is missing"],
    ['use', () => createSession(toy()).use(any(Promise.resolve(reference()))), "use: 'backend' is a Promise"],
    ['use', () => createSession(toy()).use(reference(), any({ keepbackend: true })), "use has no option 'keepbackend'"],
    ['dispose', () => createSession(toy()).dispose(any({ keep: true })), "dispose has no option 'keep'"],
    ['evaluate', () => createSession(toy()).evaluate(any(data)), "the examples have no 'images'"],
    ['observe', () => createSession(toy()).observe(any(null), async () => {}), 'the examples are null'],
  ])('in %s what does not belong there', async (_, call, text) => {
    await expect(call()).rejects.toMatchObject({ code: 'HILLOCK_OPTION', message: expect.stringContaining(text) })
  })

  test('to dispose of with wrong options, and can be used after that', async () => {
    const session = createSession(toy())
    await expect(session.dispose(any({ keep: true }))).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
    expect((await session.evaluate(data.test)).accuracy).toBeGreaterThanOrEqual(0)
    await session.dispose()
  })
})

test('a learner whose step gives nothing is told so', async () => {
  for (const gives of [undefined, null, { loss: 1 }, 0.5]) {
    const learner = { name: 'mute', step: async () => any(gives) }
    await expect(trained(createSession({ ...toy(), learner }))).rejects.toMatchObject({
      code: 'HILLOCK_OPTION',
      message: expect.stringMatching(/^mute: 'what its step gives' .*\ngive { loss, correct }$/),
    })
  }
})

test('observe needs no labels, and refuses wrong ones', async () => {
  const { images, count, features } = data.test
  const session = createSession(toy())
  const spikes = (given: object) =>
    session.observe(any(given), async ([pass], backend) => Array.from(await backend.read(pass!.spikes)))
  expect(await spikes({ images, count, features })).toEqual(await spikes(data.test))
  await expect(spikes({ ...data.test, labels: [0.5] })).rejects.toMatchObject({ code: 'HILLOCK_SHAPE' })
  await expect(spikes({ ...data.test, labels: undefined })).rejects.toMatchObject({ code: 'HILLOCK_LABEL' })
})

test.each<[string, () => unknown, string]>([
  [
    'crossEntropy',
    () => crossEntropy(any({ reduce: 'foo' })),
    "crossEntropy: 'reduce' is 'foo'\none of: sum, mean, max, last, first, each",
  ],
  [
    'crossEntropy',
    () => crossEntropy(any({ reduction: 'sum' })),
    "crossEntropy has no option 'reduction'\nits options: on, reduce",
  ],
  [
    'crossEntropy',
    () => crossEntropy(any('v')),
    "crossEntropy: the options are 'v'\nwrite them by their names: { on, reduce }",
  ],
  [
    'crossEntropy',
    () => crossEntropy(any(null)),
    'crossEntropy: the options are null\nwrite them by their names: { on, reduce }',
  ],
  [
    'meanSquaredError',
    () => meanSquaredError(any({ correct: '1' })),
    "meanSquaredError: 'correct' is '1'\ngive a number",
  ],
  [
    'meanSquaredError',
    () => meanSquaredError(any({ reduce: 'mean' })),
    "meanSquaredError: 'reduce' is 'mean'\none of: sum, each",
  ],
  [
    'negativeLogLikelihood',
    () => negativeLogLikelihood(any({ reduce: 'sum' })),
    "negativeLogLikelihood has no option 'reduce'\nits options: on",
  ],
])('%s refuses what it does not know', (_, make, message) => {
  expect(make).toThrow(refusal(message))
})
