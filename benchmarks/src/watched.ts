import type { WasmBackend } from '@hillock/backend-wasm'
import type { Backend } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'

/** A backend that remembers how much memory was in use at most, looked at before each reading, when all of a step is queued. */
export function watched(backend: WasmBackend): { readonly backend: Backend; readonly peak: () => number } {
  let peak = 0
  const read = (tensor: Tensor) => {
    peak = Math.max(peak, backend.usedBytes())
    return backend.read(tensor)
  }
  return { backend: { ...backend, read }, peak: () => peak }
}
