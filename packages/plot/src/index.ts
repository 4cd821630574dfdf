export { type ConfusionOptions, confusion } from './confusion.ts'
export { type CountsOptions, counts } from './counts.ts'
export { curves, type DensityOptions, density, type EpochFigures } from './curves.ts'
export { type EventsOptions, events, type Recording } from './events.ts'
export type { Figure } from './figure.ts'
export { type LayerMap, type StatesOptions, states } from './heat-map.ts'
export { type ImageOptions, image } from './image.ts'
export { type MembraneOptions, membrane, type Trace } from './membrane.ts'
export { type ParallelOptions, type ParallelRow, parallel } from './parallel.ts'
export { toPng } from './png.ts'
export { type RasterLayer, type RasterOptions, raster } from './raster.ts'
export { type LayerCurves, type StdpOptions, stdp } from './stdp.ts'
export { toSvg } from './svg.ts'
export {
  type ImageShape,
  type TemplatesOptions,
  templates,
  type WeightMatrix,
  type WeightsOptions,
  weights,
} from './weights.ts'
