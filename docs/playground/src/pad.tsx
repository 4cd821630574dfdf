import { Picture } from './canvas.tsx'
import { drawImage } from './pictures.ts'
import { draw, drawing } from './state.ts'
import { useStore } from './store.ts'
import { type Point, Surface } from './surface.tsx'
import { tableOfImage } from './tables.ts'

const size = 28
/** Of the digits that the network has seen. */
const radius = 1.6

/** The image with ink along a line, in pixels. */
export function inked(image: Float32Array, [x0, y0]: Point, [x1, y1]: Point): Float32Array {
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2
  return image.map((ink, i) => {
    const [x, y] = [(i % size) + 0.5, Math.floor(i / size) + 0.5]
    const part = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared))
    const distance = Math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0))
    return Math.max(ink, Math.min(1, Math.max(0, radius + 0.5 - distance)))
  })
}

/** A pad of 28 x 28 pixels. */
export function Pad() {
  const image = useStore(drawing)
  const clear = () => draw(new Float32Array(size * size))
  const ink = image.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
  return (
    <div class="pad">
      <Surface
        name="Drawing pad"
        size={[size, size]}
        edge={1}
        start={[14, 6]}
        line={(from, to) => draw(inked(drawing.value, from, to))}
        clear={clear}
      >
        {({ at: [x, y], down }) => (
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
              context.strokeRect((x - 1) * 8, (y - 1) * 8, 16, 16)
            }}
          />
        )}
      </Surface>
      <button type="button" onClick={clear}>
        Clear
      </button>
    </div>
  )
}
