import { reference } from '@hillock/core'
import { checked } from '@hillock/core/backend'
import { expect, test } from '@jest/globals'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { fromTensor, tfjs, toTensor } from '../src/index.ts'

for (const name of ['cpu', 'wasm'] as const) {
  test(`${name}: a tensor goes to hillock and back without being copied, and both live on their own`, async () => {
    const backend = checked(await tfjs({ backend: name }))
    await tf.setBackend(name)
    const theirs = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    const ours = fromTensor(backend, theirs)
    expect([ours.shape, ours.kind]).toEqual([[2, 3], 'real'])
    const again = toTensor(ours)
    expect(again.dataId).toBe(theirs.dataId)
    theirs.dispose()
    const sum = backend.alloc([3])
    backend.sum(ours, sum)
    expect(Array.from(await backend.read(sum))).toEqual([5, 7, 9])
    backend.free(ours)
    expect([again.shape, Array.from(again.dataSync())]).toEqual([
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ])
    await backend.dispose()
    expect(again.isDisposed).toBe(false)
  })
}

test('truth values are spikes, whole numbers are real ones', async () => {
  const backend = checked(await tfjs({ backend: 'cpu' }))
  const spikes = fromTensor(backend, tf.tensor([[true, false, true]], [1, 3], 'bool'))
  expect([spikes.kind, Array.from(await backend.read(spikes))]).toEqual(['spikes', [1, 0, 1]])
  expect(toTensor(spikes).dtype).toBe('float32')
  const whole = fromTensor(backend, tf.tensor([7, -8], [2], 'int32'))
  expect([whole.kind, Array.from(await backend.read(whole))]).toEqual(['real', [7, -8]])
  await backend.dispose()
})

test('spikes of a scan that lie in time steps are one tensor for tfjs', async () => {
  const backend = await tfjs({ backend: 'cpu' })
  const [input, half] = [backend.alloc([4, 1, 3]), backend.alloc([2, 1, 3])]
  backend.write(
    input,
    Array.from({ length: 12 }, (_, i) => i),
  )
  backend.slice(input, 2, half)
  const found = toTensor(half)
  expect([found.shape, Array.from(found.dataSync())]).toEqual([
    [2, 1, 3],
    [6, 7, 8, 9, 10, 11],
  ])
})

test('tensors and backends of others are refused, and nothing is left of the attempt', async () => {
  const other = checked(reference())
  const error = { code: 'HILLOCK_OPTION', message: expect.stringContaining('is of another backend') }
  expect(() => fromTensor(other, tf.tensor([1]))).toThrow(expect.objectContaining(error))
  expect(other.live).toBe(0)
  expect(() => toTensor(other.alloc([1]))).toThrow(expect.objectContaining(error))
  const backend = await tfjs({ backend: 'cpu' })
  const dtype = {
    code: 'HILLOCK_OPTION',
    message: 'fromTensor: the tensor is of dtype string\ngive one of float32, int32 or bool',
  }
  expect(() => fromTensor(backend, tf.tensor(['a']))).toThrow(expect.objectContaining(dtype))
})
