import type { Backend } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'

/** One call that a backend was asked for. */
export interface Call {
  readonly label: string
  readonly run: (backend: Backend) => unknown
}

export interface Recording {
  /** Passes everything on, and keeps the calls while it records. */
  readonly backend: Backend
  /** Keeps the calls made during `work`; tensors freed meanwhile stay alive, so that the calls can be made again. */
  record(work: () => Promise<unknown>): Promise<readonly Call[]>
}

const show = ({ shape, kind }: Tensor) => `${kind === 'spikes' ? 'spikes ' : ''}[${shape.join(', ')}]`

export function recording(backend: Backend): Recording {
  let calls: Call[] | undefined
  const note = (label: string, run: Call['run']) => {
    calls?.push({ label, run })
    return run(backend)
  }
  const steps = ({ steps, batch, size }: { steps: number; batch: number; size: number }) =>
    `[${steps}, ${batch}, ${size}]`
  return {
    backend: {
      ...backend,
      write(tensor, values) {
        // What is written may be written over by the caller.
        const kept = calls === undefined ? values : Float32Array.from(values)
        note(`write ${show(tensor)}`, (to) => to.write(tensor, kept))
      },
      free(tensor) {
        if (calls === undefined) backend.free(tensor)
      },
      scan: (kernel, b) => note(`scan ${kernel.name} ${steps(b)}`, (on) => on.scan(kernel, b)),
      reverse: (kernel, b) => note(`scan ${kernel.name} ${steps(b)}`, (on) => on.reverse(kernel, b)),
      map(kernel, b) {
        note(`map ${kernel.name} ${show(Object.values(b.inputs)[0]!)}`, (on) => on.map(kernel, b))
      },
      matmul(a, b, out, options = {}) {
        const [left, right] = [options.transposeA ? 'T' : '', options.transposeB ? 'T' : '']
        note(`matmul ${show(a)}${left} x ${show(b)}${right}`, (on) => on.matmul(a, b, out, options))
      },
      sum: (a, out) => note(`sum ${show(a)} to ${show(out)}`, (on) => on.sum(a, out)),
      read: (tensor) => note(`read ${show(tensor)}`, (from) => from.read(tensor)) as ReturnType<Backend['read']>,
    },
    async record(work) {
      const made: Call[] = []
      calls = made
      try {
        await work()
      } finally {
        calls = undefined
      }
      return made
    },
  }
}
