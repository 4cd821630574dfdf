import { arg, padded, panels } from './common'
import { fill, partStart } from './wired'
import { addEvents, eachChannel, gatherEvents } from './wired-events'
import { patches } from './wired-patches'
import { sumSteps } from './wired-steps'

/** Up to this share of active inputs their events are met one by one, in sites of many inputs and of few; from `MANY` on tables pay. */
const FEW_OF_MANY: f64 = 0.05, FEW: f64 = 0.15, MANY: f64 = 0.22
const WIDE: i32 = 32
/** Where inputs fire more often, their steps are summed in registers; sites of one to three inputs do little work at a time, so that events pay for longer. */
const OFTEN: f64 = 2, OFTEN_OF_THIN: f64 = 5
const THIN: i32 = 4

function countEvents(bits: usize, words: i32): i32 {
  let count = 0
  for (let end = bits + (<usize>words << 2); bits < end; bits += 4) count += popcnt(load<i32>(bits))
  return count
}

/**
 * out = spikes by a wiring. A unit is a sample.
 * Arguments: bits, weights as rows, out, T of the spikes, T of out, their neurons, neurons of out, width from, width to, bytes of a row, table
 * by input: start, pieces, how they are; table by output: start, pairs, sites, rows of a site (0 where patches cannot be made);
 * bias, its length, accumulate, diagonal, scratch, scratch bytes a thread, patches at once.
 */
export function wired(args: usize, from: i32, to: i32, thread: i32): void {
  const weights = <usize>arg(args, 1), steps = arg(args, 3), later = arg(args, 4), inputs = arg(args, 5), outputs = arg(args, 6)
  const width = arg(args, 7), into = arg(args, 8), row = <usize>arg(args, 9)
  const start = <usize>arg(args, 10), pieces = <usize>arg(args, 11), kind = arg(args, 12)
  const startOut = <usize>arg(args, 13), pairs = <usize>arg(args, 14), sites = arg(args, 15), rows = arg(args, 16)
  const bias = <usize>arg(args, 17), length = arg(args, 18), accumulate = arg(args, 19), diagonal = arg(args, 20)
  const scratch = <usize>arg(args, 21) + <usize>thread * <usize>arg(args, 22)
  const words = panels(inputs) * steps
  for (let b = from; b < to; b++) {
    const bits = <usize>arg(args, 0) + (<usize>(b * words) << 2), out = <usize>arg(args, 2) + (<usize>(b * later * padded(outputs)) << 2)
    const share = <f64>countEvents(bits, words) / <f64>(steps * inputs)
    if (rows && share > (width < WIDE ? FEW : FEW_OF_MANY)) {
      const begins = bias != 0 && length == into && !accumulate
      if (!accumulate && !begins) fill(out, bias, length, later, outputs)
      patches(bits, steps, width, startOut, pairs, sites, rows, weights, row, out, into, outputs, begins ? bias : 0, share > MANY, scratch, arg(args, 23))
      continue
    }
    if (!accumulate) fill(out, bias, length, later, outputs)
    if (diagonal) eachChannel(bits, steps, inputs, width, start, pieces, weights, row, out, later, outputs, false)
    else addEvents(kind, bits, steps, inputs, width, start, pieces, weights, row, out, later)
  }
}

/**
 * Parts of the gradient of weights: spikes^T delta by a wiring, each of some samples. A unit is a part.
 * Arguments: bits, parts as rows, delta, T of the spikes, T of delta, their neurons, neurons of delta, width from, bytes of a row, rows, table
 * by input: start, pieces, how they are; diagonal, batch, how many parts; table by output: start, pairs, sites, width to (0 where steps cannot
 * be summed in registers); scratch, scratch bytes a thread.
 */
export function wiredGradient(args: usize, from: i32, to: i32, thread: i32): void {
  const steps = arg(args, 3), later = arg(args, 4), inputs = arg(args, 5), outputs = arg(args, 6)
  const width = arg(args, 7), row = <usize>arg(args, 8), bytes = <usize>arg(args, 9) * row
  const start = <usize>arg(args, 10), pieces = <usize>arg(args, 11), kind = arg(args, 12), diagonal = arg(args, 13)
  const batch = arg(args, 14), parts = arg(args, 15)
  const startOut = <usize>arg(args, 16), pairs = <usize>arg(args, 17), sites = arg(args, 18), into = arg(args, 19)
  const masks = <usize>arg(args, 20) + <usize>thread * <usize>arg(args, 21)
  for (let part = from; part < to; part++) {
    const gradient = <usize>arg(args, 1) + <usize>part * bytes
    memory.fill(gradient, 0, bytes)
    for (let b = partStart(part, parts, batch); b < partStart(part + 1, parts, batch); b++) {
      const bits = <usize>arg(args, 0) + (<usize>(b * panels(inputs) * steps) << 2), delta = <usize>arg(args, 2) + (<usize>(b * later * padded(outputs)) << 2)
      const often = into && <f64>countEvents(bits, panels(inputs) * steps) > (width < THIN ? OFTEN_OF_THIN : OFTEN) * <f64>inputs
      if (often) sumSteps(bits, steps, inputs, width, startOut, pairs, sites, gradient, row, delta, into, outputs, masks)
      else if (diagonal) eachChannel(bits, steps, inputs, width, start, pieces, gradient, row, delta, later, outputs, true)
      else gatherEvents(kind, bits, steps, inputs, width, start, pieces, gradient, row, delta, later)
    }
  }
}
