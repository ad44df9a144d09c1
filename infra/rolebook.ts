import { App, type AppProps, Tags } from 'aws-cdk-lib';
import { ApiStack } from './stacks/api.ts';
import { IngestStack } from './stacks/ingest.ts';
import { StorageStack } from './stacks/storage.ts';

export type RolebookProps = AppProps & {
  /** Part of every name, so that stages can share an account. */
  stage: string;
  /** Folder of the functions' bundles, as `bundleFunctions` leaves it. */
  bundles: string;
};

/** The whole product. Bound to no account or region: the same templates deploy anywhere, and run on one machine. */
export function buildRolebook({ stage, bundles, ...props }: RolebookProps): App {
  const app = new App(props);
  const storage = new StorageStack(app, 'Storage', { stackName: `rolebook-${stage}-storage` });
  const ingest = new IngestStack(app, 'Ingest', {
    stackName: `rolebook-${stage}-ingest`,
    storage,
    bundles,
    stage,
  });
  new ApiStack(app, 'Api', {
    stackName: `rolebook-${stage}-api`,
    storage,
    reach: ingest.reach,
    bundles,
    stage,
  });
  Tags.of(app).add('product', 'rolebook');
  Tags.of(app).add('stage', stage);
  return app;
}
