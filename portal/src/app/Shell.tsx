import { makeStyles, tokens } from "@fluentui/react-components";
import { Outlet, useParams, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { ConsultationProvider, useConsultationState, useMayConsult } from "@/shared/inquiries/consultation";
import { useSession } from "@/shared/session/session";
import { useAppearance } from "@/shared/theme/appearance";
import { SideBar } from "./SideBar";
import { TopBar } from "./TopBar";

const ConsultFlyout = lazy(() => import("@/features/consult/ConsultFlyout").then(({ ConsultFlyout: Flyout }) => ({ default: Flyout })));

const useStyles = makeStyles({
  shell: { display: "flex", flexDirection: "column", height: "100%", backgroundColor: tokens.colorNeutralBackground2 },
  body: { display: "flex", flexGrow: 1, minHeight: 0 },
  main: { flexGrow: 1, minWidth: 0, overflowY: "auto", ":focus": { outline: "none" } },
  skip: { position: "absolute", left: "-999px", top: "4px", zIndex: 10, padding: "6px 12px", backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, ":focus": { left: "8px" } },
});

const NARROW = "huntline.navigation";
const SMALL_WINDOW = 900;

/** The tenant in view; on the provider's own pages the last one that was, so that the way back is one click. */
function useTenantInView(): string | undefined {
  const { tenant } = useParams({ strict: false });
  const last = useRef<string | undefined>(undefined);
  const [kept, setKept] = useState<string | undefined>(tenant);
  useEffect(() => {
    if (tenant !== undefined && tenant !== last.current) {
      last.current = tenant;
      setKept(tenant);
    }
  }, [tenant]);
  return tenant ?? kept;
}

export function Shell(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("shell");
  const { person, provider, memberships } = useSession();
  const { choose } = useAppearance();
  const inView = useTenantInView();
  const tenant = inView ?? (provider ? undefined : memberships[0]?.tenant.slug);
  const [narrow, setNarrow] = useState(() => (localStorage.getItem(NARROW) ?? String(window.innerWidth < SMALL_WINDOW)) === "true");
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });

  // The person's own setting wins over what this browser kept from someone else.
  useEffect(() => choose(person.theme), [person.theme, choose]);
  useEffect(() => {
    // A browser that answers with a promise must not have it taken for a clean-up.
    main.current?.scrollTo(0, 0);
  }, [path]);

  const toggle = () => {
    localStorage.setItem(NARROW, String(!narrow));
    setNarrow(!narrow);
  };
  return (
    <ConsultationProvider>
      <div className={styles.shell}>
        <a className={styles.skip} href="#content">
          {t("skip")}
        </a>
        <TopBar tenant={tenant} onToggleNavigation={toggle} navigationOpen={!narrow} />
        <div className={styles.body}>
          <SideBar tenant={tenant} narrow={narrow} />
          <main id="content" ref={main} className={styles.main} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
        {tenant !== undefined && <Consulting key={tenant} tenant={tenant} />}
      </div>
    </ConsultationProvider>
  );
}

/** The flyout over whichever page is in view. */
function Consulting({ tenant }: { tenant: string }): ReactElement | null {
  const { isOpen } = useConsultationState();
  const { isAllowed } = useMayConsult(tenant);
  if (!isOpen || !isAllowed) return null;
  return (
    <Suspense>
      <ConsultFlyout tenant={tenant} />
    </Suspense>
  );
}
