import { wasm } from '@hillock/backend-wasm'
import type { Backend } from '@hillock/core'
import type { BackendName } from './settings.ts'

/**
 * A backend by its name, and how many threads compute; that of GPUs is loaded when it is asked for. Throws HILLOCK_UNSUPPORTED if there is no GPU.
 */
export async function backendOf(name: BackendName): Promise<{ readonly backend: Backend; readonly threads: number }> {
  if (name === 'webgpu') return { backend: await (await import('@hillock/backend-webgpu')).webgpu(), threads: 1 }
  const backend = await wasm(name === 'wasm' ? {} : { threads: 1 })
  return { backend, threads: backend.threads }
}
