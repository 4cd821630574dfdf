import { readFileSync } from 'node:fs'
import { findRecipe } from '@hillock/recipes'
import { defineConfig } from 'vite'

const { version } = JSON.parse(readFileSync(new URL('../../packages/cli/package.json', import.meta.url), 'utf8'))

/** Nothing but the page's own files, and no code made of text. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** `src/base-recipes.ts` as what it says. */
const writtenOut = () => ({
  name: 'base-recipes',
  load(id) {
    if (!id.endsWith('/src/base-recipes.ts')) return
    const recipes = ['demo', 'yin-yang', 'n-mnist'].map((name) => [name, findRecipe(name)])
    return `export const baseRecipes = ${JSON.stringify(Object.fromEntries(recipes))}`
  },
})

const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** Marks of what has no effects have done their work by then. */
const output = { comments: { annotation: false } }

export default defineConfig({
  base: './',
  define: { __VERSION__: JSON.stringify(version) },
  // files of WebAssembly stay files: a policy may forbid data: addresses
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, rolldownOptions: { output } },
  worker: { format: 'es', plugins: () => [writtenOut()], rolldownOptions: { output } },
  server: { headers: isolated, open: true },
  preview: { headers: isolated },
  optimizeDeps: { exclude: ['@hillock/backend-wasm'] },
  plugins: [
    {
      name: 'policy',
      // the development server puts styles and scripts of its own into the page
      apply: 'build',
      transformIndexHtml: () => [
        { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
      ],
    },
  ],
})
