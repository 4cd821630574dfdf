export { firingLevel } from './firing-level.ts'
export { type Observed, type ObservedLayer, type OverTime, observeExample } from './observe.ts'
export { groups, type LayerStdp, type Measured, measureStdp } from './stdp.ts'
export { type PairMean, type Selection, type StdpCurve, type StdpShape, stdpCurve } from './stdp-curve.ts'
