export { chromium, launchChromium } from './chromium.ts'
export { bundlePage, onPage } from './page.ts'
export { slowness } from './slowness.ts'
export { type Need, whereFound } from './where-found.ts'
