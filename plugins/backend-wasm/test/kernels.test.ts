import { wasm } from '@hillock/backend-wasm'
import { kernels } from '@hillock/core/backend'
import { expect, test } from '@jest/globals'

test('onKernel gets each emitted module once, by the name of its kernel', async () => {
  const double = kernels({
    name: 'double',
    equations: 'x = 2 * x',
    inputs: [],
    params: [],
    state: { x: 0 },
    outputs: [],
    record: [],
  })
  const found: [string, boolean][] = []
  const onKernel = (name: string, module: Uint8Array) => {
    found.push([name, WebAssembly.validate(module.slice())])
  }
  const backend = await wasm({ threads: 1, onKernel })
  const x = backend.alloc([3])
  backend.write(x, [1, 2, 3])
  for (let i = 0; i < 2; i++) backend.map(double.forward, { inputs: {}, states: { x }, setup: {} })
  expect(Array.from(await backend.read(x))).toEqual([4, 8, 12])
  await backend.dispose()
  expect(found).toEqual([['double', true]])
})
