import { arg, multiplyAdd, panels, widthOf } from './common'
import { tile } from './gemm'
import { countInputs, FEW, listInputs } from './sparse'

/**
 * out [K, N] = a^T b where the samples are the rows and few inputs are not 0. A unit is a panel of b.
 * Arguments as in `gemmTransposed`, with one outer, then scratch of 8 K + 8 bytes a thread.
 */
export function sparseTransposed(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), b = <usize>arg(args, 1), out = <usize>arg(args, 2)
  const rows = arg(args, 3), inputs = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const aStride = <usize>arg(args, 9), aPanel = <usize>arg(args, 11)
  const few = <f64>countInputs(a, inputs, rows, aStride, aStride, aPanel) < FEW * <f64>rows * <f64>inputs
  const list = <usize>arg(args, 16) + <usize>thread * <usize>((inputs + 1) << 3)
  for (let p = from; p < to; p++) {
    const width = widthOf(p, neurons), stride = <usize>width << 2
    const y = b + <usize>p * <usize>arg(args, 15), yStride = <usize>arg(args, width == 32 ? 13 : 14)
    const c = out + (<usize>(p * inputs) << 7)
    if (!few) {
      for (let q = 0; q < panels(inputs); q++) {
        const height = inputs - (q << 5) < 32 ? inputs - (q << 5) : 32
        const target = c + <usize>(q << 5) * stride
        tile(a + <usize>q * aPanel, 4, aStride, rows, y, yStride, accumulate ? target : 0, stride, target, stride, height, width)
      }
      continue
    }
    if (!accumulate) memory.fill(c, 0, <usize>inputs * stride)
    for (let r = 0; r < rows; r++) {
      const end = listInputs(a, inputs, aStride, aStride, aPanel, r, list)
      const row = y + <usize>r * yStride
      for (let at = list; at < end; at += 8) {
        const target = c + <usize>load<u32>(at) * stride, input = v128.load32_splat(at, 4)
        for (let x: usize = 0; x < stride; x += 16) {
          v128.store(target + x, multiplyAdd(input, v128.load(row + x), v128.load(target + x)))
        }
      }
    }
  }
}
