/**
 * The equation language: from text to programs, their derivatives and their rewriting.
 * @module
 */

export { alarmName } from '../equations/alarm.ts'
export { type Compiled, compile } from '../equations/compile.ts'
export type { Bounds, BoundsByWord, Definition, End, Surrogate } from '../equations/definition.ts'
export { differentiate, reverse } from '../equations/differentiate.ts'
export { type Draw, separateDraws } from '../equations/draws.ts'
export { elementary } from '../equations/elementary.ts'
export { type Explained, explain } from '../equations/explain.ts'
export { functions } from '../equations/functions.ts'
export type { Node, Program } from '../equations/graph.ts'
export { type InterpretOptions, interpret } from '../equations/interpret.ts'
export { type LayerCall, type Phase, splitPhases } from '../equations/phases.ts'
export { transition } from '../equations/transition.ts'
