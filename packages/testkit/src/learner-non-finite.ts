import { HillockError, type Learner, type Session, type Snapshot } from '@hillock/core'
import type { Runtime } from '@hillock/core/learner'
import { expectRefused } from './assert.ts'
import type { stripes } from './stripes.ts'
import type { Check } from './suite.ts'

type Examples = ReturnType<typeof stripes>
type Saved = Snapshot extends ReadonlyMap<string, infer Tensor> ? Tensor : never

interface Given {
  readonly data: { readonly train: Examples; readonly test: Examples }
  readonly create: () => Learner
  readonly start: (options: { learner?: Learner; snapshot?: Snapshot }) => Promise<Session>
}

/** Tests that training stops with HILLOCK_NOT_FINITE even if the loss, of spikes that can be counted, shows nothing. */
export function nonFinite(test: Check, { data, create, start }: Given): void {
  const batchSize = data.train.count / 3
  const train = async (session: Session) => {
    for await (const _ of session.train(data, { batchSize }));
  }
  const snapshotOf = async (work: (session: Session) => Promise<void>) => {
    const session = await start({})
    await work(session)
    const snapshot = await session.snapshot()
    await session.dispose()
    return snapshot
  }
  const put = (runtime: Runtime, name: string, { shape }: Saved, values: ArrayLike<number>) =>
    runtime.backend.write(runtime.tensor(name, shape), values)

  /** Trains for an epoch of three steps, and does something to the runtime before and after the last: expects an error that names `what`. */
  async function expectStop(what: string, after: (runtime: Runtime) => void, before?: typeof after): Promise<void> {
    const inner = create()
    let steps = 0
    const learner: Learner = {
      name: inner.name,
      async step(runtime, batch) {
        steps++
        if (steps === 3) before?.(runtime)
        const result = await inner.step(runtime, batch)
        if (steps === 3) after(runtime)
        return result
      },
    }
    const session = await start({ learner })
    const error = await train(session).catch((caught: unknown) => caught)
    await session.dispose()
    if (error instanceof HillockError && error.code === 'HILLOCK_NOT_FINITE' && error.message.includes(what)) return
    throw new Error(`expected HILLOCK_NOT_FINITE for ${what}, found ${error ?? 'nothing'}`)
  }

  test('stops where neurons compute with NaN or infinity', async () => {
    const snapshot = await snapshotOf(train)
    const [name, weights] = [...snapshot][0]!
    const filled = (value: number) => new Float32Array(weights.values.length).fill(value)
    const restore = (runtime: Runtime) => {
      for (const [name, saved] of snapshot) put(runtime, name, saved, saved.values)
    }
    // The largest are finite themselves, but no current is that they make.
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 3e38])
      await expectStop('layer1', restore, (runtime) => put(runtime, name, weights, filled(value)))
    const session = await start({ snapshot: new Map([...snapshot, [name, { ...weights, values: filled(3e38) }]]) })
    await expectRefused('HILLOCK_NOT_FINITE', () => session.evaluate(data.test))
    await session.dispose()
  })

  test('stops where a tensor that lasts is not finite, though nothing shows it', async () => {
    for (const [name, saved] of await snapshotOf(train)) {
      for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
        const last = saved.values.slice()
        last[last.length - 1] = value
        await expectStop(`'${name}'`, (runtime) => put(runtime, name, saved, last))
      }
    }
  })
}
