import { HillockError } from '../errors.ts'
import { type Kernel, kept } from '../kernel.ts'
import { drawn } from '../random/index.ts'
import { product, productTransposed } from './product.ts'
import { winners } from './winners.ts'

export type Arrays = Record<string, ArrayLike<number> & { [index: number]: number }>
type Run = (
  arrays: Arrays,
  numbers: Readonly<Record<string, number>>,
  steps: number,
  batch: number,
  size: number,
  tools: object,
) => void

/** What printed kernels call besides arithmetic. */
const [real, bits] = (() => {
  const buffer = new ArrayBuffer(4)
  return [new Float32Array(buffer), new Int32Array(buffer)]
})()
export const tools = {
  exp2(n: number): number {
    bits[0] = (n + 127) << 23
    return real[0] as number
  },
  exponent(x: number): number {
    real[0] = x
    return (((bits[0] as number) >>> 23) & 255) - 127
  },
  significand(x: number): number {
    real[0] = x
    bits[0] = ((bits[0] as number) & 0x807fffff) | 0x3f800000
    return real[0] as number
  },
  winners,
  product,
  productTransposed,
  total(x: ArrayLike<number>, out: Float32Array): void {
    let sum = 0
    for (let n = 0; n < x.length; n++) sum = Math.fround(sum + (x[n] as number))
    out.fill(sum)
  },
  ...drawn,
}

/** Kernels already printed, by kernel and by how its arguments are laid out. */
const printed = new WeakMap<Kernel, Map<string, Run>>()

/** Prints and compiles a kernel for one way of binding it, once. */
export const compiled = (kernel: Kernel, layout: string, print: () => string): Run =>
  kept(
    kept(printed, kernel, () => new Map()),
    layout,
    () => compile(print()),
  )

function compile(text: string): Run {
  try {
    return new Function('A', 'S', 'T', 'B', 'N', 'tools', text) as Run
  } catch (cause) {
    if ((cause as Error).name !== 'EvalError') throw cause
    const found = 'the reference backend makes JavaScript of equations, which is not allowed here'
    const hint =
      "let the page's content security policy allow it: script-src 'unsafe-eval'; the backend 'wasm' needs only 'wasm-unsafe-eval'"
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint, cause })
  }
}

export const prologue = `const f = Math.fround, { ${Object.keys(tools).join(', ')} } = tools`

export const declareTemporaries = (names: readonly string[]): string =>
  names.map((name) => `const ${name} = new Float32Array(N)`).join('\n')
export const indent = (text: string): string => text.replace(/^/gm, '    ')
