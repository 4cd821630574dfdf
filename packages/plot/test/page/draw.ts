import { raster, toPng, toSvg } from '@hillock/plot'

const layer = { name: 'layer1', size: 3, values: [0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0] }
const figure = raster({ title: 'in a page', steps: 4, layers: [layer] })

/** What came of a figure in this page: its texts, its images, the code of the refusal to draw a PNG. */
async function draw() {
  document.body.innerHTML = await toSvg(figure)
  const code = await toPng(figure).then(
    () => undefined,
    (error: { code: string }) => error.code,
  )
  const texts = Array.from(document.querySelectorAll('text'), ({ textContent }) => textContent)
  return { texts, images: document.querySelectorAll('image').length, code }
}

export type Drawn = Awaited<ReturnType<typeof draw>>
Object.assign(globalThis, { draw })
