export { type RenderOptions, renderTearSheet } from "./render.ts";
