import { type Backend, reference } from '@hillock/core'
import { checkOptions } from '@hillock/core/options'

/**
 * A backend to start from: it passes every call on to the reference backend. Replace one member after another with your own; what
 * each has to do stands above it in the interface `Backend`, and the suite says whether it does.
 */
export function templateName(options: object = {}): Backend {
  checkOptions('templateName', options, {})
  const inner = reference()
  return {
    name: 'template-name',
    supports: inner.supports,
    alloc: (shape, kind) => inner.alloc(shape, kind),
    write: (tensor, values) => inner.write(tensor, values),
    read: (tensor) => inner.read(tensor),
    free: (tensor) => inner.free(tensor),
    scan: (kernel, bindings) => inner.scan(kernel, bindings),
    reverse: (kernel, bindings) => inner.reverse(kernel, bindings),
    map: (kernel, bindings) => inner.map(kernel, bindings),
    matmul: (a, b, out, options) => inner.matmul(a, b, out, options),
    sum: (a, out) => inner.sum(a, out),
    slice: (a, from, out) => inner.slice(a, from, out),
    ...(inner.largest && { largest: inner.largest }),
    dispose: () => inner.dispose(),
  }
}
