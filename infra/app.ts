import { bundleFunctions } from './bundle.ts';
import { buildRolebook } from './rolebook.ts';

const bundles = await bundleFunctions();
buildRolebook({ stage: process.env.ROLEBOOK_STAGE ?? 'dev', bundles }).synth();
