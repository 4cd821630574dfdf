import type { JobEnd, Queue } from '@hillock/sweeps'
import { type RedisServer, redis, startRedis, whereFound } from '@hillock/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type BullmqOptions, bullmq } from '../src/index.ts'

describe('an address', () => {
  test.each(['', 'http://localhost', 'localhost:6379', 'redis://'])('cannot be %j', async (url) => {
    await expect(bullmq({ url })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
  })

  test.each([{ name: 'a:b' }, { name: '' }, { lostAfter: 0 }, { lostAfter: Number.NaN }, { url: 3 }])(
    'comes with no %j',
    async (wrong) => {
      const given = { url: 'redis://localhost', ...wrong } as BullmqOptions
      await expect(bullmq(given)).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
    },
  )

  test('where nobody answers is told at once, without its password', async () => {
    const asked = bullmq({ url: 'redis://me:secret@127.0.0.1:1' })
    await expect(asked).rejects.toMatchObject({ code: 'HILLOCK_QUEUE', message: expect.not.stringMatching(/secret/) })
    await expect(asked).rejects.toThrow(
      /^Redis does not answer at redis:\/\/127.0.0.1:1: .*ECONNREFUSED.*\nstart redis/,
    )
  })
})

whereFound('a queue in Redis', redis, () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())
  const open: Queue[] = []
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close()
  })
  const queueOf = async (name: string): Promise<Queue> => {
    const queue: Queue = await bullmq({ url: server.url, name, lostAfter: 1 })
    open.push(queue)
    return queue
  }

  /** Takes jobs until none is left; what `take` gives for each. Also the jobs as they were taken, and those that failed. */
  async function drained(queue: Queue, take: (id: string, calls: number) => JobEnd | Promise<JobEnd>, slots = 1) {
    const over = new AbortController()
    const [taken, failed]: [string[], [string, string][]] = [[], []]
    const work = queue.work({
      slots,
      signal: over.signal,
      async take(id, tell) {
        taken.push(id)
        await tell({ epoch: taken.length })
        return take(id, taken.filter((one) => one === id).length)
      },
      onFailed: (id, message) => failed.push([id, message]),
    })
    while ((await queue.left()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    over.abort()
    await work
    return { taken, failed }
  }

  test('hands out each job once, though it is put in twice, and an id of digits as any other', async () => {
    const queue = await queueOf('once')
    const ids = ['a1', '1234567890123456', 'b2']
    await queue.add(ids)
    await queue.add(ids)
    expect(await queue.left()).toBe(3)
    const { taken } = await drained(queue, () => 'done', 2)
    expect(taken.sort()).toEqual([...ids].sort())
    // what is done may be put in again
    await queue.add(['a1'])
    expect(await queue.left()).toBe(1)
  })

  test('tries what failed three times, what is final once, and takes back what is returned', async () => {
    const queue = await queueOf('tries')
    await queue.add(['back', 'final', 'fails', 'mends'])
    const { taken, failed } = await drained(queue, (id, calls) => {
      if (id === 'back') return calls < 6 ? 'back' : 'done'
      if (id === 'mends' && calls === 3) return 'done'
      return { message: `${id} broke`, final: id === 'final' }
    })
    const times = (id: string) => taken.filter((one) => one === id).length
    expect(['back', 'final', 'fails', 'mends'].map(times)).toEqual([6, 1, 3, 3])
    expect(failed.sort()).toEqual([
      ['fails', 'fails broke'],
      ['final', 'final broke'],
    ])
  })

  test('tells those who watch how far jobs are, and that they have ended', async () => {
    const queue = await queueOf('watched')
    const seen: unknown[] = []
    const ended = new Promise<void>((resolve) => {
      queue.watch({
        onProgress: (id, progress) => seen.push([id, progress]),
        onEnd(id) {
          seen.push(id)
          resolve()
        },
      })
    })
    await queue.add(['a'])
    await drained(await queueOf('watched'), () => 'done')
    await ended
    expect(seen).toEqual([['a', { epoch: 1 }], 'a'])
  })

  test('gives jobs back when a worker is stopped', async () => {
    const queue = await queueOf('stopped')
    await queue.add(['a', 'b'])
    const over = new AbortController()
    const work = queue.work({
      slots: 1,
      signal: over.signal,
      take: () =>
        new Promise((resolve) => {
          over.abort()
          setTimeout(() => resolve('back'), 50)
        }),
      onFailed: () => {},
    })
    await work
    expect(await queue.left()).toBe(2)
    expect((await drained(await queueOf('stopped'), () => 'done')).taken.sort()).toEqual(['a', 'b'])
  })
})
