import {
  AlertRegular,
  AppsListRegular,
  BookmarkRegular,
  BuildingMultipleRegular,
  ChatHelpRegular,
  ClipboardTaskRegular,
  DesktopRegular,
  DocumentEditRegular,
  DocumentTextRegular,
  HistoryRegular,
  HomeRegular,
  MailInboxRegular,
  PersonChatRegular,
  PersonStarRegular,
  ScanDashRegular,
  SearchSquareRegular,
  SettingsRegular,
  ShieldErrorRegular,
  ShieldTaskRegular,
} from "@fluentui/react-icons";
import type { LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Session } from "@/shared/api/types";
import { permissionsIn, providerPermissions, type Permission } from "@/shared/session/permissions";

type ItemKey =
  | "alerts"
  | "allTenants"
  | "applications"
  | "detections"
  | "devices"
  | "drafts"
  | "history"
  | "home"
  | "hunting"
  | "incidents"
  | "inquiries"
  | "inquiryDesk"
  | "notifications"
  | "outbox"
  | "reports"
  | "review"
  | "saved"
  | "settings"
  | "subscriptions";
type GroupKey = "provider" | "tenant" | "incidentsAndAlerts" | "hunting" | "threatExperts" | "assets" | "configuration";

interface ItemSpec {
  key: ItemKey;
  to: NonNullable<LinkProps["to"]>;
  icon: ReactElement;
  /** One of these is enough; none means everyone. */
  needs?: readonly Permission[];
  /** The item stands for this address only, not for those below it. */
  exact?: boolean;
}

interface GroupSpec {
  key: GroupKey;
  items: readonly ItemSpec[];
}

const PROVIDER: GroupSpec = {
  key: "provider",
  items: [
    { key: "allTenants", to: "/provider", icon: <BuildingMultipleRegular />, exact: true },
    { key: "drafts", to: "/provider/drafts", icon: <DocumentEditRegular />, needs: ["draft:write", "draft:publish"] },
    { key: "review", to: "/provider/review", icon: <ClipboardTaskRegular />, needs: ["draft:publish"] },
    { key: "inquiryDesk", to: "/provider/inquiries", icon: <PersonChatRegular />, needs: ["inquiry:answer"] },
    { key: "applications", to: "/provider/applications", icon: <AppsListRegular />, needs: ["application:decide"] },
    { key: "subscriptions", to: "/provider/subscriptions", icon: <PersonStarRegular />, needs: ["subscription:decide"] },
    { key: "outbox", to: "/provider/outbox", icon: <MailInboxRegular />, needs: ["operations:read"] },
  ],
};

const TENANT: readonly GroupSpec[] = [
  { key: "tenant", items: [{ key: "home", to: "/tenants/$tenant", icon: <HomeRegular />, exact: true }] },
  {
    key: "incidentsAndAlerts",
    items: [
      { key: "incidents", to: "/tenants/$tenant/incidents", icon: <ShieldErrorRegular />, needs: ["alert:read"] },
      { key: "alerts", to: "/tenants/$tenant/alerts", icon: <AlertRegular />, needs: ["alert:read"] },
    ],
  },
  {
    key: "hunting",
    items: [
      { key: "hunting", to: "/tenants/$tenant/hunting", icon: <SearchSquareRegular />, needs: ["hunt:run"], exact: true },
      { key: "saved", to: "/tenants/$tenant/hunting/saved", icon: <BookmarkRegular />, needs: ["hunt:run", "saved_hunt:manage"] },
      { key: "detections", to: "/tenants/$tenant/hunting/detections", icon: <ScanDashRegular />, needs: ["detection_rule:manage"] },
      { key: "history", to: "/tenants/$tenant/hunting/history", icon: <HistoryRegular />, needs: ["hunt:run"] },
    ],
  },
  {
    key: "threatExperts",
    items: [
      { key: "notifications", to: "/tenants/$tenant/notifications", icon: <ShieldTaskRegular />, needs: ["notification:read"] },
      { key: "inquiries", to: "/tenants/$tenant/inquiries", icon: <ChatHelpRegular />, needs: ["inquiry:read"] },
      { key: "reports", to: "/tenants/$tenant/reports", icon: <DocumentTextRegular />, needs: ["report:read"] },
    ],
  },
  { key: "assets", items: [{ key: "devices", to: "/tenants/$tenant/devices", icon: <DesktopRegular />, needs: ["device:read"] }] },
  { key: "configuration", items: [{ key: "settings", to: "/tenants/$tenant/settings", icon: <SettingsRegular /> }] },
];

export interface NavigationGroup {
  key: GroupKey;
  items: ItemSpec[];
}

const allowed = (groups: readonly GroupSpec[], permissions: ReadonlySet<string>): NavigationGroup[] =>
  groups
    .map(({ key, items }) => ({ key, items: items.filter(({ needs }) => !needs || needs.some((permission) => permissions.has(permission))) }))
    .filter(({ items }) => items.length > 0);

/** What the person may open: the provider's desk, then the tenant in view. */
export function navigationFor(session: Session, tenant: string | undefined): NavigationGroup[] {
  const provider = session.provider ? allowed([PROVIDER], providerPermissions(session)) : [];
  return tenant === undefined ? provider : [...provider, ...allowed(TENANT, permissionsIn(session, tenant))];
}
