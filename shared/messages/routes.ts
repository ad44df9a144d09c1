import { accessRoutes } from './access-routes.ts';
import { accountRoutes } from './account-routes.ts';
import { accountRuleRoutes } from './account-rule-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { districtRoutes } from './district-routes.ts';
import { editRoutes } from './edit-routes.ts';
import { evaluationRoutes } from './evaluation-routes.ts';
import { factRoutes } from './fact-routes.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { noticeRoutes } from './notice-routes.ts';
import { oidcRoutes } from './oidc-routes.ts';
import { oneRosterRoutes } from './oneroster-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { passwordRoutes } from './password-routes.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { rosterRoutes } from './roster-routes.ts';
import type { Route } from './route.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { sshKeyRoutes } from './ssh-key-routes.ts';
import { syncRoutes } from './sync-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/**
 * The one table of HTTP routes. Infrastructure makes the API of it, the router finds handlers by it, the runtime validates and
 * permits by it, OpenAPI is written from it.
 */
export const routes = [
  ...serviceRoutes,
  ...districtRoutes,
  ...syncRoutes,
  ...mappingRoutes,
  ...editRoutes,
  ...rosterRoutes,
  ...accessRoutes,
  ...accountRoutes,
  ...factRoutes,
  ...catalogueRoutes,
  ...evaluationRoutes,
  ...accountRuleRoutes,
  ...privacyRoutes,
  ...reportRoutes,
  ...sessionRoutes,
  ...invitationRoutes,
  ...sshKeyRoutes,
  ...pageRoutes,
  ...passwordRoutes,
  ...oidcRoutes,
  ...secondFactorRoutes,
  ...auditRoutes,
  ...webhookRoutes,
  ...keyRoutes,
  ...noticeRoutes,
  ...oneRosterRoutes,
] as const satisfies readonly Route[];

export type AnyRoute = (typeof routes)[number];
