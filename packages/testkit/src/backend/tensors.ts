import { kernels } from '@hillock/core/backend'
import { sizeOf } from '@hillock/core/options'
import { expectRefused, expectSame } from '../assert.ts'
import { noise } from '../rig.ts'
import type { Part } from './part.ts'

const { forward } = kernels({
  name: 'sum',
  equations: 'v = v + input\nspike = v',
  inputs: ['input'],
  params: [],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
})

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

const inf = Number.POSITIVE_INFINITY

/** Arrays come back as they were written; wrong calls are refused. */
export const tensors: Part = (check, { create }) => {
  for (const shape of [[], [1], [7], [2, 3], [5, 3, 33]]) {
    const count = sizeOf(shape)
    check(`[${shape}] is read as it was written`, async (backend) => {
      for (const kind of ['real', 'spikes'] as const) {
        const values = noise(count, 1).map((x) => (kind === 'real' ? x : +(x > 0)))
        const tensor = backend.alloc(shape, kind)
        backend.write(tensor, values)
        expectSame(kind, await backend.read(tensor), values)
        backend.write(
          tensor,
          values.map((x) => (kind === 'real' ? -x : 1 - x)),
        )
        expectSame(
          `${kind}, written again`,
          await backend.read(tensor),
          values.map((x) => (kind === 'real' ? -x : 1 - x)),
        )
        backend.free(tensor)
      }
    })
  }

  for (const [size, batch] of [
    [1, 1],
    [5, 3],
    [67, 2],
  ] as const) {
    check(`time steps of [9, ${batch}, ${size}] are copied`, async (backend) => {
      for (const kind of ['real', 'spikes'] as const) {
        const values = noise(9 * batch * size, 2).map((x) => (kind === 'real' ? x : +(x > 0)))
        const whole = backend.alloc([9, batch, size], kind)
        backend.write(whole, values)
        for (const [from, steps] of [
          [0, 9],
          [3, 4],
          [8, 1],
        ] as const) {
          const part = backend.alloc([steps, batch, size], kind)
          backend.slice(whole, from, part)
          const row = batch * size
          expectSame(`${kind} from ${from}`, await backend.read(part), values.slice(from * row, (from + steps) * row))
          backend.free(part)
        }
        backend.free(whole)
      }
    })
  }

  check('odd numbers are kept', async (backend) => {
    const values = [inf, -inf, Number.NaN, 2 ** -126, Math.fround(3.4e38), 2 ** -149, 0.1]
    const tensor = backend.alloc([values.length])
    backend.write(tensor, values)
    expectSame('values', await backend.read(tensor), values.map(Math.fround))
    backend.free(tensor)
  })

  check('what was read stays as it was', async (backend) => {
    const tensor = backend.alloc([3])
    backend.write(tensor, [1, 2, 3])
    const read = backend.read(tensor)
    backend.write(tensor, [4, 5, 6])
    expectSame('the first', await read, [1, 2, 3])
    expectSame('the second', await backend.read(tensor), [4, 5, 6])
    backend.free(tensor)
  })

  check('spikes are read as lists, where the backend can', async (backend) => {
    if (backend.readEvents === undefined) return
    for (const shape of [[3], [0, 5], [2, 3, 33]]) {
      const width = shape.at(-1)!
      const spikes = noise(sizeOf(shape), 3).map((x) => +(x > 0.4))
      const tensor = backend.alloc(shape, 'spikes')
      backend.write(tensor, spikes)
      const events = backend.readEvents(tensor)
      backend.write(tensor, new Float32Array(spikes.length))
      const { start, index } = await events
      const rows = Array.from({ length: spikes.length / width }, (_, row) =>
        spikes.slice(row * width, (row + 1) * width),
      )
      const listed = rows.map((row) => row.flatMap((spike, neuron) => (spike === 1 ? [neuron] : [])))
      const found = rows.map((_, row) => Array.from(index.subarray(start[row], start[row + 1])))
      if (JSON.stringify(found) !== JSON.stringify(listed)) throw new Error(`${JSON.stringify(found)} for [${shape}]`)
      backend.free(tensor)
    }
  })

  check('spikes are written as lists', async (backend) => {
    const { writeEvents } = backend
    if (writeEvents === undefined) return
    for (const shape of [[3], [0, 5], [2, 3, 33], [3, 2, 64]]) {
      const width = shape.at(-1)!
      const count = sizeOf(shape)
      const spikes = noise(count, 5).map((x) => +(x > 0.4))
      const start = Int32Array.from({ length: count / width + 1 }, (_, row) => total(spikes.slice(0, row * width)))
      const index = Int32Array.from(spikes.flatMap((spike, i) => (spike === 1 ? [i % width] : [])))
      const tensor = backend.alloc(shape, 'spikes')
      backend.write(tensor, new Float32Array(count).fill(1))
      writeEvents(tensor, { start, index })
      expectSame(`[${shape}]`, await backend.read(tensor), spikes)
      backend.free(tensor)
    }
  })

  check('shapes that do not fit are refused', async (backend) => {
    const [a, b, out] = [backend.alloc([2, 3]), backend.alloc([4, 5]), backend.alloc([2, 5])]
    await expectRefused('HILLOCK_SHAPE', () => backend.matmul(a, b, out))
    await expectRefused('HILLOCK_SHAPE', () => backend.sum(a, b))
    await expectRefused('HILLOCK_SHAPE', () => backend.write(a, [1, 2]))
    await expectRefused('HILLOCK_SHAPE', () => backend.alloc([2, -1]))
    await expectRefused('HILLOCK_SHAPE', () => backend.slice(a, 1, out))
    await expectRefused('HILLOCK_SHAPE', () => backend.slice(b, 3, out))
    const bindings = { steps: 2, batch: 1, size: 3, setup: {}, timeVarying: {}, initial: { v: 0 }, outputs: {} }
    await expectRefused('HILLOCK_SHAPE', () => backend.scan(forward, { ...bindings, inputs: { input: a } }))
    for (const tensor of [a, b, out]) backend.free(tensor)
  })

  check('a tensor that was freed is refused', async (backend) => {
    const [tensor, other] = [backend.alloc([2]), backend.alloc([2])]
    backend.free(tensor)
    await expectRefused('HILLOCK_DISPOSED', () => backend.write(tensor, [1, 2]))
    await expectRefused('HILLOCK_DISPOSED', () => backend.read(tensor))
    if (backend.readEvents) await expectRefused('HILLOCK_DISPOSED', () => backend.readEvents!(tensor))
    await expectRefused('HILLOCK_DISPOSED', () => backend.sum(other, tensor))
    await expectRefused('HILLOCK_DISPOSED', () => backend.free(tensor))
    backend.free(other)
  })

  check('a backend that was disposed of is refused, and another lives on', async (backend) => {
    const second = await create()
    const kept = backend.alloc([2])
    backend.write(kept, [1, 2])
    const lost = second.alloc([2])
    await second.dispose()
    await second.dispose()
    await expectRefused('HILLOCK_DISPOSED', () => second.alloc([1]))
    await expectRefused('HILLOCK_DISPOSED', () => second.read(lost))
    await expectRefused('HILLOCK_DISPOSED', () => backend.read(lost))
    expectSame('the other', await backend.read(kept), [1, 2])
    backend.free(kept)
  })
}
