import { expect, test } from '@jest/globals'
import { createSession } from '../../src/session/session.ts'
import { bits, data, descent, toy, trained } from '../toy.ts'

const { images, count, features } = data.train
const bare = { images, count, features }

/** Goes down the gradient where there are labels, and remembers what its batches said. */
function told(unlabelled?: boolean) {
  const said: (boolean | undefined)[] = []
  const inner = descent()
  const learner = {
    ...inner,
    ...(unlabelled !== undefined && { unlabelled }),
    step: (...[runtime, batch]: Parameters<typeof inner.step>) => {
      said.push(batch.unlabelled)
      return inner.step(runtime, batch)
    },
  }
  return { learner, said }
}

test('a learner that says so is given examples without labels', async () => {
  const { learner, said } = told(true)
  const session = createSession({ ...toy(), learner })
  const [report] = await trained(session, {}, { train: bare, test: data.test } as never)
  expect(said).toEqual([true, true, true])
  expect([report!.trainLoss, report!.trainAccuracy]).toEqual([Number.NaN, Number.NaN])
  expect(report!.testAccuracy).toBe((await session.evaluate(data.test)).accuracy)
  await trained(session)
  expect(said.slice(3)).toEqual([false, false, false])
})

test('others refuse them before anything is done, and nobody evaluates them', async () => {
  for (const unlabelled of [undefined, false]) {
    const session = createSession({ ...toy(), learner: told(unlabelled).learner })
    const start = bits(await session.snapshot())
    await expect(trained(session, {}, { train: bare } as never)).rejects.toMatchObject({ code: 'HILLOCK_LABEL' })
    expect(bits(await session.snapshot())).toEqual(start)
  }
  const session = createSession({ ...toy(), learner: told(true).learner })
  await trained(session, {}, { train: bare } as never)
  await expect(session.evaluate(bare as never)).rejects.toMatchObject({ code: 'HILLOCK_LABEL' })
  await expect(trained(session, {}, { ...data, test: bare } as never)).rejects.toMatchObject({ code: 'HILLOCK_LABEL' })
})

test('goes on within an epoch with the same examples alone', async () => {
  const { learner } = told(true)
  const abort = new AbortController()
  const session = createSession({ ...toy(), learner })
  await trained(session, { signal: abort.signal, onBatch: () => abort.abort() }, { train: bare } as never)
  const other = { ...bare, images: images.toReversed() }
  await expect(trained(session, {}, { train: other } as never)).rejects.toThrow(/digest/)
  await trained(session, {}, { train: bare } as never)
  expect(session.counters.epochs).toBe(1)
})
