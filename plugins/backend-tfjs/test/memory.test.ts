import { checked } from '@hillock/core/backend'
import { expect, test } from '@jest/globals'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { tfjs } from '../src/index.ts'

interface Wasm {
  _malloc(bytes: number): number
  _free(at: number): void
}

test('tfjs-wasm without room is an error, where it would write over other numbers', async () => {
  await tf.setBackend('wasm')
  const { wasm } = tf.backend() as unknown as { wasm: Wasm }
  // As with 4 GiB that are full, which take long to fill: no room for more than a megabyte.
  wasm._free(wasm._malloc(1))
  const allocate = wasm._malloc
  wasm._malloc = (bytes) => (bytes > 2 ** 20 ? 0 : allocate(bytes))

  const kept = tf.tensor([1, 2, 3])
  const backend = checked(await tfjs({ backend: 'wasm' }))
  const large = [1024, 1024]
  const [a, b, out] = [backend.alloc(large), backend.alloc(large), backend.alloc(large)]
  const before = tf.memory().numTensors
  for (const act of [() => backend.matmul(a, b, out), () => backend.sum(a, out), () => backend.read(a)]) {
    const error = { code: 'HILLOCK_OUT_OF_MEMORY', message: expect.stringContaining('not enough memory for') }
    await expect((async () => act())()).rejects.toMatchObject(error)
  }
  expect(tf.memory().numTensors).toBe(before)
  // Others, and what is smaller, are as they were.
  expect(Array.from(kept.dataSync())).toEqual([1, 2, 3])
  const small = backend.alloc([3])
  backend.write(small, [1, 2, 3])
  const copy = backend.alloc([3])
  backend.sum(small, copy)
  expect(Array.from(await backend.read(copy))).toEqual([1, 2, 3])
  await backend.dispose()
})
