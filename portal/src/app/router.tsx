import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { alertLinkSearch, draftSearch, huntSearch, mailSearch, nextSearch, reportSearch, traceSearch } from "@/app/search";
import { isStatus } from "@/shared/api/problem";
import { sessionQuery } from "@/shared/api/session";
import { firstTenant } from "@/shared/session/permissions";
import { switchLanguage } from "@/shared/i18n";
import { alertSearch, deskSearch, deviceSearch, incidentSearch, inquirySearch, pageSearch } from "@/shared/url/search";
import { CrashPage, NotFoundPage } from "./CrashPage";
import { createQueryClient } from "./queryClient";
import { Settings } from "./Settings";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet, notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: nextSearch,
  component: lazyRouteComponent(() => import("@/features/session/SignInPage"), "SignInPage"),
});
const passwordRequest = createRoute({
  getParentRoute: () => root,
  path: "/account/password/reset",
  component: lazyRouteComponent(() => import("@/features/session/PasswordPages"), "PasswordRequestPage"),
});
const passwordReset = createRoute({
  getParentRoute: () => root,
  path: "/account/password/reset/key/$key",
  component: lazyRouteComponent(() => import("@/features/session/PasswordPages"), "PasswordResetPage"),
});

/** Everything behind the sign-in: the session is there before a page is drawn. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "in",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      const session = await context.queryClient.query({ ...sessionQuery, staleTime: "static" });
      await switchLanguage(session.person.language);
      return { session };
    } catch (error) {
      if (isStatus(error, 401)) throw redirect({ to: "/sign-in", search: { next: location.href } });
      throw error;
    }
  },
});

const start = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: ({ context: { session } }) => {
    if (session.provider) throw redirect({ to: "/provider" });
    const tenant = firstTenant(session);
    if (tenant === undefined) throw redirect({ to: "/account" });
    throw redirect({ to: "/tenants/$tenant", params: { tenant } });
  },
});
const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/session/AccountPage"), "AccountPage"),
});

const allTenants = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider",
  component: lazyRouteComponent(() => import("@/features/tenants/AllTenantsPage"), "AllTenantsPage"),
});
const drafts = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider/drafts",
  component: lazyRouteComponent(() => import("@/features/drafts/DraftsPage"), "DraftsPage"),
});
const review = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider/review",
  component: lazyRouteComponent(() => import("@/features/drafts/DraftsPage"), "ReviewPage"),
});
const applications = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider/applications",
  component: lazyRouteComponent(() => import("@/features/enrolment/ApplicationsPage"), "ApplicationsPage"),
});
const outbox = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider/outbox",
  validateSearch: mailSearch,
  component: lazyRouteComponent(() => import("@/features/outbox/OutboxPage"), "OutboxPage"),
});

const desk = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider/inquiries",
  validateSearch: deskSearch,
  component: lazyRouteComponent(() => import("@/features/desk/DeskPage"), "DeskPage"),
});
const subscriptions = createRoute({
  getParentRoute: () => signedIn,
  path: "/provider/subscriptions",
  component: lazyRouteComponent(() => import("@/features/subscriptions/SubscriptionsPage"), "SubscriptionsPage"),
});

const tenant = createRoute({ getParentRoute: () => signedIn, path: "/tenants/$tenant", component: Outlet });
const home = createRoute({
  getParentRoute: () => tenant,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage"),
});
const incidents = createRoute({
  getParentRoute: () => tenant,
  path: "/incidents",
  validateSearch: incidentSearch,
  component: lazyRouteComponent(() => import("@/features/incidents/IncidentsPage"), "IncidentsPage"),
});
const incident = createRoute({
  getParentRoute: () => tenant,
  path: "/incidents/$incidentId",
  component: lazyRouteComponent(() => import("@/features/incidents/IncidentPage"), "IncidentPage"),
});
const alerts = createRoute({
  getParentRoute: () => tenant,
  path: "/alerts",
  validateSearch: alertSearch,
  component: lazyRouteComponent(() => import("@/features/alerts/AlertsPage"), "AlertsPage"),
});
const alert = createRoute({
  getParentRoute: () => tenant,
  path: "/alerts/$alertId",
  component: lazyRouteComponent(() => import("@/features/alerts/AlertPage"), "AlertPage"),
});
const hunting = createRoute({
  getParentRoute: () => tenant,
  path: "/hunting",
  validateSearch: huntSearch,
  component: lazyRouteComponent(() => import("@/features/hunting/HuntingPage"), "HuntingPage"),
});
const savedHunts = createRoute({
  getParentRoute: () => tenant,
  path: "/hunting/saved",
  component: lazyRouteComponent(() => import("@/features/hunting/SavedHuntsPage"), "SavedHuntsPage"),
});
const detectionRules = createRoute({
  getParentRoute: () => tenant,
  path: "/hunting/detections",
  component: lazyRouteComponent(() => import("@/features/hunting/DetectionRulesPage"), "DetectionRulesPage"),
});
const huntHistory = createRoute({
  getParentRoute: () => tenant,
  path: "/hunting/history",
  validateSearch: pageSearch,
  component: lazyRouteComponent(() => import("@/features/hunting/HistoryPage"), "HistoryPage"),
});
const notifications = createRoute({
  getParentRoute: () => tenant,
  path: "/notifications",
  validateSearch: pageSearch,
  component: lazyRouteComponent(() => import("@/features/notifications/NotificationsPage"), "NotificationsPage"),
});
const notification = createRoute({
  getParentRoute: () => tenant,
  path: "/notifications/$notificationId",
  component: lazyRouteComponent(() => import("@/features/notifications/NotificationPage"), "NotificationPage"),
});
const inquiries = createRoute({
  getParentRoute: () => tenant,
  path: "/inquiries",
  validateSearch: inquirySearch,
  component: lazyRouteComponent(() => import("@/features/inquiries/InquiriesPage"), "InquiriesPage"),
});
const inquiry = createRoute({
  getParentRoute: () => tenant,
  path: "/inquiries/$number",
  component: lazyRouteComponent(() => import("@/features/inquiries/CasePage"), "CasePage"),
});
const reports = createRoute({
  getParentRoute: () => tenant,
  path: "/reports",
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import("@/features/reports/ReportsPage"), "ReportsPage"),
});
const devices = createRoute({
  getParentRoute: () => tenant,
  path: "/devices",
  validateSearch: deviceSearch,
  component: lazyRouteComponent(() => import("@/features/devices/DevicesPage"), "DevicesPage"),
});
const device = createRoute({
  getParentRoute: () => tenant,
  path: "/devices/$deviceId",
  component: lazyRouteComponent(() => import("@/features/devices/DevicePage"), "DevicePage"),
});
const newDraft = createRoute({
  getParentRoute: () => tenant,
  path: "/drafts/new",
  validateSearch: draftSearch,
  component: lazyRouteComponent(() => import("@/features/drafts/NewDraftPage"), "NewDraftPage"),
});
const draft = createRoute({
  getParentRoute: () => tenant,
  path: "/drafts/$draftId",
  component: lazyRouteComponent(() => import("@/features/drafts/DraftPage"), "DraftPage"),
});

const settings = createRoute({ getParentRoute: () => tenant, path: "/settings", component: Settings });
const settingsStart = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/tenants/$tenant/settings/advanced-features", params });
  },
});
const advancedFeatures = createRoute({
  getParentRoute: () => settings,
  path: "/advanced-features",
  component: lazyRouteComponent(() => import("@/features/enrolment/AdvancedFeaturesPage"), "AdvancedFeaturesPage"),
});
const eligibility = createRoute({
  getParentRoute: () => settings,
  path: "/eligibility",
  component: lazyRouteComponent(() => import("@/features/enrolment/EligibilityPage"), "EligibilityPage"),
});
const coverage = createRoute({
  getParentRoute: () => settings,
  path: "/coverage",
  component: lazyRouteComponent(() => import("@/features/coverage/CoveragePage"), "CoveragePage"),
});
const emailNotifications = createRoute({
  getParentRoute: () => settings,
  path: "/email-notifications",
  component: lazyRouteComponent(() => import("@/features/email-rules/EmailRulesPage"), "EmailRulesPage"),
});
const emailAttempts = createRoute({
  getParentRoute: () => settings,
  path: "/email-notifications/$ruleId/attempts",
  component: lazyRouteComponent(() => import("@/features/email-rules/AttemptsPage"), "AttemptsPage"),
});
const emailTrace = createRoute({
  getParentRoute: () => settings,
  path: "/email-notifications/trace",
  validateSearch: traceSearch,
  component: lazyRouteComponent(() => import("@/features/email-rules/TracePage"), "TracePage"),
});
const webhooks = createRoute({
  getParentRoute: () => settings,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("@/features/webhooks/WebhooksPage"), "WebhooksPage"),
});
const webhookMessages = createRoute({
  getParentRoute: () => settings,
  path: "/webhooks/$webhookId/messages",
  component: lazyRouteComponent(() => import("@/features/webhooks/MessagesPage"), "MessagesPage"),
});
const deviceGroups = createRoute({
  getParentRoute: () => settings,
  path: "/device-groups",
  component: lazyRouteComponent(() => import("@/features/device-groups/DeviceGroupsPage"), "DeviceGroupsPage"),
});
const people = createRoute({
  getParentRoute: () => settings,
  path: "/people",
  component: lazyRouteComponent(() => import("@/features/access/PeoplePage"), "PeoplePage"),
});
const apiApplications = createRoute({
  getParentRoute: () => settings,
  path: "/api-applications",
  component: lazyRouteComponent(() => import("@/features/access/ApiApplicationsPage"), "ApiApplicationsPage"),
});
const ingestKeys = createRoute({
  getParentRoute: () => settings,
  path: "/ingest-keys",
  component: lazyRouteComponent(() => import("@/features/access/IngestKeysPage"), "IngestKeysPage"),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: "/audit",
  validateSearch: pageSearch,
  component: lazyRouteComponent(() => import("@/features/audit/AuditPage"), "AuditPage"),
});

/** Links of mails and foreign clients name no tenant in their path: `?tenant=` says it, else the person's first. */
const alertLink = createRoute({
  getParentRoute: () => signedIn,
  path: "/alerts/$alertId",
  validateSearch: alertLinkSearch,
  beforeLoad: ({ context: { session }, params: { alertId }, search }) => {
    const slug = search.tenant ?? firstTenant(session);
    if (slug === undefined) throw redirect({ to: "/" });
    throw redirect({ to: "/tenants/$tenant/alerts/$alertId", params: { tenant: slug, alertId } });
  },
});
const incidentLink = createRoute({
  getParentRoute: () => signedIn,
  path: "/incidents/$incidentId",
  validateSearch: alertLinkSearch,
  beforeLoad: ({ context: { session }, params: { incidentId }, search }) => {
    const slug = search.tenant ?? firstTenant(session);
    if (slug === undefined) throw redirect({ to: "/" });
    throw redirect({ to: "/tenants/$tenant/incidents/$incidentId", params: { tenant: slug, incidentId } });
  },
});

const tree = root.addChildren([
  signIn,
  passwordRequest,
  passwordReset,
  signedIn.addChildren([
    start,
    account,
    allTenants,
    drafts,
    review,
    applications,
    outbox,
    desk,
    subscriptions,
    alertLink,
    incidentLink,
    tenant.addChildren([
      home,
      incidents,
      incident,
      alerts,
      alert,
      hunting,
      savedHunts,
      detectionRules,
      huntHistory,
      notifications,
      notification,
      inquiries,
      inquiry,
      reports,
      devices,
      device,
      newDraft,
      draft,
      settings.addChildren([settingsStart, advancedFeatures, eligibility, coverage, emailNotifications, emailAttempts, emailTrace, webhooks, webhookMessages, deviceGroups, people, apiApplications, ingestKeys, audit]),
    ]),
  ]),
]);

export const queryClient: QueryClient = createQueryClient(() => {
  queryClient.removeQueries();
  const { pathname, href } = router.state.location;
  if (pathname !== "/sign-in") void router.navigate({ to: "/sign-in", search: { next: href } });
});

export const router = createRouter({
  routeTree: tree,
  context: { queryClient },
  defaultPreload: "intent",
  defaultErrorComponent: CrashPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
