import type { Backend, LargestAdjoint, MatmulOptions, Tensor } from './backend.ts'
import { optionError, unsupportedError } from './refusals.ts'
import { sameShape, showShape, sizeOf } from './shape.ts'
import { wrongKind, wrongShape } from './shapes.ts'
import { checkWiring, type Wiring, weightsOf } from './wiring.ts'

/** Checks what a product is given, but for whose the tensors are. Errors as in `checked`. */
export function checkProduct(
  { name, supports }: Backend,
  a: Tensor,
  b: Tensor,
  out: Tensor,
  options: MatmulOptions,
): void {
  const { wiring, bias, activeMask, transposeA, accumulate } = options
  if (wiring === undefined) checkMatrices(a, b, out, options)
  else if (supports.wiring) checkWired(a, b, out, options, wiring)
  else withoutWirings(name)
  if (b.kind === 'spikes') wrongKind('b', 'real')
  if (out.kind === 'spikes') wrongKind('out', 'real')
  if (bias) checkBias(bias, out.shape.at(-1) ?? 1, wiring !== undefined)
  if (activeMask && !sameShape(activeMask.shape, out.shape))
    wrongShape('activeMask', activeMask.shape, showShape(out.shape))
  if (activeMask?.kind === 'real') wrongKind('activeMask', 'spikes')
  if (bias && (transposeA || accumulate)) {
    const hint = 'add it in a product of its own'
    throw optionError('a bias goes neither with transposeA nor with accumulate', hint)
  }
  if (activeMask && accumulate) {
    const hint = 'leave one of them out'
    throw optionError("'activeMask' does not go with accumulate", hint)
  }
}

function withoutWirings(name: string): never {
  const hint = 'use the reference backend for other connections than `dense`'
  const found = `the backend '${name}' multiplies only whole matrices, without a wiring`
  throw unsupportedError(found, hint)
}

/** Rows and columns, leading dimensions counted as rows. */
function matrix({ shape }: Tensor): [number, number] {
  return [sizeOf(shape.slice(0, -1)), shape.at(-1) ?? 1]
}

function checkMatrices(a: Tensor, b: Tensor, out: Tensor, { transposeA, transposeB }: MatmulOptions): void {
  const [rows, columns] = matrix(a)
  const [m, k] = transposeA ? [columns, rows] : [rows, columns]
  const [b0, b1] = matrix(b)
  const [inner, n] = transposeB ? [b1, b0] : [b0, b1]
  if (inner !== k) wrongShape('b', b.shape, `${k} rows to multiply with ${showShape(a.shape)}`)
  const [outRows, outColumns] = matrix(out)
  if (outRows !== m || outColumns !== n) wrongShape('out', out.shape, showShape([m, n]))
}

function checkBias(bias: Tensor, size: number, repeated: boolean): void {
  const [length = 0] = bias.shape
  const fits = bias.shape.length === 1 && (repeated ? size % length === 0 : size === length)
  if (!fits) wrongShape('bias', bias.shape, repeated ? `[C], ${size} being a multiple of C` : showShape([size]))
  if (bias.kind === 'spikes') wrongKind('bias', 'real')
}

/** Tables are checked once. */
const right = new WeakSet<Wiring>()
const checkOnce = (wiring: Wiring): void => {
  if (!right.has(wiring)) right.add(checkWiring(wiring))
}

/** Checks what `largest` is given, but for whose the tensors are. Errors as in `checked`. */
export function checkLargest(
  { name, supports, largest }: Backend,
  a: Tensor,
  wiring: Wiring,
  out: Tensor,
  adjoint: LargestAdjoint | undefined,
): void {
  if (!supports.wiring || largest === undefined) withoutWirings(name)
  checkOnce(wiring)
  const { from, to, diagonal, lag } = wiring
  if (!diagonal || lag) {
    const hint = 'use the wiring of a pool: maxPool(2).connect(shape)'
    throw optionError('the largest of sites needs a diagonal wiring without lags', hint)
  }
  if (a.shape.at(-1) !== from.count * from.width) wrongShape('a', a.shape, `[.., ${from.count * from.width}]`)
  const wanted = [...a.shape.slice(0, -1), to.count * to.width]
  if (!sameShape(out.shape, wanted)) wrongShape('out', out.shape, showShape(wanted))
  if (out.kind !== a.kind) wrongKind('out', a.kind)
  if (adjoint === undefined) return
  const { signal, into } = adjoint
  if (!sameShape(signal.shape, wanted)) wrongShape('signal', signal.shape, showShape(wanted))
  if (!sameShape(into.shape, a.shape)) wrongShape('into', into.shape, showShape(a.shape))
  for (const [part, tensor] of Object.entries({ signal, into })) if (tensor.kind === 'spikes') wrongKind(part, 'real')
}

function checkWired(
  a: Tensor,
  b: Tensor,
  out: Tensor,
  { transposeA, transposeB }: MatmulOptions,
  wiring: Wiring,
): void {
  checkOnce(wiring)
  if (transposeA && transposeB) {
    const hint = 'transposeB gives the adjoint of the input, transposeA the gradient of the weights'
    throw optionError('a wiring does not go with both transposeA and transposeB', hint)
  }
  const { from, to, lag } = wiring
  const given = { a, b, out }
  const [input, weights, output] = (
    transposeA ? ['a', 'out', 'b'] : transposeB ? ['out', 'b', 'a'] : ['a', 'b', 'out']
  ) as ('a' | 'b' | 'out')[]
  const shape = weightsOf(wiring)
  if (!sameShape(given[weights!].shape, shape)) wrongShape(weights!, given[weights!].shape, showShape(shape))
  for (const [name, { count, width }] of [[input!, from] as const, [output!, to] as const]) {
    const found = given[name].shape
    if (found.at(-1) !== count * width) wrongShape(name, found, `[.., ${count * width}] (${count} sites of ${width})`)
    if (lag && found.length !== 3) wrongShape(name, found, `[T, B, ${count * width}], since there are lags`)
  }
  const [x, y] = [given[input!], given[output!]]
  if (lag ? x.shape[1] !== y.shape[1] : matrix(x)[0] !== matrix(y)[0])
    wrongShape(
      output!,
      y.shape,
      lag ? `of as many samples as ${showShape(x.shape)}` : `of as many rows as ${showShape(x.shape)}`,
    )
}
