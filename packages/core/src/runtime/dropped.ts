import type { Tensor } from '../backend.ts'
import type { Dropped } from '../connections/connection.ts'
import { ownKernels } from '../kernel.ts'
import type { Layer, SourcePart } from '../network/layer.ts'
import { stream } from '../random/index.ts'
import { sizeOf } from '../shape.ts'
import { uploadValues } from '../values.ts'
import type { Runtime } from './contract.ts'
import { overTime } from './over-time.ts'
import type { Batch } from './pass.ts'

const draw = ownKernels('mask', 'spike = uniform() < kept', { params: ['kept'], outputs: ['spike'] })
const drop = ownKernels('dropout', 'y = x * mask / kept', { inputs: ['x', 'mask'], params: ['kept'], outputs: ['y'] })
const total = ownKernels('total', 'y = y + x', { inputs: ['x'], state: { y: 0 }, outputs: ['y'] })

/** A layer has so many places for masks. */
const most = 4096

/** 1 where a value of a part is kept, 0 where it is dropped: [T, B, N], or [1, B, N] for the same at every step. */
export function maskOf(runtime: Runtime, layer: Layer, part: SourcePart, batch: Batch): Tensor {
  const { share, each } = part.link.dropped as Dropped
  const size = sizeOf(part.link.to)
  const [steps, from] = each === 'step' ? [batch.steps, batch.from ?? 0] : [1, 0]
  const mask = runtime.temporary([steps, batch.size, size], 'spikes')
  const place = most * layer.index + layer.sources.flatMap(({ parts }) => parts).indexOf(part)
  const { backend, seed } = runtime
  const { compiled, forward } = draw()
  const { free, ...values } = uploadValues(backend, compiled, { kept: 1 - share }, { steps, size })
  const { progress, sample = 0 } = batch
  const random = { seed, stream: stream.dropout, step: progress.update, place, from, sample }
  backend.scan(forward, { steps, batch: batch.size, size, inputs: {}, ...values, random, outputs: { spike: mask } })
  free()
  return mask
}

/** Values, or their adjoints, [T, B, N] or [1, B, N], without those that are dropped. */
export function masked(runtime: Runtime, x: Tensor, mask: Tensor, { share }: Dropped): Tensor {
  const steps = Math.max(x.shape[0]!, mask.shape[0]!)
  return overTime(runtime, drop(), steps, { x, mask }, { kept: 1 - share })
}

/** The sum over time, [1, B, N]. */
export function totalOf(runtime: Runtime, x: Tensor): Tensor {
  const [steps, batch, size] = x.shape as [number, number, number]
  const y = runtime.temporary([1, batch, size])
  const bindings = { inputs: { x }, setup: {}, timeVarying: {}, initial: { y: 0 }, outputs: { y } }
  runtime.backend.scan(total().forward, { steps, batch, size, ...bindings })
  return y
}
