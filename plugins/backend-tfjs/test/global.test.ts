import { kernels } from '@hillock/core/backend'
import { expect, test } from '@jest/globals'
import * as tf from '@tensorflow/tfjs-core'
import { isAvailable, tfjs } from '../src/index.ts'
import { losses } from './training.ts'

// What all users of tfjs in a program share: its current backend, and its memory.

test('what is not installed is no error of isAvailable, and one that says what to do of tfjs', async () => {
  const found = await isAvailable({ backend: 'webgl' })
  expect(found).toEqual({
    available: false,
    reason: expect.stringContaining("'@tensorflow/tfjs-backend-webgl' is not found"),
  })
  const hint = 'run `npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-webgl`'
  await expect(tfjs({ backend: 'webgl' })).rejects.toMatchObject({ code: 'HILLOCK_UNSUPPORTED', hint })
})

test.each([
  ['an unknown backend', { backend: 'wasn' }, 'wasm'],
  ['what is not tfjs', { tf: {} }, 'import * as tf'],
])('%s is refused', async (_, options, hint) => {
  const error = { code: 'HILLOCK_OPTION', hint: expect.stringContaining(hint) }
  await expect(tfjs(options as never)).rejects.toMatchObject(error)
  await expect(isAvailable(options as never)).rejects.toMatchObject(error)
})

test('a backend that does not start is refused, and the current one stays', async () => {
  await tfjs({ backend: 'cpu' })
  await tf.setBackend('cpu')
  tf.registerBackend('webgl', () => {
    throw new Error('no context')
  })
  const warn = console.warn
  console.warn = () => {}
  await expect(tfjs({ backend: 'webgl', tf })).rejects.toMatchObject({
    code: 'HILLOCK_UNSUPPORTED',
    message: expect.stringContaining("the backend 'tfjs:webgl' does not start here"),
  })
  console.warn = warn
  expect(tf.getBackend()).toBe('cpu')
  expect(tf.add([1], [2]).dataSync()[0]).toBe(3)
})

test('several may start at once', async () => {
  const names = ['cpu', 'wasm', 'cpu', 'wasm'] as const
  const made = await Promise.all(names.map((backend) => tfjs({ backend })))
  expect(made.map(({ name }) => name)).toEqual(names.map((name) => `tfjs:${name}`))
})

test('it says what it runs on', async () => {
  expect(await isAvailable({ backend: 'wasm' })).toEqual({
    available: true,
    devices: [`TensorFlow.js ${tf.version_core}`],
  })
})

test('the current backend of tfjs is what it was after each call, one that fails included', async () => {
  const doubling = kernels({
    ...{ name: 'doubling', equations: 'spike = 2 * input', inputs: ['input'], params: [], state: {} },
    ...{ outputs: ['spike'], record: [] },
  })
  const nodes = [
    { op: 'input', args: [], name: 'input' },
    { op: 'exp2', args: [0] },
  ]
  const unknown = { ...doubling.forward, program: { nodes, outputs: { spike: 1 } } }
  for (const [own, others] of [
    ['wasm', 'cpu'],
    ['cpu', 'wasm'],
  ] as const) {
    const backend = await tfjs({ backend: own })
    await tf.setBackend(others)
    const [theirs, instance] = [tf.tensor([1, 2, 3]), tf.backend()]
    const check = () => {
      expect(tf.getBackend()).toBe(others)
      expect(tf.backend()).toBe(instance)
      expect(Array.from(tf.mul(theirs, 2).dataSync())).toEqual([2, 4, 6])
    }
    const [input, spike] = [backend.alloc([1, 1, 3]), backend.alloc([1, 1, 3])]
    backend.write(input, [1, 2, 3])
    const over = { steps: 1, batch: 1, size: 3, inputs: { input }, setup: {}, timeVarying: {}, initial: {} }
    backend.scan(doubling.forward, { ...over, outputs: { spike } })
    check()
    const read = backend.read(spike)
    check()
    expect(Array.from(await read)).toEqual([2, 4, 6])
    expect(() => backend.scan(unknown as never, { ...over, outputs: { spike } })).toThrow("no operation 'exp2'")
    check()
    await backend.dispose()
    check()
  }
})

test.each(['cpu', 'wasm'] as const)('a session on %s leaves nothing in the memory of tfjs', async (name) => {
  await tf.setBackend('cpu')
  await losses(await tfjs({ backend: name }))
  const before = tf.memory().numTensors
  await losses(await tfjs({ backend: name }))
  expect(tf.memory().numTensors).toBe(before)
  expect(tf.getBackend()).toBe('cpu')
})
