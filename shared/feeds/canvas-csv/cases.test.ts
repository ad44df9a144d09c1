import { join } from 'node:path';
import { testFeedCases } from '../../../test/builders/feed-case-tests.ts';

testFeedCases(join(import.meta.dirname, 'cases'));
