import type { Backend, ScanBindings, Tensor } from './backend.ts'
import { placesOf } from './equations/draws.ts'
import { isProduct } from './equations/ops.ts'
import { HillockError } from './errors.ts'
import { writeLists } from './event-lists.ts'
import { fits } from './fits.ts'
import { isBinary, type Kernel } from './kernel.ts'
import { nameCalls } from './named-calls.ts'
import { checkValue, is } from './options.ts'
import { checkLargest, checkProduct } from './product.ts'
import { checkKey } from './random/index.ts'
import { shapeError, unsupportedError } from './refusals.ts'
import { sameShape, showShape, sizeOf } from './shape.ts'
import { checkSpikes, wrongKind, wrongShape } from './shapes.ts'

/** A backend that refuses wrong calls before they reach it, alike for every backend, and counts the tensors that live. */
export interface CheckedBackend extends Backend {
  /** Tensors allocated and not yet freed. */
  readonly live: number
  /** Throws HILLOCK_UNSUPPORTED if the backend has none. */
  readonly largest: NonNullable<Backend['largest']>
  /** By `write` where the backend takes no lists. Throws HILLOCK_SHAPE or HILLOCK_RANGE if the lists do not fit. */
  readonly writeEvents: NonNullable<Backend['writeEvents']>
}

/**
 * Wraps a backend. What is refused names the call: 'matmul: out has shape ...'. Throws HILLOCK_SHAPE if shapes do not fit together or spikes are
 * given instead of real numbers. Throws HILLOCK_RANGE if a spike is neither 0 nor 1, or random numbers would repeat. Throws HILLOCK_DISPOSED if a
 * tensor was freed or belongs to another backend, or the backend was disposed of. Throws HILLOCK_UNSUPPORTED if the backend lacks whole-layer
 * operations or wirings that a call needs, HILLOCK_OUT_OF_MEMORY if something does not fit into memory, HILLOCK_OPTION if `backend` is not a backend.
 */
export function checked(backend: Backend): CheckedBackend {
  checkValue('checked', 'backend', backend, is.backend)
  const live = new Set<Tensor>()
  const inner = bare(backend)

  function alive(): void {
    if (!disposed.has(inner)) return
    const found = `the backend '${backend.name}' has been disposed of`
    throw new HillockError('HILLOCK_DISPOSED', found, { hint: 'make a new one' })
  }
  function own(name: string, tensor: Tensor): void {
    alive()
    if (live.has(tensor)) return
    const hint = 'a tensor lives until it is freed, on the backend that made it'
    const found = `'${name}' is not a live tensor of the backend '${backend.name}'`
    throw new HillockError('HILLOCK_DISPOSED', found, { hint })
  }
  function expectShape(name: string, tensor: Tensor, ...allowed: readonly (readonly number[])[]): void {
    own(name, tensor)
    if (allowed.some((shape) => sameShape(shape, tensor.shape))) return
    wrongShape(name, tensor.shape, allowed.map(showShape).join(' or '))
  }
  function expectReal(name: string, tensor: Tensor, ...allowed: readonly (readonly number[])[]): void {
    expectShape(name, tensor, ...allowed)
    if (tensor.kind === 'spikes') wrongKind(name, 'real')
  }
  function checkOverTime({
    steps,
    batch,
    size,
    inputs,
    setup,
    timeVarying,
    initial,
    matrices = {},
  }: Omit<ScanBindings, 'outputs' | 'final'>): void {
    for (const [name, tensor] of Object.entries(inputs))
      expectShape(name, tensor, [steps, batch, size], [1, batch, size])
    for (const [name, value] of Object.entries(setup)) if (typeof value !== 'number') expectReal(name, value, [size])
    for (const [name, tensor] of Object.entries(timeVarying)) expectReal(name, tensor, [steps], [steps, size])
    for (const [name, value] of Object.entries(initial)) {
      if (typeof value !== 'number') expectReal(name, value, [size], [batch, size])
    }
    for (const [name, tensor] of Object.entries(matrices)) expectReal(name, tensor, [size, size])
  }

  function checkScope({ name, layerScope, program }: Kernel, { matrices = {} }: Omit<ScanBindings, 'outputs'>): void {
    if (!layerScope) return
    if (!backend.supports.layerScope) {
      const found = `${name} sees its whole layer, which the backend '${backend.name}' cannot`
      const hint = 'use the reference backend for recurrent neurons and those with `winners` or `total`'
      throw unsupportedError(found, hint)
    }
    const lacking = program.nodes.find(({ op, name }) => isProduct(op) && !Object.hasOwn(matrices, name!))?.name
    if (lacking === undefined) return
    const hint = `give it in 'matrices', [N, N]; there is ${Object.keys(matrices).join(', ') || 'none'}`
    throw shapeError(`${name}: the matrix '${lacking}' is needed but not given`, hint)
  }

  const made: CheckedBackend = {
    name: backend.name,
    ...(backend.device !== undefined && { device: backend.device }),
    supports: backend.supports,
    ...(backend.clock && { clock: backend.clock }),
    get live() {
      return disposed.has(inner) ? 0 : live.size
    },
    alloc(shape, kind) {
      alive()
      if (shape.some((n) => !Number.isSafeInteger(n) || n < 0)) wrongShape('a tensor', shape, 'whole numbers from 0')
      const tensor = fits(
        () => `a tensor ${showShape(shape)}`,
        () => backend.alloc(shape, kind),
      )
      live.add(tensor)
      return tensor
    },
    write(tensor, values) {
      own('the tensor', tensor)
      const size = sizeOf(tensor.shape)
      if (values.length !== size)
        wrongShape('what is written', [values.length], `${size} values, for ${showShape(tensor.shape)}`)
      if (tensor.kind === 'spikes') checkSpikes(values)
      fits('what is written', () => backend.write(tensor, values))
    },
    writeEvents(tensor, events) {
      own('the tensor', tensor)
      fits('what is written', () => writeLists(backend, tensor, events))
    },
    read(tensor) {
      own('the tensor', tensor)
      return fits('what is read', () => backend.read(tensor))
    },
    ...(backend.readEvents && {
      readEvents(tensor) {
        own('the tensor', tensor)
        if (tensor.kind !== 'spikes') wrongKind('the tensor', 'spikes')
        return fits('what is read', () => backend.readEvents!(tensor))
      },
    }),
    free(tensor) {
      own('the tensor', tensor)
      live.delete(tensor)
      backend.free(tensor)
    },
    scan(kernel, b) {
      alive()
      checkScope(kernel, b)
      checkOverTime(b)
      const whole = [b.steps, b.batch, b.size]
      for (const [name, tensor] of Object.entries(b.outputs)) {
        expectShape(name, tensor, whole, tensor.kind === 'real' ? [1, b.batch, b.size] : whole)
        if (tensor.kind === 'spikes' && !isBinary(kernel.program, name)) wrongKind(name, 'real')
      }
      for (const [name, tensor] of Object.entries(b.final ?? {})) expectReal(name, tensor, [b.batch, b.size])
      checkKey(kernel.name, placesOf(kernel.program), b)
      fits(`a scan of ${kernel.name}`, () => backend.scan(kernel, b))
    },
    reverse(kernel, b) {
      alive()
      checkScope(kernel, b)
      checkOverTime(b)
      const [whole, still] = [
        [b.steps, b.batch, b.size],
        [1, b.batch, b.size],
      ]
      for (const [name, tensor] of Object.entries(b.states)) expectReal(name, tensor, whole)
      for (const [name, tensor] of Object.entries(b.signals)) expectReal(name, tensor, whole, still)
      for (const [name, tensor] of Object.entries(b.final ?? {})) expectReal(name, tensor, [b.batch, b.size])
      checkKey(kernel.name, placesOf(kernel.program), b)
      for (const [name, tensor] of Object.entries(b.outputs)) {
        if (Object.hasOwn(b.inputs, name)) expectReal(name, tensor, whole, still)
        else expectReal(name, tensor, [b.batch, b.size])
      }
      for (const { op, name } of kernel.program.nodes) {
        const given = op === 'state' ? b.states : op === 'input' ? b.inputs : undefined
        if (given === undefined || given[name as string] !== undefined) continue
        const hint = 'have the forward scan store it'
        throw shapeError(`${kernel.name}: the ${op} '${name}' is needed but not given`, hint)
      }
      fits(`a scan of ${kernel.name}`, () => backend.reverse(kernel, b))
    },
    map(kernel, b) {
      alive()
      if (kernel.layerScope) {
        const hint = '`winners`, `total` and `product` work in scans'
        throw unsupportedError(`${kernel.name} sees a whole layer, a map has none`, hint)
      }
      const arrays = [...Object.entries(b.states), ...Object.entries(b.inputs)]
      const shape = arrays[0]?.[1].shape ?? []
      for (const [name, tensor] of arrays) expectReal(name, tensor, shape)
      for (const [name, value] of Object.entries(b.setup)) if (typeof value !== 'number') expectReal(name, value, shape)
      checkKey(kernel.name, placesOf(kernel.program), { ...b, steps: 1, batch: 1 })
      fits(`a map of ${kernel.name}`, () => backend.map(kernel, b))
    },
    matmul(a, b, out, options = {}) {
      const { bias, activeMask } = options
      for (const [name, tensor] of Object.entries({ a, b, out, bias, activeMask })) if (tensor) own(name, tensor)
      checkProduct(backend, a, b, out, options)
      fits(
        () => `a product with ${showShape(b.shape)}`,
        () => backend.matmul(a, b, out, options),
      )
    },
    sum(a, out) {
      own('a', a)
      own('out', out)
      const { length } = out.shape
      if (length > a.shape.length || !sameShape(out.shape, a.shape.slice(a.shape.length - length))) {
        wrongShape('out', out.shape, `the end of ${showShape(a.shape)}`)
      }
      if (out.kind === 'spikes') wrongKind('out', 'real')
      fits(
        () => `a sum of ${showShape(a.shape)}`,
        () => backend.sum(a, out),
      )
    },
    slice(a, from, out) {
      own('a', a)
      own('out', out)
      const [steps, ...rest] = a.shape
      const [taken, ...same] = out.shape
      if (a.kind !== out.kind || String(rest) !== String(same) || rest.length === 0)
        wrongShape('out', out.shape, `some steps of ${a.kind} ${showShape(a.shape)}, and of that kind`)
      if (!Number.isSafeInteger(from) || from < 0 || from + taken! > steps!)
        wrongShape('out', out.shape, `at most ${steps} steps from step ${from} on`)
      fits('a copy of time steps', () => backend.slice(a, from, out))
    },
    largest(a, wiring, out, adjoint) {
      for (const [name, tensor] of Object.entries({ a, out, ...adjoint })) own(name, tensor)
      checkLargest(backend, a, wiring, out, adjoint)
      fits(`the largest of ${showShape(a.shape)}`, () => backend.largest!(a, wiring, out, adjoint))
    },
    async dispose() {
      if (disposed.has(inner)) return
      disposed.add(inner)
      await inner.dispose()
    },
  }
  nameCalls(made)
  wrapped.set(made, inner)
  return made
}

/** What checked backends stand around, and which of those have been disposed of, by whomever. */
const wrapped = new WeakMap<Backend, Backend>()
const disposed = new WeakSet<Backend>()

/** The backend itself, without the checks around it. */
export const bare = (backend: Backend): Backend => wrapped.get(backend) ?? backend
