export { fromTensor, toTensor } from './exchange.ts'
export { asLayer, type LayerOptions, type NetworkLayer } from './layer.ts'
export { type Availability, isAvailable, type TfjsOptions, tfjs, variants } from './tfjs.ts'
