import { HillockError } from '@hillock/core'

/** The packages that give a GPU, by platform; looked up at run time so that bundlers, which need none in a page, do not look for them. */
const packages: Readonly<Record<string, string>> = { node: 'webgpu' }

/** Dawn ends the process where its GPU object is collected before its devices, so that one is kept. */
let ofNode: GPU | undefined

/**
 * The GPU object of the page or worker, or that of npm's `webgpu` in Node.js.
 *
 * Throws HILLOCK_UNSUPPORTED if there is none, saying what to do.
 */
export async function findGpu(): Promise<GPU> {
  const here = (globalThis.navigator as Navigator | undefined)?.gpu
  if (here !== undefined) return here
  const inNode =
    typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string'
  if (!inNode) {
    const secure = (globalThis as { isSecureContext?: boolean }).isSecureContext
    const hint =
      secure === false
        ? 'serve the page over https, or from localhost: browsers have WebGPU nowhere else'
        : 'use a browser that has it, or another backend'
    throw new HillockError('HILLOCK_UNSUPPORTED', 'this browser has no WebGPU here', { hint })
  }
  if (ofNode !== undefined) return ofNode
  try {
    const { create } = (await import(/* @vite-ignore */ packages.node!)) as { create: (flags: string[]) => GPU }
    ofNode = create([])
    return ofNode
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'ERR_MODULE_NOT_FOUND'
    const found = missing
      ? "Node.js has no WebGPU of its own, and the package 'webgpu' is not installed"
      : `the package 'webgpu' does not load: ${(cause as Error).message}`
    const hint = missing ? 'run `npm install webgpu`' : 'it is made for Linux, macOS and Windows, on x64 and arm64'
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint, cause })
  }
}

/** Throws HILLOCK_UNSUPPORTED if no adapter is there. */
export async function findAdapter(gpu: GPU, powerPreference: GPUPowerPreference): Promise<GPUAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference })
  if (adapter !== null) return adapter
  throw new HillockError('HILLOCK_UNSUPPORTED', 'there is no GPU that WebGPU can use', {
    hint: 'update the driver (Vulkan on Linux), look at chrome://gpu in a browser, or use another backend',
  })
}

/** A GPU in a few words, with what emulates it where it is none. */
export function describeAdapter({ info }: GPUAdapter): string {
  const { vendor, architecture, device, description } = info
  const parts = [description || device, vendor, architecture].filter((part) => part !== '')
  return parts.join(', ') || 'a GPU without a name'
}
