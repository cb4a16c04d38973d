export { createEnergeticEmbedder, type EnergeticEmbedderOptions } from './embedders/energetic.ts';
