import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { run } from './run.js'

/** Starts a registry that takes hillock's packages from anyone here and fetches all others from where npm fetches them. */
export async function startRegistry(tools, scratch) {
  const upstream = (await run('npm', ['config', 'get', 'registry'], scratch)).output.trim()
  const folder = join(scratch, 'registry')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'config.yaml'),
    `storage: ./storage
uplinks:
  upstream: { url: '${upstream}' }
packages:
  '@hillock/*': { access: $all, publish: $all }
  'hillock*': { access: $all, publish: $all }
  '**': { access: $all, proxy: upstream }
log: { type: file, path: ./verdaccio.log, level: warn }
`,
  )
  const port = await freePort()
  const program = join(tools, 'node_modules/verdaccio/bin/verdaccio')
  const args = [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' })
  const stop = () => child.kill()
  const address = `http://127.0.0.1:${port}/`
  for (let tries = 0; ; tries++) {
    if (
      await fetch(`${address}-/ping`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break
    if (tries > 100 || child.exitCode !== null) {
      stop()
      throw new Error('verdaccio does not answer')
    }
    await setTimeout(200)
  }
  // npm publishes nothing without a token; this registry asks for none
  process.env[`npm_config_//127.0.0.1:${port}/:_authToken`] = 'anyone'
  return { address, stop }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
