import { arg, panels, widthOf } from './common'
import { tile } from './gemm'
import { FEW, sparseRow } from './sparse'

/**
 * out [K, N] = a^T b where the samples are the rows and few inputs are not 0. A unit is a panel of a with all of b.
 * Arguments as in `gemmTransposed`, with one outer, then scratch of 8 rows + 8 bytes a thread.
 */
export function sparseTransposed(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), b = <usize>arg(args, 1), out = <usize>arg(args, 2)
  const rows = arg(args, 3), inputs = arg(args, 5), neurons = arg(args, 6), accumulate = arg(args, 7)
  const aStride = <usize>arg(args, 9), list = <usize>arg(args, 16) + <usize>thread * <usize>((rows + 1) << 3)
  for (let q = from; q < to; q++) {
    const height = inputs - (q << 5) < 32 ? inputs - (q << 5) : 32
    const panel = a + <usize>q * <usize>arg(args, 11)
    if (<f64>countPanel(panel, aStride, rows, height) < FEW * <f64>rows * <f64>height) {
      for (let k = 0; k < height; k++) {
        const end = listRows(panel + (<usize>k << 2), aStride, rows, list)
        for (let p = 0; p < panels(neurons); p++) {
          const width = widthOf(p, neurons), yStride = <usize>arg(args, width == 32 ? 13 : 14)
          const c = out + (<usize>(p * inputs) << 7) + <usize>((q << 5) + k) * (<usize>width << 2)
          sparseRow(list, end, b + <usize>p * <usize>arg(args, 15), yStride, accumulate ? c : 0, c, width)
        }
      }
      continue
    }
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons), stride = <usize>width << 2, yStride = <usize>arg(args, width == 32 ? 13 : 14)
      const c = out + (<usize>(p * inputs) << 7) + <usize>(q << 5) * stride
      tile(panel, 4, aStride, rows, b + <usize>p * <usize>arg(args, 15), yStride, accumulate ? c : 0, stride, c, stride, height, width)
    }
  }
}

/** How many values of a panel are not 0. */
function countPanel(panel: usize, stride: usize, rows: i32, height: i32): i32 {
  let count = 0
  for (let r = 0; r < rows; r++, panel += stride) {
    for (let k = 0; k < height; k += 4) {
      // What lies beyond the last input is not counted.
      const used = height - k < 4 ? (1 << (height - k)) - 1 : 15
      count += popcnt(i32x4.bitmask(f32x4.ne(v128.load(panel + (<usize>k << 2)), f32x4.splat(0))) & used)
    }
  }
  return count
}

/** Lists the rows in which one input is not 0, as pairs of row and value; gives the end of the list. */
function listRows(input: usize, stride: usize, rows: i32, list: usize): usize {
  for (let r = 0; r < rows; r++, input += stride) {
    const x = load<f32>(input)
    store<i32>(list, r)
    store<f32>(list, x, 4)
    if (x != 0) list += 8
  }
  return list
}
