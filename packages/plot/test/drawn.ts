import { jest } from '@jest/globals'
import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'
import { decode } from 'fast-png'
import { type Figure, toSvg } from '../src/index.ts'

// the first picture of a file loads Vega, which takes seconds on a machine with other things to do
jest.setTimeout(60_000)

/** An image in a drawn figure: where it is, and the colour of its pixels. */
export interface DrawnImage {
  readonly alt: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly rows: number
  readonly columns: number
  /** Red, green and blue of a pixel. */
  at(row: number, column: number): number[]
}

export interface Drawn {
  readonly svg: string
  readonly width: number
  readonly height: number
  /** Every text, in the order of the file. */
  readonly texts: readonly string[]
  readonly images: readonly DrawnImage[]
  /** Marks of a kind, as line, rule, rect, text: all the shapes in their groups. */
  marks(kind: string): Element[]
}

/** Draws a figure and reads what came of it as XML; a file that is not well-formed is an error. */
export async function drawn(figure: Figure): Promise<Drawn> {
  const svg = await toSvg(figure)
  const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(svg, 'image/svg+xml').documentElement!
  const all = (name: string) => Array.from(root.getElementsByTagName(name))
  return {
    svg,
    width: Number(root.getAttribute('width')),
    height: Number(root.getAttribute('height')),
    texts: all('text').map((text) => text.textContent ?? ''),
    images: all('image').map(imageOf),
    marks: (kind) =>
      all('g')
        .filter((group) => group.getAttribute('class')?.startsWith(`mark-${kind} role-mark`))
        .flatMap((group) => Array.from(group.childNodes).filter((node) => node.nodeName !== '#text') as Element[]),
  }
}

function imageOf(element: Element): DrawnImage {
  const address = element.getAttribute('xlink:href') ?? element.getAttribute('href') ?? ''
  const png = decode(Buffer.from(address.replace(/^data:image\/png;base64,/, ''), 'base64'))
  const [left, top] = placeOf(element)
  return {
    alt: element.getAttribute('aria-label') ?? '',
    x: left,
    y: top,
    width: Number(element.getAttribute('width')),
    height: Number(element.getAttribute('height')),
    rows: png.height,
    columns: png.width,
    at: (row, column) => [...png.palette![png.data[row * png.width + column]!]!],
  }
}

/** Where an element is on the page: the sum of the translations above it. */
function placeOf(element: Element): [x: number, y: number] {
  let [x, y] = [0, 0]
  for (let node: Element | null = element; node !== null; node = node.parentNode as Element | null) {
    const [, dx, dy] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(node.getAttribute?.('transform') ?? '') ?? []
    x += Number(dx ?? 0)
    y += Number(dy ?? 0)
  }
  return [x, y]
}

/** How many points a line goes through. */
export const pointsOf = (line: Element): number => (line.getAttribute('d') ?? '').split(/[ML]/).length - 1
