import type { generator } from '@hillock/core/random'
import { type EventList, perSecond } from './event-list.ts'

interface Changes {
  readonly steps: number
  readonly dt?: number
  readonly denoise?: number
  readonly crop?: readonly [width: number, height: number]
  readonly shift?: number
  readonly drop?: number
}

/** What is left of a recording: whether each event is, the time from `start` to `end` and the place from (`left`, `top`) on. */
export interface Kept {
  /** Default: all of them. */
  readonly events: Uint8Array | undefined
  readonly start: number
  readonly end: number
  readonly left: number
  readonly top: number
}

/** Chooses what is left of a recording; with no random numbers the middle, and all of the time. */
export function changed(
  list: EventList,
  { width, height }: { readonly width: number; readonly height: number },
  { crop = [width, height], shift = 0, drop = 0, denoise, dt }: Changes,
  random: ReturnType<typeof generator> | undefined,
): Kept {
  const unit = perSecond[list.unit]
  const [least, greatest] = spanOf(list)
  const late = random ? random.uniform() * shift * unit : 0
  const at = (room: number) => (random ? random.integer(room + 1) : room >> 1)
  const [left, top] = [at(width - crop[0]), at(height - crop[1])]
  let events = denoise === undefined ? undefined : withNeighbours(list, { width, height }, denoise * unit)
  if (random && drop > 0) {
    events ??= new Uint8Array(list.t.length).fill(1)
    for (let i = 0; i < events.length; i++) if (events[i] && random.uniform() < drop) events[i] = 0
  }
  // times count from 0 where a step has a length of its own, else from the first event
  const first = dt === undefined ? least : Math.min(0, least)
  return { events, start: first + late, end: greatest, left, top }
}

function spanOf({ t }: EventList): [number, number] {
  let [least, greatest] = t.length === 0 ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < t.length; i++) {
    const time = t[i]!
    if (time < least) least = time
    if (time > greatest) greatest = time
  }
  return [least, greatest]
}

/** Events that another one at their place, or at one of the 8 around it, came before by `span` at most. */
function withNeighbours(
  list: EventList,
  { width, height }: { readonly width: number; readonly height: number },
  span: number,
): Uint8Array {
  const kept = new Uint8Array(list.t.length)
  const latest = new Float64Array((width + 2) * (height + 2)).fill(Number.NEGATIVE_INFINITY)
  for (let i = 0; i < list.t.length; i++) {
    const [at, time] = [(list.y[i]! + 1) * (width + 2) + list.x[i]! + 1, list.t[i]!]
    let near = false
    for (const row of [at - width - 2, at, at + width + 2])
      for (let place = row - 1; place <= row + 1; place++) near ||= time - latest[place]! <= span
    latest[at] = time
    if (near) kept[i] = 1
  }
  return kept
}
