import { findGpu } from '../src/gpu.ts'

/** What a test does to a device before it is used. */
export type Tampering = (device: GPUDevice) => void

/** A GPU whose devices are tampered with, and which says that buffers are no larger than so many bytes. */
export function tampered({ device: tamper, most }: { readonly device?: Tampering; readonly most?: number }): GPU {
  const requestAdapter = async () => {
    const adapter = (await (await findGpu()).requestAdapter())!
    const { info, limits } = adapter
    const requestDevice = async () => {
      const device = await adapter.requestDevice()
      if (most) replace(device, 'limits', { maxStorageBufferBindingSize: most, maxBufferSize: most })
      tamper?.(device)
      return device
    }
    return { info, limits, requestDevice } as unknown as GPUAdapter
  }
  return { requestAdapter } as unknown as GPU
}

/** Replaces a member of an object that comes from native code. */
export const replace = (target: object, name: string, value: unknown) =>
  Object.defineProperty(target, name, { value, configurable: true })
