import { adapterOfPulls } from '../oneroster-rest/read.ts';

/** ClassLink serves rosters as OneRoster does. */
export const classLink = adapterOfPulls('classlink');
