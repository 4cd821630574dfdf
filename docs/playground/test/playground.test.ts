import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { dense, lif, type Network, readSafetensors, sequential, writeSafetensors } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { writeNir } from '@hillock/nir'
import { buildNetwork, findRecipe, loadNetwork, runRecipe, setPath, writeModel } from '@hillock/recipes'
import { chromium, launchChromium, whereFound } from '@hillock/testing'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { recipeOf } from '../src/rules.ts'
import { defaults, fromHash, trainingOf } from '../src/settings.ts'
import { idx } from './idx.ts'
import { dropOn, findings, runIn, saved, verdict } from './on-page.ts'
import { serve } from './serve.ts'

jest.setTimeout(120_000)

const startOf = (network: Network) =>
  new Map(
    network.layers
      .flatMap(parametersOf)
      .map(({ name, shape, initial }) => [name, { shape, values: initial(1) }] as const),
  )

const site = fileURLToPath(new URL('../dist/', import.meta.url))

whereFound('the playground in a browser', chromium, () => {
  let browser: Browser
  const complaints: string[] = []
  /** Files that the page has asked for since it was visited. */
  const loaded: string[] = []
  const opened: (() => void)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'hillock-playground-'))

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    for (const close of opened) close()
    rmSync(folder, { recursive: true, force: true })
    // what a policy forbids is told on the console too
    expect(complaints).toEqual([])
  })

  async function visit(hash: string, isolated: boolean, by = browser): Promise<Page> {
    loaded.length = 0
    const { url, close } = await serve(site, isolated, (path) => loaded.push(path))
    opened.push(close)
    const page = await by.newPage({ viewport: { width: 320, height: 700 }, colorScheme: 'dark' })
    await page.addInitScript(() => {
      const tasks: number[] = []
      new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration))
      }).observe({ entryTypes: ['longtask'] })
      Object.assign(globalThis, { tasks })
    })
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('request', (request) => !request.url().startsWith(url) && complaints.push(request.url()))
    await page.goto(`${url}#${hash}`)
    return page
  }

  test('opens with a network learning, without isolation and under its policy; a drawn digit is named', async () => {
    const page = await visit('', false)
    await page.waitForFunction(
      () => Number(document.querySelector('[data-test-accuracy]')?.textContent?.split(' ')[0]) >= 90,
    )
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    // what it took to come so far, packed: editor, GPU, other rules and other files come when they are asked for
    const kB =
      loaded.reduce((sum, path) => sum + gzipSync(readFileSync(join(site, path)), { level: 9 }).length, 0) / 1000
    expect(loaded.length).toBeGreaterThan(4)
    expect(kB).toBeLessThan(150)
    // A task of the page blocks what the user does. Machines differ, and this one may be busy: the aim of 100 ms is not held to.
    const longest = await page.evaluate(() => Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks))
    expect(longest).toBeLessThan(1500)
    await page.locator('details').first().locator('summary').press('Enter')
    await page
      .getByRole('region', { name: /^Numbers: / })
      .getByRole('cell')
      .first()
      .waitFor()
    expect(await findings(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await findings(page)).toEqual([])
    await page.getByRole('button', { name: 'Draw' }).click()
    expect(page.url()).toMatch(/#view=draw$/)
    const pad = page.getByRole('application')
    await pad.focus()
    // a one: the pen stands at the top of the pad
    await page.keyboard.press(' ')
    for (let i = 0; i < 16; i++) await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.querySelector('[data-prediction]')?.textContent === 'one')
    await pad.press('Delete')
    const box = (await pad.locator('canvas').boundingBox())!
    const point = (turn: number) =>
      [box.x + 112 + 48 * Math.sin(turn * 2 * Math.PI), box.y + 112 - 72 * Math.cos(turn * 2 * Math.PI)] as const
    await page.mouse.move(...point(0))
    await page.mouse.down()
    for (let i = 1; i <= 24; i++) await page.mouse.move(...point(i / 24))
    await page.mouse.up()
    await page.waitForFunction(() => document.querySelector('[data-prediction]')?.textContent === 'zero')
    expect(await verdict(page)).toBe('zero')
    expect(await findings(page)).toEqual([])
    await page.close()
  })

  test('its command, run in Node, gives the weights of the page to the bit, with neurons of the Neuron page', async () => {
    const page = await visit(
      'view=neuron&learner=random-bp&seed=3&steps=6&batch=25&hidden=24&epochs=2&train=100&test=20&rate=0.01',
      true,
    )
    await page.locator('select[name=preset]').selectOption('adaptiveLif')
    await page.getByRole('button', { name: 'Use it in a network' }).click()
    await page.locator('select[name=surrogate]').selectOption('arctan')
    await page.locator('select[name=optimizer]').selectOption('adamW')
    await page.getByText('The hidden neurons follow the equations').waitFor()
    // a program is that of the run at work
    await page.getByText('TypeScript', { exact: true }).click()
    await page.locator('[data-program]').filter({ hasText: 'adamW' }).waitFor({ state: 'attached' })
    await page.getByText(/Trained in/).waitFor()
    const file = await saved(page)
    const inPage = readSafetensors(file)
    // what is saved evaluates in Node as it did in the page
    const { accuracy } = await loadNetwork(file).session.evaluate(glyphs({ train: 100, test: 20 }).test)
    expect(await page.locator('[data-test-accuracy]').first().innerText()).toBe(`${(100 * accuracy).toFixed(1)} %`)
    const picture = page.waitForEvent('download')
    await page.getByLabel('Table: Accuracy over the epochs').click()
    await page.getByRole('button', { name: 'Save as PNG' }).locator('visible=true').click()
    const png = await picture
    expect(png.suggestedFilename()).toBe('Accuracy over the epochs.png')
    expect((await readFile(await png.path())).subarray(1, 4).toString()).toBe('PNG')
    const command = await page.locator('[data-command]').innerText()
    await page.close()
    for (const part of ['level = threshold + strength * a', 'arctan', 'adamW']) expect(command).toContain(part)
    expect(runIn(folder, command)).toEqual({ stderr: '', status: 0 })
    const inNode = readSafetensors(await readFile(join(folder, 'out', 'model.safetensors')))
    const { node: _, ...metadata } = inNode.metadata
    expect(inPage.metadata).toEqual(metadata)
    expect([...inPage.tensors.keys()]).toEqual(['layer1.weight', 'layer1.bias', 'layer2.weight', 'layer2.bias'])
    expect(inPage.tensors).toEqual(inNode.tensors)
  })

  test('by the keyboard alone: batch by batch, until a layer is silent and the page says what mends it', async () => {
    const page = await visit('learner=decolle&train=64&test=20&hidden=16&threshold=20&epochs=3&steps=5', false)
    await page.getByRole('button', { name: 'Pause' }).press('Enter')
    const step = page.getByRole('button', { name: 'Step' })
    const finished = page.getByText(/Trained in/)
    while (!(await finished.isVisible()) && (await step.isEnabled())) await step.press('Enter')
    const warnings = page
      .getByLabel('Training', { exact: true })
      .getByText(/Silent: layer1 \(lif\) never fired: lower its threshold/)
    await warnings.waitFor()
    await page.getByLabel('Threshold').fill('0.5')
    await page.getByRole('button', { name: 'Play' }).press('Enter')
    await finished.waitFor()
    expect(await warnings.count()).toBe(0)
    expect(page.url()).toContain('threshold=0.5')
    await page.close()
  })

  test('learner and backend are exchanged between batches, and the program does the same in Node', async () => {
    const page = await visit('hidden=12&train=60&test=10&batch=10&epochs=2&steps=5', true)
    const standing = (batch: number) => page.getByText(`batch ${batch} of 6.`).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Begin anew' }).click()
    const step = page.getByRole('button', { name: 'Step' })
    await step.click()
    await standing(1)
    await page.locator('select[name=learner]').selectOption('eligibility')
    await page.waitForURL(/swaps=1%3Aeligibility&/)
    await step.click()
    await standing(2)
    await page.locator('select[name=backend]').selectOption('webgpu')
    await page.getByRole('alert').getByText('WebGPU').waitFor()
    await page.locator('select[name=backend]').selectOption('wasm-one-thread')
    await page.waitForURL(/swaps=1%3Aeligibility%2C2%3Awasm-one-thread&/)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByText(/Trained in .* on one thread/).waitFor()
    const inPage = readSafetensors(await saved(page))
    await page.getByText('TypeScript', { exact: true }).click()
    const program = await page.locator('[data-program]').innerText()
    await page.close()
    const path = join(folder, 'swapped.safetensors')
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program.replace("'model.safetensors'", JSON.stringify(path))],
      { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' },
    )
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(inPage.tensors).toEqual(readSafetensors(await readFile(path)).tensors)
  })

  test('a training goes on on a GPU, and learns what it would have learnt', async () => {
    // SwiftShader emulates one
    const withGpu = await launchChromium(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'])
    const hash = 'hidden=4&train=20&test=10&batch=10&epochs=1&steps=3'
    const page = await visit(hash, false, withGpu)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Begin anew' }).click()
    await page.getByRole('button', { name: 'Step' }).click()
    await page.getByText('batch 1 of 2.').waitFor()
    await page.locator('select[name=backend]').selectOption('webgpu')
    await page.waitForURL(/swaps=1%3Awebgpu/)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByText(/Trained in/).waitFor()
    const { tensors } = readSafetensors(await saved(page))
    await withGpu.close()
    const { session } = await runRecipe(recipeOf(trainingOf(fromHash(hash))), { learners: { bptt } })
    const snapshot = await session.snapshot()
    expect(tensors.size).toBe(4)
    for (const [name, { values }] of tensors) {
      const apart = values.map((value, i) => Math.abs(value - snapshot.get(name)!.values[i]!))
      expect(Math.max(...apart)).toBeLessThan(1e-5)
    }
    await session.dispose()
  })

  test('two learners go on together, and the page tells where they part', async () => {
    const page = await visit('view=two&other=bptt&hidden=12&train=60&test=10&batch=10&epochs=1&steps=5', false)
    await page.getByText(/All weights are the same, to the bit/).waitFor()
    await page.locator('select[name=other]').selectOption('decolle')
    await page.getByText(/The first weight that differs is layer1.weight\[\d+, \d+\], after batch 1\./).waitFor()
    const cosine = page.getByRole('row', { name: 'layer1.weight' }).getByRole('cell').nth(2)
    await page
      .getByText(/Trained in/)
      .nth(1)
      .waitFor()
    expect(Math.abs(Number(await cosine.innerText()))).toBeLessThan(0.99)
    expect(await findings(page)).toEqual([])
    await page.close()
  })

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
