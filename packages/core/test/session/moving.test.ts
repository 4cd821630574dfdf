import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../../src/backend.ts'
import { dense } from '../../src/connections/dense.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { sequential } from '../../src/network/sequential.ts'
import { lif } from '../../src/neurons/lif.ts'
import { reference } from '../../src/reference/backend.ts'
import type { BatchProgress } from '../../src/session/reports.ts'
import { createSession } from '../../src/session/session.ts'
import { bits, data, toy, trained } from '../toy.ts'

describe('the backend can be changed', () => {
  const counted = () => {
    const state = { disposed: 0 }
    const whole = reference()
    const backend: Backend = { ...whole, dispose: async () => void state.disposed++ }
    return { backend, state }
  }

  test('between epochs and between batches, and training goes on to the bit', async () => {
    const wanted = createSession({ ...toy(), encoder: poisson({ probability: 0.5 }) })
    await trained(wanted, { epochs: 3 })
    const session = createSession({ ...toy(), encoder: poisson({ probability: 0.5 }) })
    const onBatch = async ({ batch }: BatchProgress) => {
      if (batch === 2) await session.use(reference())
    }
    for await (const _ of session.train(data, { epochs: 3, batchSize: 20, onBatch })) await session.use(reference())
    expect(bits(await session.snapshot())).toEqual(bits(await wanted.snapshot()))
    expect(await session.evaluate(data.test)).toEqual(await wanted.evaluate(data.test))
  })

  test('and the old one is disposed of', async () => {
    const [old, next] = [counted(), counted()]
    const session = createSession({ ...toy(), backend: old.backend })
    await session.use(next.backend)
    expect([old.state.disposed, next.state.disposed]).toEqual([1, 0])
    await session.dispose()
    expect(next.state.disposed).toBe(1)
    await expect(session.evaluate(data.test)).rejects.toMatchObject({ code: 'HILLOCK_DISPOSED' })
  })

  test('but stays where the new one fails', async () => {
    const session = createSession(toy())
    const before = await session.evaluate(data.test)
    const full: Backend = {
      ...reference(),
      alloc: () => {
        throw new Error('no memory')
      },
    }
    await expect(session.use(full)).rejects.toThrow('no memory')
    expect(await session.evaluate(data.test)).toEqual(before)
  })
})

describe('a snapshot', () => {
  test('starts another session where the first one stood', async () => {
    const session = createSession(toy())
    await trained(session)
    const snapshot = await session.snapshot()
    const other = createSession({ ...toy(), seed: 9, snapshot })
    expect(bits(await other.snapshot())).toEqual(bits(snapshot))
    expect((await other.evaluate(data.test)).predictions).toEqual((await session.evaluate(data.test)).predictions)
  })

  test('of another network is refused', async () => {
    const snapshot = await createSession(toy()).snapshot()
    const wider = sequential(12, [dense(9), lif(), dense(3), lif()])
    expect(() => createSession({ ...toy(), network: wider, snapshot })).toThrow(
      "'layer1.weight' of the snapshot has shape [12, 24]\nthe network needs [12, 9]",
    )
    const deeper = sequential(12, [dense(24), lif(), dense(3), lif(), dense(3), lif()])
    expect(() => createSession({ ...toy(), network: deeper, snapshot })).toThrow("has no 'layer3.weight'")
  })

  test('says what of it is not used, and keeps that', async () => {
    const session = createSession(toy())
    await trained(session)
    const own = await session.snapshot()
    const extra = { shape: [], values: Float64Array.of(7) }
    const moments = [...own.keys()].filter((name) => name.includes('/'))
    expect(moments).not.toEqual([])
    const other = createSession({ ...toy(), snapshot: new Map([['num_batches_tracked', extra], ...own]) })
    expect(other.unused).toEqual(['num_batches_tracked', ...moments])
    await trained(other)
    expect(other.unused).toEqual(['num_batches_tracked'])
    expect((await other.snapshot()).get('num_batches_tracked')).toEqual(extra)
    expect(session.unused).toEqual([])
  })
})
