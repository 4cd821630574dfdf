import type { MatmulOptions } from '@hillock/core/backend'
import { groupsFor } from './frame.ts'
import { addSlices, gather, gatherTransposed, slicesFor } from './gather.ts'
import type { DeviceKernel, ProductFormat } from './ir.ts'
import { denseProduct, groupsOfProduct, numbersOfThread, type Start } from './products.ts'
import type { Block } from './tensor.ts'
import { groupsOfTensorProduct, tensorProduct } from './tensor-products.ts'

/** What fixed kernels are launched with. */
export interface Work {
  /** What numbers are rounded to in products of numbers, if at all. */
  readonly products: ProductFormat | undefined
  /** Launches a kernel that is made once, by its name. */
  launch(name: string, make: () => DeviceKernel, groups: number, values: Readonly<Record<string, number | Block>>): void
  /** Makes a tensor for the time of the call. */
  withScratch(shape: readonly number[], use: (block: Block) => void): void
}

/** out = a b, by the kernel that fits. */
export function multiply(work: Work, a: Block, b: Block, out: Block, options: MatmulOptions): void {
  const { transposeA = false, transposeB = false, bias, accumulate = false } = options
  const start: Start = accumulate ? 'before' : bias ? 'bias' : 'zero'
  const [rows, columns] = [out.rows, out.size]
  const inner = transposeA ? a.rows : a.size
  const [bk, bc] = transposeB ? [1, inner] : [columns, 1]
  const given = { a, b, columns, bk, bc }
  const values = { ...given, out, ...(bias && { bias: bias as Block }) }
  if (a.kind === 'real') {
    const [ar, ak] = transposeA ? [1, rows] : [inner, 1]
    const each = numbersOfThread(rows, columns)
    const { products: format } = work
    const all = { ...values, rows, inner, ar, ak }
    if (format) {
      const make = () => tensorProduct(start, each, format)
      work.launch(`${format} product ${start} ${each}`, make, groupsOfTensorProduct(rows, columns, each), all)
    } else {
      const groups = groupsOfProduct(rows, columns, each)
      work.launch(`product ${start} ${each}`, () => denseProduct(start, each), groups, all)
    }
    return
  }
  const width = Math.ceil(a.size / 32)
  if (!transposeA) {
    const count = rows * columns
    work.launch(`gather ${start}`, () => gather(start), groupsFor(count), { ...values, width, count })
    return
  }
  const slices = slicesFor(a.rows, width, columns)
  const from = accumulate ? 'before' : 'zero'
  const add = (partial: Block) => {
    const many = slices.count * width * columns
    const cut = { partial, width, rows: a.rows, sliceRows: slices.rows, inner: rows, count: many }
    work.launch('gather transposed', gatherTransposed, groupsFor(many), { ...given, ...cut })
    if (partial === out) return
    const count = rows * columns
    const sum = { partial, out, slices: slices.count, count }
    work.launch(`add slices ${from}`, () => addSlices(from), groupsFor(count), sum)
  }
  if (slices.count === 1 && !accumulate) add(out)
  else work.withScratch([slices.count, rows, columns], add)
}
