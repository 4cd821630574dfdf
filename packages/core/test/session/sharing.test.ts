import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../../src/backend.ts'
import { checked } from '../../src/checked.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { reference } from '../../src/reference/backend.ts'
import { createSession } from '../../src/session/session.ts'
import { bits, data, toy, trained } from '../toy.ts'

/** A backend that counts its tensors, and how often it is disposed of. */
function counted(more: Partial<Backend> = {}): { backend: Backend; state: { tensors: number; disposed: number } } {
  const state = { tensors: 0, disposed: 0 }
  const whole = reference()
  const backend: Backend = {
    ...whole,
    ...more,
    alloc(shape, kind) {
      state.tensors++
      return whole.alloc(shape, kind)
    },
    free(tensor) {
      state.tensors--
      whole.free(tensor)
    },
    dispose: async () => void state.disposed++,
  }
  return { backend, state }
}

const noisy = (seed: number) => ({ ...toy(), encoder: poisson({ probability: 0.5 }), seed })

describe('two sessions on one backend', () => {
  test('interleaved, end with the bits of each alone', async () => {
    const { backend } = counted()
    const shared = [1, 2].map((seed) => createSession({ ...noisy(seed), backend }))
    await Promise.all(shared.map((session) => trained(session, { epochs: 2 })))
    for (const [i, session] of shared.entries()) {
      const alone = createSession(noisy(i + 1))
      await trained(alone, { epochs: 2 })
      expect(bits(await session.snapshot())).toEqual(bits(await alone.snapshot()))
      expect(await session.evaluate(data.test)).toEqual(await alone.evaluate(data.test))
    }
  })

  test('do not harm each other when one is disposed of, and the last ends the backend', async () => {
    const { backend, state } = counted()
    const [first, second] = [createSession({ ...toy(), backend }), createSession({ ...toy(), backend })]
    const wanted = await second.evaluate(data.test)
    const held = state.tensors
    await first.dispose()
    expect(state).toEqual({ tensors: held / 2, disposed: 0 })
    expect(await second.evaluate(data.test)).toEqual(wanted)
    await second.dispose()
    expect(state).toEqual({ tensors: 0, disposed: 1 })
  })

  test('know each other by the backend inside', async () => {
    const { backend, state } = counted()
    const first = createSession({ ...toy(), backend })
    const second = createSession({ ...toy(), backend: first.backend })
    const third = createSession({ ...toy(), backend: checked(backend) })
    await first.dispose()
    await third.dispose()
    expect(state.disposed).toBe(0)
    await second.evaluate(data.test)
    await second.dispose()
    expect(state.disposed).toBe(1)
  })

  test('are timed apart', async () => {
    let [part, times]: [string | undefined, Record<string, number>] = [undefined, {}]
    const spend = () => {
      if (part !== undefined) times[part] = (times[part] ?? 0) + 1000
    }
    const whole = reference()
    const { backend } = counted({
      matmul(...given) {
        spend()
        whole.matmul(...given)
      },
      clock: {
        mark(given) {
          part = given
        },
        take() {
          const taken = times
          times = {}
          return taken
        },
      },
    })
    const seconds = async (count: number) => {
      const found: number[] = []
      const run = async () => {
        const onBatch = ({ parts }: { parts: { forward: number } }) => void found.push(Math.floor(parts.forward / 1000))
        await trained(createSession({ ...toy(), backend }), { onBatch })
      }
      await Promise.all(Array.from({ length: count }, run))
      return found
    }
    expect(await seconds(1)).toEqual([2, 2, 2])
    expect(await seconds(2)).toEqual([2, 2, 2, 2, 2, 2])
  })
})

describe('a session', () => {
  test('can be freed without its backend', async () => {
    const { backend, state } = counted()
    const session = createSession({ ...toy(), backend })
    await trained(session)
    await session.dispose({ keepBackend: true })
    expect(state).toEqual({ tensors: 0, disposed: 0 })
    const next = createSession({ ...toy(), backend })
    await next.evaluate(data.test)
    await next.dispose()
    expect(state).toEqual({ tensors: 0, disposed: 1 })
  })

  test('can be moved and leave its backend behind, or stay where it is', async () => {
    const [old, next] = [counted(), counted()]
    const session = createSession({ ...toy(), backend: old.backend })
    const wanted = await session.evaluate(data.test)
    await session.use(next.backend, { keepBackend: true })
    expect(old.state).toEqual({ tensors: 0, disposed: 0 })
    const held = next.state.tensors
    await session.use(next.backend)
    expect(next.state).toEqual({ tensors: held, disposed: 0 })
    expect(await session.evaluate(data.test)).toEqual(wanted)
  })

  test('leaves nothing behind where it cannot be made', async () => {
    const { backend, state } = counted()
    const snapshot = new Map(await createSession(toy()).snapshot())
    snapshot.delete('layer2.bias')
    expect(() => createSession({ ...toy(), backend, snapshot })).toThrow("has no 'layer2.bias'")
    expect(state).toEqual({ tensors: 0, disposed: 0 })
    await createSession({ ...toy(), backend }).dispose()
    expect(state.disposed).toBe(1)
  })

  test('is refused on a backend that has ended', async () => {
    const { backend } = counted()
    await createSession({ ...toy(), backend }).dispose()
    expect(() => createSession({ ...toy(), backend })).toThrow(expect.objectContaining({ code: 'HILLOCK_DISPOSED' }))
  })
})
