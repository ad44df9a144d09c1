import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { identify } from '../../../infra/local/identities.ts';
import { Declaration } from '../../../infra/local/template.ts';
import { functionNames } from '../../../infra/names.ts';
import { buildRolebook } from '../../../infra/rolebook.ts';

const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8'));

/** The product's templates, with empty bundles; `change` may spoil the app before it is synthesized, `more` is context beside ours. */
export function synthesized(
  change: (app: App) => void = () => undefined,
  more: Record<string, string> = {},
): Declaration {
  const directory = mkdtempSync(join(tmpdir(), 'rolebook-template-'));
  for (const name of functionNames) {
    mkdirSync(join(directory, 'bundles', name), { recursive: true });
    writeFileSync(join(directory, 'bundles', name, 'index.mjs'), '');
  }
  const app = buildRolebook({
    stage: 'test',
    bundles: join(directory, 'bundles'),
    outdir: join(directory, 'out'),
    context: { ...context, ...more },
    builtinCloudFormationValidation: false,
  });
  change(app);
  return Declaration.of(app.synth(), (resource) =>
    identify(resource, { sqs: 'https://sqs.test', api: 'https://api.test' }),
  );
}
