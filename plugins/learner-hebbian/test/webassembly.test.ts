import { afterEach, expect, jest, test } from '@jest/globals'
import { layOut } from '../src/memory.ts'

afterEach(() => void jest.restoreAllMocks())

/** Loads the kernels as a page does, over a network that answers so. */
async function compileOver(answer: () => Promise<Response>): Promise<unknown> {
  jest.resetModules()
  jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
  jest.spyOn(globalThis, 'fetch').mockImplementation(answer)
  const { compile } = await import('../src/compile.ts')
  return compile().catch(({ code, message }) => ({ code, message }))
}

test('a file that is not there, not to be fetched or not to be compiled is told', async () => {
  expect(await compileOver(async () => new Response('', { status: 404 }))).toEqual({
    code: 'HILLOCK_PLUGIN',
    message: expect.stringMatching(/kernels.wasm was answered with 404\nserve the folder/),
  })
  const refuse = async () => {
    throw new TypeError('Failed to fetch')
  }
  expect(await compileOver(refuse)).toEqual({
    code: 'HILLOCK_UNSUPPORTED',
    message: expect.stringMatching(/kernels.wasm cannot be fetched: Failed to fetch\n.*connect-src 'self'/),
  })
  const message = 'Wasm code generation disallowed by embedder'
  jest.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError(message))
  expect(await compileOver(async () => new Response(''))).toEqual({
    code: 'HILLOCK_UNSUPPORTED',
    message: expect.stringMatching(new RegExp(`kernels.wasm cannot be compiled: ${message}\\n.*'wasm-unsafe-eval'`)),
  })
})

test('what does not fit into memory is told', () => {
  const outOfMemory = {
    code: 'HILLOCK_OUT_OF_MEMORY',
    message: expect.stringMatching(/not enough memory .* MiB more\nuse fewer/),
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 })
  for (const length of [2 ** 20, 2 ** 31, 2 ** 50])
    expect(() => layOut(memory, (take) => take(Float32Array, length))).toThrow(expect.objectContaining(outOfMemory))
})
