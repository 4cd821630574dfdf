import { describe, expect, test } from '@jest/globals'
import type { Learner } from '../../src/learner.ts'
import { reference } from '../../src/reference/backend.ts'
import { createSession, type Session } from '../../src/session/session.ts'
import { bits, data, descent, toy, trained } from '../toy.ts'

const busy = (call: string, current: string) =>
  expect.objectContaining({
    code: 'HILLOCK_BUSY',
    message: expect.stringContaining(`${call} was called while ${current}`),
  })

/** All that can be asked of a session. */
const calls: Readonly<Record<string, (session: Session) => Promise<unknown>>> = {
  train: (session) => session.train(data).next(),
  evaluate: (session) => session.evaluate(data.test),
  predict: (session) => session.predict(data.test.images),
  observe: (session) => session.observe(data.test, async () => {}),
  use: (session) => session.use(reference()),
  snapshot: (session) => session.snapshot(),
  dispose: (session) => session.dispose(),
}

/** A learner that makes each call in the middle of its steps, and what came of them. */
function interrupted(): { learner: Learner; session: () => Session; found: Record<string, unknown> } {
  const found: Record<string, unknown> = {}
  const inner = descent()
  const made: { session?: Session } = {}
  const learner: Learner = {
    name: 'interrupted',
    async step(runtime, batch) {
      const tried = Object.entries(calls).map(async ([name, call]) => {
        found[name] = await call(made.session!).catch((error: unknown) => error)
      })
      const result = await inner.step(runtime, batch)
      await Promise.all(tried)
      return result
    },
  }
  return {
    learner,
    found,
    session() {
      made.session = createSession({ ...toy(), learner })
      return made.session
    },
  }
}

test.each(Object.keys(calls))(
  '%s is refused while a batch is trained on, which ends with the same bits',
  async (name) => {
    const { session: make, found } = interrupted()
    const [session, alone] = [make(), createSession(toy())]
    const reports = await trained(session, { epochs: 2 })
    expect(found[name]).toEqual(busy(name, 'train'))
    const wanted = await trained(alone, { epochs: 2 })
    expect(bits(await session.snapshot())).toEqual(bits(await alone.snapshot()))
    expect(reports.map(({ seconds: _, ...report }) => report)).toEqual(
      wanted.map(({ seconds: _, ...report }) => report),
    )
  },
)

describe('while something else is at work', () => {
  test.each(Object.keys(calls))('%s is refused by evaluate', async (name) => {
    const session = createSession(toy())
    const wanted = await session.evaluate(data.test)
    const first = session.evaluate(data.test)
    await expect(calls[name]!(session)).rejects.toEqual(busy(name, 'evaluate'))
    expect(await first).toEqual(wanted)
    expect(await session.evaluate(data.test)).toEqual(wanted)
  })

  test.each(['observe', 'use', 'snapshot', 'dispose'])('evaluate is refused by %s', async (name) => {
    const session = createSession(toy())
    const first = calls[name]!(session)
    await expect(session.evaluate(data.test)).rejects.toMatchObject({
      code: expect.stringMatching(name === 'dispose' ? 'HILLOCK_DISPOSED' : 'HILLOCK_BUSY'),
    })
    await first
  })

  test('what observe is given may not call the session', async () => {
    const session = createSession(toy())
    await expect(session.observe(data.test, () => session.snapshot())).rejects.toEqual(busy('snapshot', 'observe'))
    await session.snapshot()
  })

  test('an error lets the next call in', async () => {
    const session = createSession(toy())
    await expect(session.observe(data.test, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(session.evaluate({ ...data.test, features: 11 })).rejects.toMatchObject({ code: 'HILLOCK_SHAPE' })
    await session.evaluate(data.test)
  })
})

describe('between two batches', () => {
  const wantedBits = async (epochs: number) => {
    const session = createSession(toy())
    await trained(session, { epochs })
    return bits(await session.snapshot())
  }

  test('train is refused, and the one under way goes on', async () => {
    const session = createSession(toy())
    const codes: string[] = []
    const onBatch = () =>
      session
        .train(data)
        .next()
        .then(
          () => void codes.push('trained'),
          ({ code }) => void codes.push(code),
        )
    await trained(session, { onBatch })
    expect(codes).toEqual(Array(3).fill('HILLOCK_BUSY'))
    expect(bits(await session.snapshot())).toEqual(await wantedBits(1))
  })

  test('all else may be called', async () => {
    const session = createSession(toy())
    const seen: unknown[] = []
    const onBatch = async () => {
      seen.push((await session.evaluate(data.test)).loss, await session.snapshot())
      seen.push(await session.observe(data.test, async () => 0))
      await session.use(reference())
    }
    await trained(session, { epochs: 2, onBatch })
    expect(seen).toHaveLength(18)
    expect(bits(await session.snapshot())).toEqual(await wantedBits(2))
  })

  test('training waits for a call that was not awaited', async () => {
    const session = createSession(toy())
    const evaluations: Promise<unknown>[] = []
    await trained(session, { epochs: 2, onBatch: () => void evaluations.push(session.evaluate(data.test)) })
    expect(await Promise.all(evaluations)).toHaveLength(6)
    expect(bits(await session.snapshot())).toEqual(await wantedBits(2))
  })

  test('dispose ends training', async () => {
    const session = createSession(toy())
    await expect(trained(session, { onBatch: () => session.dispose() })).rejects.toMatchObject({
      code: 'HILLOCK_DISPOSED',
    })
    expect(session.counters.batches).toBe(1)
  })

  test('an error of onBatch ends training, which can be gone on with', async () => {
    const session = createSession(toy())
    const onBatch = () => {
      throw new Error('no')
    }
    await expect(trained(session, { onBatch })).rejects.toThrow('no')
    await trained(session)
    expect(bits(await session.snapshot())).toEqual(await wantedBits(1))
  })
})

describe('between two epochs', () => {
  test('any call may be made, and training goes on to the bit', async () => {
    const session = createSession(toy())
    for await (const _ of session.train(data, { epochs: 3, batchSize: 20 })) {
      await session.evaluate(data.test)
      await session.snapshot()
      await session.use(reference())
    }
    const alone = createSession(toy())
    await trained(alone, { epochs: 3 })
    expect(bits(await session.snapshot())).toEqual(bits(await alone.snapshot()))
  })

  test('training waits for a call that was not awaited', async () => {
    const session = createSession(toy())
    const evaluations: Promise<unknown>[] = []
    for await (const _ of session.train(data, { epochs: 2 })) evaluations.push(session.evaluate(data.test))
    expect(await Promise.all(evaluations)).toHaveLength(2)
  })

  test('another train takes over, and the first is refused', async () => {
    const session = createSession(toy())
    const first = session.train(data, { epochs: 3, batchSize: 20 })
    await first.next()
    const second = session.train(data, { epochs: 2, batchSize: 20 })
    await second.next()
    await expect(first.next()).rejects.toMatchObject({ code: 'HILLOCK_BUSY' })
    expect(await first.next()).toEqual({ done: true, value: undefined })
    await second.next()
    expect(await second.next()).toEqual({ done: true, value: undefined })
    const alone = createSession(toy())
    await trained(alone, { epochs: 3 })
    expect(bits(await session.snapshot())).toEqual(bits(await alone.snapshot()))
  })

  test('the first is refused at once, in the middle of the second', async () => {
    const session = createSession(toy())
    const first = session.train(data, { epochs: 3 })
    await first.next()
    const second = session.train(data).next()
    await expect(first.next()).rejects.toMatchObject({ code: 'HILLOCK_BUSY' })
    expect((await second).value).toMatchObject({ epoch: 2 })
  })

  test('a training that is given up leaves the session free', async () => {
    const session = createSession(toy())
    const first = session.train(data, { epochs: 3, batchSize: 20 })
    await first.next()
    await first.return()
    for await (const _ of session.train(data, { epochs: 3, batchSize: 20 })) break
    const forgotten = session.train(data, { batchSize: 20 })
    await forgotten.next()
    await session.evaluate(data.test)
    expect(session.counters).toEqual({ epochs: 3, batches: 9, position: 0 })
  })

  test('a training that was left is given up without harm to the other', async () => {
    const session = createSession(toy())
    const first = session.train(data, { epochs: 2 })
    await first.next()
    const second = session.train(data)
    const next = second.next()
    await first.return()
    await expect(session.evaluate(data.test)).rejects.toEqual(busy('evaluate', 'train'))
    await next
  })

  test('dispose ends training', async () => {
    const session = createSession(toy())
    const training = session.train(data, { epochs: 2 })
    await training.next()
    await session.dispose()
    await expect(training.next()).rejects.toMatchObject({ code: 'HILLOCK_DISPOSED' })
  })
})

test.each(Object.keys(calls))('after dispose %s is refused, but for another dispose', async (name) => {
  const session = createSession(toy())
  await session.dispose()
  if (name === 'dispose') await session.dispose()
  else await expect(calls[name]!(session)).rejects.toMatchObject({ code: 'HILLOCK_DISPOSED' })
})
