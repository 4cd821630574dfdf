import { reference } from '@hillock/core'
import { expect, test } from '@jest/globals'
import { recording } from '../src/recording.ts'

test('what was recorded can be made again, with what was written and freed meanwhile', async () => {
  const { backend, record } = recording(reference())
  const [a, b, out] = [backend.alloc([1, 2]), backend.alloc([2, 2]), backend.alloc([1, 2])]
  backend.write(b, [1, 2, 3, 4])
  const calls = await record(async () => {
    const values = Float32Array.of(1, 1)
    backend.write(a, values)
    backend.matmul(a, b, out)
    expect(await backend.read(out)).toEqual(Float32Array.of(4, 6))
    values.fill(0)
    backend.free(a)
  })
  expect(calls.map(({ label }) => label)).toEqual(['write [1, 2]', 'matmul [1, 2] x [2, 2]', 'read [1, 2]'])
  backend.write(a, [0, 0])
  backend.write(out, [0, 0])
  const results = await Promise.all(calls.map(({ run }) => run(backend)))
  expect(results.at(-1)).toEqual(Float32Array.of(4, 6))
})

test('outside of a recording, nothing is kept and freed is freed', async () => {
  const freed: unknown[] = []
  const { backend, record } = recording({ ...reference(), free: (tensor) => void freed.push(tensor) })
  const tensor = backend.alloc([1])
  expect(await record(async () => backend.free(tensor))).toEqual([])
  expect(freed).toEqual([])
  backend.free(tensor)
  expect(freed).toEqual([tensor])
})
