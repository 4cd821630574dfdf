import { useRef, useState } from 'preact/hooks'
import { Picture } from './canvas.tsx'
import { drawImage } from './pictures.ts'
import { draw, drawing } from './state.ts'
import { useStore } from './store.ts'
import { tableOfImage } from './tables.ts'

const size = 28
/** Pixels that a key moves the pen, and its radius: that of the digits that the network has seen. */
const pen = { key: 1, radius: 1.6 }

/** The image with ink along a line, in pixels. */
export function inked(image: Float32Array, from: readonly number[], to: readonly number[]): Float32Array {
  const [x0, y0, x1, y1] = [from[0]!, from[1]!, to[0]!, to[1]!]
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2
  return image.map((ink, i) => {
    const [x, y] = [(i % size) + 0.5, Math.floor(i / size) + 0.5]
    const part = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared))
    const distance = Math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0))
    return Math.max(ink, Math.min(1, Math.max(0, pen.radius + 0.5 - distance)))
  })
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** A pad of 28 x 28 pixels, for a pointer or the arrow keys. */
export function Pad() {
  const image = useStore(drawing)
  const [at, move] = useState<readonly [number, number]>([14, 6])
  const [down, setDown] = useState(false)
  const last = useRef<readonly [number, number]>()
  const place = useRef<HTMLDivElement>(null)
  const where = (event: PointerEvent): [number, number] => {
    const box = place.current!.querySelector('canvas')!.getBoundingClientRect()
    return [((event.clientX - box.left) / box.width) * size, ((event.clientY - box.top) / box.height) * size]
  }
  const go = (to: readonly [number, number]) => {
    draw(inked(drawing.value, last.current ?? to, to))
    last.current = to
  }
  const ink = image.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
  return (
    <div class="pad">
      <div
        ref={place}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the pad is drawn on with keys too
        tabIndex={0}
        aria-label="Drawing pad: arrow keys move the pen, the space bar sets it down or lifts it, Delete clears"
        onPointerDown={(event) => {
          place.current!.setPointerCapture(event.pointerId)
          last.current = undefined
          go(where(event))
        }}
        onPointerMove={(event) => event.buttons > 0 && last.current && go(where(event))}
        onPointerUp={() => {
          last.current = undefined
        }}
        onKeyDown={(event) => {
          if (event.key === 'Delete') draw(new Float32Array(size * size))
          else if (event.key === ' ') {
            setDown(!down)
            last.current = undefined
            if (!down) go(at)
          } else if (directions[event.key]) {
            const [x, y] = directions[event.key]!
            const within = (value: number) => Math.min(size - 1, Math.max(1, value))
            const to = [within(at[0] + pen.key * x), within(at[1] + pen.key * y)] as const
            move(to)
            if (down) go(to)
          } else return
          event.preventDefault()
        }}
      >
        <Picture
          name="What is drawn"
          sentence={ink === 0 ? 'The pad is empty: draw a digit.' : `${ink} of ${size * size} pixels have ink.`}
          width={224}
          height={224}
          table={() => tableOfImage(image, size)}
          draw={(canvas) => {
            drawImage(canvas, image)
            const { context, colours } = canvas
            context.strokeStyle = colours.second
            context.lineWidth = down ? 3 : 1
            context.strokeRect((at[0] - 1) * 8, (at[1] - 1) * 8, 16, 16)
          }}
        />
      </div>
      <button type="button" onClick={() => draw(new Float32Array(size * size))}>
        Clear
      </button>
    </div>
  )
}
