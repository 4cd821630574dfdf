import { wasm } from '@hillock/backend-wasm'
import { kWinners } from '@hillock/core'
import { expect, test } from '@jest/globals'

test('neurons that see their whole layer are refused', async () => {
  const backend = await wasm({ threads: 1 })
  const { forward } = kWinners({ k: 1 }).kernels
  const bindings = { steps: 1, batch: 1, size: 1, inputs: {}, setup: {}, schedule: {}, initial: {}, outputs: {} }
  expect(() => backend.scan(forward, bindings)).toThrow(expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED' }))
  await backend.dispose()
})
