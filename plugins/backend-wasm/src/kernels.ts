import { HillockError } from '@hillock/core'
import { withSharedMemory } from './assembler.ts'
import { loadBytes } from './platform.ts'

/**
 * The kernels of the package, for a memory that is shared or not; with `fma` those as well that take the place of some. Throws
 * HILLOCK_PLUGIN if there are no such files, HILLOCK_UNSUPPORTED if they may not be fetched or compiled here.
 */
export function loadKernels(shared: boolean, fma: boolean): Promise<WebAssembly.Module[]> {
  // Written so that bundlers find the files.
  const kernels = new URL('../wasm/kernels.wasm', import.meta.url)
  const relaxed = new URL('../wasm/relaxed.wasm', import.meta.url)
  return Promise.all((fma ? [kernels, relaxed] : [kernels]).map((url) => load(url, shared)))
}

async function load(url: URL, shared: boolean): Promise<WebAssembly.Module> {
  const bytes = await loadBytes(url)
  return WebAssembly.compile(shared ? withSharedMemory(bytes) : bytes).catch((cause: Error) => {
    const found = `the kernels of the backend 'wasm' cannot be compiled: ${cause.message}`
    const hint = WebAssembly.validate(bytes)
      ? "let the page's content security policy allow it: script-src 'wasm-unsafe-eval'"
      : 'use an engine that has WebAssembly SIMD, and see that the file is whole'
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint, cause })
  })
}
