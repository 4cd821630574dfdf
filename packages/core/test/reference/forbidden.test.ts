import { expect, jest, test } from '@jest/globals'
import { lif } from '../../src/neurons/lif.ts'
import { reference } from '../../src/reference/backend.ts'

const { forward } = lif().kernels

/** Runs a scan where JavaScript cannot be made of text, for a reason. */
function scanWhere(reason: Error): void {
  const forbidden = jest.spyOn(globalThis, 'Function').mockImplementation(() => {
    throw reason
  })
  const backend = reference()
  const input = backend.alloc([1, 1, 1])
  const over = { steps: 1, batch: 1, size: 1, inputs: { input }, timeVarying: {}, initial: { v: 0 }, outputs: {} }
  try {
    backend.scan(forward, { ...over, setup: { beta: 0.5, threshold: 1 } })
  } finally {
    forbidden.mockRestore()
  }
}

test('where code cannot be made of text, the reference backend says what would allow it', () => {
  const refused = {
    code: 'HILLOCK_UNSUPPORTED',
    hint: expect.stringMatching(/script-src 'unsafe-eval'; the backend 'wasm' needs only 'wasm-unsafe-eval'/),
  }
  expect(() => scanWhere(new EvalError('unsafe-eval is not an allowed source'))).toThrow(
    expect.objectContaining(refused),
  )
  expect(() => scanWhere(new SyntaxError('something else'))).toThrow(SyntaxError)
})
