import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'

export type Point = readonly [x: number, y: number]

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The pen: where it is, and whether it is down. */
export interface Held {
  readonly at: Point
  readonly down: boolean
}

/**
 * Around a canvas that is drawn on, by a pointer or by keys: places are from 0 to `size`, from the left and from the top, and keys move the
 * pen by 1 between `edge` and `size - edge`.
 */
export function Surface(props: {
  readonly name: string
  readonly size: Point
  readonly edge: number
  readonly start: Point
  readonly line: (from: Point, to: Point) => void
  readonly clear: () => void
  readonly children: (held: Held) => ComponentChildren
}) {
  const { name, size, edge, start, line, clear, children } = props
  const [at, move] = useState(start)
  const [down, setDown] = useState(false)
  const last = useRef<Point>()
  const place = useRef<HTMLDivElement>(null)
  const where = (event: PointerEvent): Point => {
    const box = place.current!.querySelector('canvas')!.getBoundingClientRect()
    return [((event.clientX - box.left) / box.width) * size[0], ((event.clientY - box.top) / box.height) * size[1]]
  }
  const go = (to: Point) => {
    line(last.current ?? to, to)
    last.current = to
  }
  return (
    <div
      ref={place}
      class="surface"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on with keys too
      tabIndex={0}
      aria-label={`${name}: arrow keys move the pen, the space bar sets it down or lifts it, Delete clears`}
      onPointerDown={(event) => {
        // the table of a picture is clicked, not drawn on
        if (!(event.target instanceof HTMLCanvasElement)) return
        place.current!.setPointerCapture(event.pointerId)
        last.current = undefined
        go(where(event))
      }}
      onPointerMove={(event) => event.buttons > 0 && last.current && go(where(event))}
      onPointerUp={() => {
        last.current = undefined
      }}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return
        if (event.key === 'Delete') clear()
        else if (event.key === ' ') {
          setDown(!down)
          last.current = undefined
          if (!down) go(at)
        } else if (directions[event.key]) {
          const by = directions[event.key]!
          const within = (i: 0 | 1) => Math.min(size[i] - edge, Math.max(edge, at[i] + by[i]))
          const to: Point = [within(0), within(1)]
          move(to)
          if (down) go(to)
        } else return
        event.preventDefault()
      }}
    >
      {children({ at, down })}
    </div>
  )
}
