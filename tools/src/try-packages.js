// Packs every package, looks at what was packed, publishes it to a registry on this machine, and installs from there as strangers do,
// all in a temporary folder:
//   npm run try-packages
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders } from './packed.js'
import { startRegistry } from './try/registry.js'
import { expect, npm, run, section, tellTimes } from './try/run.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'hillock-try-'))

/** A new folder that has nothing, or a package.json of its own. */
function folder(name, manifest) {
  const path = join(scratch, name)
  mkdirSync(path)
  if (manifest) writeFileSync(join(path, 'package.json'), JSON.stringify({ private: true, ...manifest }))
  return path
}

/** Names of what was installed of hillock. */
const installed = (path) =>
  readdirSync(join(path, 'node_modules'))
    .flatMap((name) => (name === '@hillock' ? readdirSync(join(path, 'node_modules', name)) : [name]))
    .filter((name) => !name.startsWith('.'))

/** What lies in a folder, in kB. */
const kilobytes = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length / 1000, 0)

const accuracyOf = (output) => Number(/accuracy ([\d.]+)/.exec(output)[1])
const lastEvent = (output) => JSON.parse(output.trim().split('\n').at(-1))

/** Trains with the names given, and expects them in the result. */
async function train(path, names) {
  const flags = Object.entries(names).flatMap(([name, value]) => [`--${name}`, value])
  const args = ['hillock', 'train', '--recipe', 'demo', '--epochs', '2', '--limit', '1280', ...flags, '--json']
  const result = lastEvent((await run('npx', args, path)).output)
  for (const [name, value] of Object.entries(names)) expect(result[name] === value, `the ${name} is ${result[name]}`)
  expect(result.testAccuracy > 0.2, `the accuracy is ${result.testAccuracy}`)
}

let registry
try {
  await section('build', () => run('npm', ['run', 'build'], root))

  const packed = folder('packed')
  await section('pack', async () => {
    for (const path of folders)
      await run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], join(root, path))
  })

  const tools = folder('tools', { overrides: { 'node-fetch': '2.7.0' } })
  await section('get publint, attw and verdaccio', () =>
    npm(tools, 'install', '--ignore-scripts', 'publint@0.3', '@arethetypeswrong/cli@0.18', 'verdaccio@6.8.0'),
  )
  for (const file of readdirSync(packed)) {
    const path = join(packed, file)
    await section(file, async () => {
      await run('npx', ['publint', 'run', path, '--strict'], tools)
      await run('npx', ['attw', '--profile', 'esm-only', path], tools)
    })
  }

  registry = await startRegistry(tools, scratch)
  process.env.npm_config_registry = registry.address
  process.env.npm_config_cache = join(scratch, 'cache')
  await section('publish', async () => {
    for (const file of readdirSync(packed)) await npm(scratch, 'publish', join(packed, file), '--tag', 'latest')
  })

  const bare = folder('bare', { type: 'module' })
  await section('install core, glyphs and a learner', async () => {
    await npm(bare, 'install', '@hillock/core', '@hillock/datasets', '@hillock/learner-bptt')
    expect(String(installed(bare)) === 'core,datasets,learner-bptt', `there is ${installed(bare)}`)
  })
  await section('train with these', async () => {
    const { output } = await run(process.execPath, [join(root, 'tools/src/try/reference.js')], bare, { copy: true })
    expect(accuracyOf(output) > 0.7, output)
  })
  await section('install wasm', async () => {
    await npm(bare, 'install', '@hillock/backend-wasm')
    expect(String(installed(bare)) === 'backend-wasm,core,datasets,learner-bptt', `there is ${installed(bare)}`)
    const parts = ['core', 'learner-bptt', 'backend-wasm'].map((name) => join(bare, 'node_modules/@hillock', name))
    const total = Math.round(parts.map(kilobytes).reduce((a, b) => a + b))
    process.stdout.write(`core + learner + wasm: ${total} kB ... `)
    expect(total <= 1000, `core, a learner and wasm take ${total} kB`)
  })
  await section('train with it', async () => {
    const { output } = await run(process.execPath, [join(root, 'tools/src/try/wasm.js')], bare, { copy: true })
    expect(accuracyOf(output) > 0.7, output)
  })

  const user = folder('user', {})
  await section('install the command line', () => npm(user, 'install', 'hillock'))
  await section('hillock train --recipe demo', () => train(user, { recipe: 'demo' }))

  await section('hillock plot', async () => {
    const model = ['--epochs', '1', '--limit', '320', '--out', 'out']
    await run('npx', ['hillock', 'train', ...model], user)
    for (const file of ['counts.svg', 'counts.png']) {
      const args = ['--model', 'out/model.safetensors', '--kind', 'counts', '--out', file, '--json']
      const { bytes } = lastEvent((await run('npx', ['hillock', 'plot', ...args], user)).output)
      expect(readFileSync(join(user, file)).length === bytes, `${file} has other than ${bytes} bytes`)
    }
  })

  for (const kind of ['learner', 'backend', 'neuron', 'encoder']) {
    const own = join(user, `hillock-${kind}-my-own`)
    await section(`hillock new ${kind}`, () => run('npx', ['hillock', 'new', kind, 'my-own'], user))
    await section('its npm install', () => npm(own, 'install'))
    await section('its npm test', () => npm(own, 'test'))
    if (kind !== 'learner' && kind !== 'backend') continue
    await section('train with it, from its folder', () => train(own, { [kind]: 'my-own' }))
    await section('train with it, from where it is installed', async () => {
      await npm(user, 'install', own)
      await train(user, { [kind]: 'my-own' })
    })
  }
  await section('a fault in the learner fails its suite', async () => {
    const own = join(user, 'hillock-learner-my-own')
    const source = join(own, 'src/index.ts')
    const faulty = readFileSync(source, 'utf8').replace(
      'const passes =',
      'runtime.backend.alloc([1])\n      const passes =',
    )
    writeFileSync(source, faulty)
    const { code, output } = await run('npm', ['test'], own, { fails: true })
    expect(code !== 0 && /not ok.* leaves nothing on the backend|✖ leaves nothing on the backend/.test(output), output)
  })

  const clone = join(scratch, 'clone')
  await section('clone the repository', () => run('git', ['clone', '--quiet', root, clone], scratch))
  await section('its npm ci', () => npm(clone, 'ci'))
  await section('nx g @hillock/tools:learner', () =>
    run('npx', ['nx', 'g', '@hillock/tools:learner', 'my-rule'], clone),
  )
  await section('its tests, types and lint', () =>
    run('npx', ['nx', 'run-many', '-t', 'typecheck', 'lint', 'test', '-p', '@hillock/learner-my-rule'], clone),
  )
  await section('train with it', () => train(clone, { learner: 'my-rule' }))
  await section('what it exports is written down', () =>
    run(process.execPath, ['tools/src/api.js', 'plugins/learner-my-rule', '--check'], clone),
  )
  tellTimes()
} finally {
  registry?.stop()
  rmSync(scratch, { recursive: true, force: true })
}
