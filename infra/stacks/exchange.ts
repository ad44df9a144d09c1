import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Reach } from '../constructs/reach.ts';
import type { MailNames } from '../names.ts';
import type { StorageStack } from './storage.ts';

export type ExchangeProps = StackProps & {
  storage: StorageStack;
  reach: Reach;
  bundles: string;
  stage: string;
  mail: MailNames;
  /** Of the pages that links in mails lead to. */
  origin: string;
};

/** Reports in and out, and who hears of them. */
export class ExchangeStack extends Stack {
  constructor(scope: Construct, id: string, props: ExchangeProps) {
    const { storage: _storage, reach: _reach, bundles: _b, stage: _s, mail: _m, origin: _o, ...rest } = props;
    super(scope, id, rest);
    Tags.of(this).add('data-class', 'personal');
  }
}
