import { type Device, type DeviceKernel, type ProductFormat, slots, slotWords } from '@hillock/device'
import type { CudaFunction, Driver } from './driver.ts'
import { printPtx } from './ptx.ts'
import { createReplays } from './replays.ts'

interface Compiled {
  readonly kernel: CudaFunction
  readonly threads: number
}

/** Allocations never touch, so that no tensor lies in two of them. */
const fence = 64

/** A device over the driver: memory in a few large allocations, and the arguments of all launches in one more. */
export function cudaDevice(
  driver: Driver,
  products?: ProductFormat,
  onKernel?: (name: string, ptx: string) => void,
): Device<Compiled> {
  const args = driver.alloc(4 * slots * slotWords)
  const replays = createReplays<Compiled>(driver.graphs, (launches) => {
    for (const { kernel, groups, at } of launches) driver.launch(kernel.kernel, groups, kernel.threads, args + 4 * at)
  })
  return {
    name: 'cuda',
    description: driver.description,
    storesWords: true,
    products,
    grow(_heap, words) {
      return { at: driver.alloc(4 * (words + fence)) / 4, words }
    },
    compile(kernel: DeviceKernel) {
      const ptx = printPtx(kernel)
      onKernel?.(kernel.name, ptx)
      return { kernel: driver.load(ptx, kernel.name), threads: kernel.threads }
    },
    run(launches, given) {
      driver.write(args, given)
      replays.run(launches)
    },
    write: (_heap, at, values) => driver.write(4 * at, values),
    read: (_heap, at, words) => driver.read(4 * at, 4 * words),
    dispose: async () => driver.dispose(),
  }
}
