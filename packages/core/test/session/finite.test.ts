import { describe, expect, test } from '@jest/globals'
import { writeCheckpoint } from '../../src/checkpoint.ts'
import { dense } from '../../src/connections/dense.ts'
import { constant } from '../../src/encoders/constant.ts'
import { encoder } from '../../src/encoders/encoder.ts'
import type { Learner } from '../../src/learner.ts'
import { sequential } from '../../src/network/sequential.ts'
import { type Neuron, neuron } from '../../src/neuron.ts'
import { integrateAndFire } from '../../src/neurons/integrate-and-fire.ts'
import { lif } from '../../src/neurons/lif.ts'
import { linear } from '../../src/neurons/linear.ts'
import { adam } from '../../src/optimizers/adam.ts'
import { sgd } from '../../src/optimizers/sgd.ts'
import { reference } from '../../src/reference/backend.ts'
import { createSession, type SessionOptions } from '../../src/session/session.ts'
import { bits, data, descent, stripes, toy, trained } from '../toy.ts'

const notFinite = (what: string) =>
  expect.objectContaining({ code: 'HILLOCK_NOT_FINITE', message: expect.stringContaining(what) })

const custom = (equations: string, state: Record<string, number> = {}): Neuron =>
  neuron({ name: 'custom', equations, state })()

/** A session with these neurons in the hidden layer, behind weights of 1 and no bias. */
const withHidden = (hidden: Neuron, more: Partial<SessionOptions> = {}) => {
  const first = dense(8, { weight: { constant: 1 }, bias: false })
  return createSession({ ...toy(), network: sequential(12, [first, hidden, dense(3), lif()]), ...more })
}

describe('what neurons compute is looked at, though their spikes are numbers', () => {
  const cases: readonly (readonly [what: string, hidden: Neuron, message: string])[] = [
    [
      'a comparison with NaN',
      custom('spike = log(-input) > 0'),
      'layer1 (custom) compares NaN, first neuron 0 at step 0',
    ],
    [
      'a state that is NaN',
      custom('v = sqrt(0.5 - t + 0 * input)\nspike = v > 1', { v: 0 }),
      "layer1 (custom) has a 'v' that is not finite, first neuron 0 at step 1",
    ],
    [
      'a membrane that overflows',
      custom('v = 1e9 * v + input\nspike = v > 1', { v: 0 }),
      "layer1 (custom) has a 'v' that is not finite, first neuron 0 at step 5",
    ],
    ['a graded output', custom('spike = 1 / (input - input)'), 'what layer1 (custom) gives is not finite'],
  ]
  test.each(cases)('%s, in evaluation', async (_, hidden, message) => {
    const session = withHidden(hidden)
    await expect(session.evaluate(data.test)).rejects.toEqual(notFinite(message))
    await expect(session.predict(data.test.images)).rejects.toEqual(notFinite(message))
    await expect(session.observe(data.test, async () => {})).rejects.toEqual(notFinite(message))
  })

  test.each(cases)('%s, in training', async (_, hidden, message) => {
    await expect(trained(withHidden(hidden))).rejects.toEqual(notFinite(message))
  })

  test('but a branch that is not taken does not count, nor does infinity that is compared', async () => {
    const branch = custom('spike = where(input > 0, input > 1, log(input) > 0)')
    const infinite = custom('spike = 1 / (input - input) > 1')
    const sound = withHidden(branch)
    await sound.evaluate(data.test)
    await trained(sound, { epochs: 1 })
    await withHidden(custom('spike = 1 / relu(-input) > 1')).evaluate(data.test)
    await expect(withHidden(infinite).evaluate(data.test)).resolves.toBeDefined()
  })

  test('nor do sums of finite values that overflow', async () => {
    const hidden = custom('v = v + 4e37\nspike = v - input > 3e38', { v: 0 })
    const session = withHidden(hidden)
    await session.evaluate(data.test)
    await trained(session)
  })

  test('and currents are laid to the layer that they go into', async () => {
    const network = sequential(12, [dense(8, { weight: { constant: 3e38 }, bias: false }), lif(), dense(3), lif()])
    const session = createSession({ ...toy(), network })
    await expect(session.evaluate(data.test)).rejects.toEqual(notFinite('currents into layer1 are not finite'))
  })
})

describe('what an encoder computes is looked at', () => {
  const encoded = (equations: string, state: Record<string, number> = {}) =>
    createSession({ ...toy(), encoder: encoder({ name: 'mine', equations, state })() })
  const dark = { ...data.test, images: new Float32Array(data.test.images.length) }

  test.each([
    ['spike = log(input - 1) > 0', {}],
    ['spike = input / input > 0.5', {}],
    ['v = 1e9 * (v + input + 1)\nspike = v > 1', { v: 0 }],
  ])('%s', async (equations, state) => {
    const session = encoded(equations, state)
    await expect(session.evaluate(dark)).rejects.toEqual(notFinite('the encoder mine'))
    await expect(trained(session, {}, { train: dark })).rejects.toEqual(notFinite('the encoder mine'))
  })

  test('graded output too', async () => {
    await expect(encoded('spike = input / input').evaluate(dark)).rejects.toMatchObject({ code: 'HILLOCK_NOT_FINITE' })
  })

  test('and what follows from its parameters', async () => {
    const mine = encoder({ name: 'mine', params: { rate: 1e30 }, equations: 'spike = input * (rate * rate) > 1' })()
    const session = createSession({ ...toy(), encoder: mine })
    await expect(session.evaluate(data.test)).rejects.toEqual(notFinite('mine: what follows from the parameters is '))
  })
})

describe('what lasts is looked at when an epoch ends', () => {
  /** Of no input that is ever lit. */
  const dark = { ...data.train, images: new Float32Array(data.train.images.length) }
  const training = (learner: Learner, more: Partial<SessionOptions> = {}) =>
    trained(createSession({ ...toy(), learner, ...more }), { batchSize: 48 }, { train: dark, test: data.test })

  test('weights of inputs that are always dark, where the optimizer divides 0 by 0', async () => {
    await expect(training(descent(adam({ learningRate: 0.1, epsilon: 0 })))).rejects.toEqual(
      notFinite("'layer1.weight' is not finite\nlower the learning rate"),
    )
  })

  test('moments that overflow, so that weights no longer move', async () => {
    const steep = sgd({ learningRate: 1e-30, momentum: 0.9 })
    const learner = descent(steep)
    const spoilt: Learner = {
      name: 'spoilt',
      async step(runtime, batch) {
        const result = await learner.step(runtime, batch)
        const velocity = runtime.tensor('layer2.bias/velocity', [3])
        runtime.backend.write(velocity, [0, Number.POSITIVE_INFINITY, 0])
        return result
      },
    }
    // the last step leaves infinity where the next would make NaN of it
    await expect(trained(createSession({ ...toy(), learner: spoilt }), { batchSize: 48 })).rejects.toEqual(
      notFinite("'layer2.bias/velocity' is not finite"),
    )
  })

  test('and after 64 batches', async () => {
    let steps = 0
    const learner: Learner = {
      name: 'broken',
      async step({ backend, tensor }) {
        if (++steps === 3) backend.write(tensor('own', [2]), [1, Number.NaN])
        return { loss: 1, correct: 0 }
      },
    }
    const many = stripes(200, 1)
    const session = createSession({ ...toy(), learner })
    await expect(trained(session, { batchSize: 1 }, { train: many })).rejects.toEqual(notFinite("'own' is not finite"))
    expect(steps).toBe(64)
  })

  test('learnt parameters', async () => {
    const hidden = lif({ learn: ['threshold'] })
    const session = withHidden(hidden, { learner: descent(sgd({ learningRate: 1e38 })) })
    await expect(trained(session, { epochs: 3 })).rejects.toMatchObject({ code: 'HILLOCK_NOT_FINITE' })
  })
})

describe('a snapshot that is not finite', () => {
  const spoilt = async (name: string, value: number) => {
    const snapshot = new Map(await createSession(toy()).snapshot())
    const shape = [2]
    const { values } = snapshot.get(name) ?? { values: new Float32Array(2) }
    return snapshot.set(name, { shape: snapshot.get(name)?.shape ?? shape, values: values.slice().fill(value, 1) })
  }

  test.each([
    ['layer2.weight', Number.NaN],
    ['layer1.bias', Number.POSITIVE_INFINITY],
    ['of/another learner', Number.NaN],
  ])('is refused: %s of %s', async (name, value) => {
    const snapshot = await spoilt(name, value)
    expect(() => createSession({ ...toy(), snapshot })).toThrow(
      notFinite(`'${name}' of the snapshot is not finite: value 1 of`),
    )
    const counters = { epochs: 0, batches: 0, position: 0 }
    expect(() => writeCheckpoint({ seed: 0, counters, snapshot })).toThrow(notFinite(`'${name}'`))
  })

  test('can be taken of a session that broke down, which stays on its backend', async () => {
    const session = createSession({ ...toy(), learner: descent(adam({ epsilon: 0 })) })
    const dark = { ...data.train, images: new Float32Array(data.train.images.length) }
    await expect(trained(session, {}, { train: dark })).rejects.toMatchObject({ code: 'HILLOCK_NOT_FINITE' })
    const broken = Object.entries(bits(await session.snapshot())).filter(([, values]) => values.some(Number.isNaN))
    expect(broken.map(([name]) => name)).toContain('layer1.weight')
    const { backend } = session
    await expect(session.use(reference())).rejects.toEqual(notFinite('of the snapshot is not finite'))
    expect(session.backend).toBe(backend)
    await session.snapshot()
  })
})

test('neurons that can compute nothing else than numbers are not watched', async () => {
  const session = createSession({ ...toy(), network: sequential(12, [dense(3), linear()]), encoder: constant() })
  await session.observe(data.test, async ([pass]) => {
    expect(pass!.layer.neuron.kernels.watched().program.outputs).not.toHaveProperty('#alarm')
  })
  expect(integrateAndFire().kernels.watched().program.outputs).toHaveProperty('#alarm')
})
