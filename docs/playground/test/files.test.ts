import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dense, lif, type Network, readSafetensors, sequential, writeSafetensors } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { glyphs, take } from '@hillock/datasets'
import { writeNir } from '@hillock/nir'
import { buildNetwork, findRecipe, loadNetwork, setPath, writeModel } from '@hillock/recipes'
import { chromium, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { defaults } from '../src/settings.ts'
import { browsing } from './browsing.ts'
import { idx } from './idx.ts'
import { dropOn, findings, runIn, saved } from './on-page.ts'

jest.setTimeout(120_000)

const startOf = (network: Network) =>
  new Map(
    network.layers
      .flatMap(parametersOf)
      .map(({ name, shape, initial }) => [name, { shape, values: initial(1) }] as const),
  )

whereFound('files and equations in the playground', chromium, () => {
  const { visit, loaded, folder } = browsing()

  test('a file of hillock and one of NIR, dropped on the page: tensors, graph, and the spikes that Node finds', async () => {
    const page = await visit('view=open&hidden=2&train=10&test=10&epochs=1&steps=1', false)
    await page.getByText(/^Drop a/).waitFor()
    const drop = (name: string, bytes: Uint8Array) => dropOn(page, { [name]: bytes })
    const recipe = setPath(findRecipe('demo'), 'network.0.dense=3')
    const network = buildNetwork(recipe, 28 * 28)
    const model = writeModel(network, startOf(network), { recipe, seed: 5, epochs: 0 }, {})
    await drop('model.safetensors', model)
    await page.getByText('layer1.weight [784, 3]').waitFor()
    const { session } = loadNetwork(model)
    const { images } = take(glyphs({ train: 10, test: 100 }).test, 1)
    const { density, predictions } = await session.predict(images)
    const spikes = density.map((each, i) => Math.round(each * 20 * [784, 3, 10][i]!))
    await page.getByText(`input ${spikes[0]}, layer1 ${spikes[1]}, layer2 ${spikes[2]}.`).first().waitFor()
    expect(await page.locator('[data-prediction]').getAttribute('data-prediction')).toBe(String(predictions[0]))

    const small = sequential(2, [dense(2, { weight: { constant: 0.2 }, bias: false }), lif({ beta: 0.9 })])
    const { bytes } = writeNir(small, startOf(small), { dt: 1e-3, timeUnit: 's', method: 'exact' })
    await drop('net.nir', bytes)
    await page.getByLabel(/^Time step dt/).fill('0.001')
    await page.locator('select[name=method]').selectOption('exact')
    await page.getByRole('button', { name: 'Open net.nir' }).click()
    // v: 0.4, 0.76, 1.084, and again
    await page.getByText('Spikes within 20 steps: input 40, layer1 12.').first().waitFor()
    await page.getByText('from input, dense [2, 2]').waitFor()
    await page.getByRole('img', { name: 'Neurons of each layer' }).click({ position: { x: 31, y: 70 } })
    await page.getByText('Neuron 1 of layer1 fires at steps 3, 6, 9, 12, 15, 18.').first().waitFor()
    await page.getByRole('img', { name: 'Receptive field of neuron 1 of layer1' }).waitFor()
    expect(await findings(page)).toEqual([])
    await drop('other.safetensors', writeSafetensors(startOf(small)))
    await page.getByText(/other.safetensors is not a model of hillock: it says no format/).waitFor()
    await page.getByText('From 0.2 to 0.2').first().waitFor()
    await drop('broken.safetensors', new Uint8Array(20))
    await page
      .getByRole('alert')
      .getByText(/safetensors/)
      .waitFor()
    await page.close()
  })

  test('recordings in a folder are trained on as in Node, and one that is dropped is shown step by step', async () => {
    // events at the place that the digit says, brighter, after 12 ms and 35 ms: the second and the fourth step
    const recording = (x: number, y: number) => Uint8Array.from([x, y, 0x80, 0x2e, 0xe0, x, y, 0x80, 0x88, 0xb8])
    const data = join(folder, 'n-mnist')
    for (const [part, count] of [
      ['Train', 6],
      ['Test', 2],
    ] as const) {
      for (const digit of [0, 1, 2]) {
        mkdirSync(join(data, part, String(digit)), { recursive: true })
        for (let i = 0; i < count; i++)
          writeFileSync(join(data, part, String(digit), `0${i}.bin`), recording(9 * digit, i))
      }
    }
    const page = await visit('data=recordings&hidden=5&batch=4&epochs=2&steps=6&train=14', false)
    await page.getByRole('alert').getByText('Give a folder of recordings').waitFor()
    await page.locator('input[name=folder]').setInputFiles(data)
    await page.getByText(/Trained in/).waitFor()
    const inPage = readSafetensors(await saved(page))
    const command = await page.locator('[data-command]').innerText()
    expect(runIn(folder, command.replace('FOLDER', data).replace('--out out', '--out events'))).toEqual({
      stderr: '',
      status: 0,
    })
    const inNode = readSafetensors(await readFile(join(folder, 'events', 'model.safetensors')))
    expect(inPage.tensors.get('layer1.weight')!.shape).toEqual([34 * 34 * 2, 5])
    expect(inPage.tensors).toEqual(inNode.tensors)

    await page.getByText('Test example 0').first().waitFor()
    await dropOn(page, { 'mine.bin': recording(9, 3) })
    await page.getByRole('button', { name: 'Hold time' }).click()
    await page.getByLabel(/^Time step \d/).fill('3')
    await page.getByText('Recording mine.bin, step 4.').first().waitFor()
    await page
      .getByText(/^Spikes within 6 steps: input 2, /)
      .first()
      .waitFor()
    const [colour] = await page
      .locator('canvas')
      .first()
      .evaluate((canvas) => {
        const { width } = canvas as HTMLCanvasElement
        const at = (place: number) => ((place + 0.5) * width) / 34
        return (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(at(9), at(3), 1, 1).data
      })
    // cyan has no red
    expect(colour).toBeLessThan(50)
    expect(await findings(page)).toEqual([])
    await dropOn(page, { 'wide.bin': recording(40, 1) })
    await page.getByRole('alert').getByText('34 x 34').waitFor()
    await page.getByText('Test example 0').first().waitFor()
    await page.close()
  })

  test('an equation that is wrong is told at its place, a right one runs at once', async () => {
    const text = defaults.equations
    const wrong = text.replace('beta * v', 'beta v')
    const page = await visit(
      `view=neuron&train=10&test=10&epochs=1&${new URLSearchParams({ equations: wrong })}`,
      false,
    )
    const spikes = page.getByText(/\d+ spikes within 100 steps, the first/).first()
    const told = "unexpected 'v' after the expression (line 1, column 12)"
    await page.locator('#fault').getByText(told).waitFor()
    expect(await page.locator('.under mark').innerText()).toBe('v')
    expect(loaded.some((path) => path.includes('code-mirror'))).toBe(false)
    // touched, the field becomes an editor
    await page.locator('#equations').click()
    const editor = page.locator('.cm-content')
    expect(await editor.getAttribute('aria-label')).toMatch(/^Equations/)
    expect(await page.locator('.cm-fault').innerText()).toBe('v')
    expect(await findings(page)).toEqual([])
    await editor.fill(text)
    await spikes.waitFor()
    const before = await spikes.innerText()
    await editor.press('Control+End')
    await page.keyboard.type('\nu = flo')
    await page.getByRole('option', { name: /^floor/ }).click()
    await page.keyboard.type('bet')
    await page.getByRole('option', { name: 'beta parameter' }).click()
    await page.keyboard.type(' * spi')
    await page.getByRole('option', { name: 'spike output' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await page.getByLabel('Parameters').evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await editor.innerText()).toContain('u = floor(beta * spi')
    await editor.fill(text.replace('beta * v', '1.05 * beta * v'))
    await page.locator('.cm-fault').waitFor({ state: 'detached' })
    expect(await spikes.innerText()).not.toBe(before)
    await page.getByText('dinput = ').waitFor()
    // a current drawn by hand: none, then all of it for three steps by keys, and a line by the pointer
    await page.locator('select[name=current]').selectOption('drawn')
    const surface = page.getByRole('application')
    await surface.press('Delete')
    await page
      .getByText(/^0 spikes within/)
      .first()
      .waitFor()
    for (const key of ['ArrowRight', ...new Array(12).fill('ArrowUp'), ' ', 'ArrowRight', 'ArrowRight', ' '])
      await surface.press(key)
    await page.waitForURL(/drawn=AM3$/)
    const box = (await surface.locator('canvas').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + 1)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.995, box.y + 1)
    await page.mouse.up()
    await page.waitForURL(/drawn=AM3A46z50$/)
    expect(await spikes.innerText()).toMatch(/the first at step 5\d/)
    await page
      .getByText(/It fires from an input of/)
      .first()
      .waitFor()
    await page.getByLabel('States at the start').fill('v=0, u=0')
    await editor.fill(`${text}\nu = 0.9 * u + v`)
    await page.getByRole('img', { name: 'Phase plane of v and u' }).waitFor()
    expect(await findings(page)).toEqual([])

    // files of MNIST's family, dropped where they are asked for
    await page.getByRole('button', { name: 'Network', exact: true }).click()
    await page.locator('select[name=data]').selectOption('files')
    await page.getByRole('alert').getByText('Give the four files').waitFor()
    const [images, labels] = [idx([20, 4, 4], new Array(320).fill(7)), idx([20], new Array(20).fill(1))]
    await dropOn(page, { 'train-images': images, 'train-labels': labels, 't10k-images': images, 't10k-labels': labels })
    await page.getByText(/Epoch 3 of 3, batch 1 of 1/).waitFor()
    expect(await page.locator('[data-command]').innerText()).toContain(
      '--set dataset.name=mnist --set dataset.limit=6000',
    )
    await page.close()
  })
})
